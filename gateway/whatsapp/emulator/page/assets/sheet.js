// What slides up over a phone: the rows of a list, small forms, menus.
import { el, icon } from "./dom.js";

let sheets = 0;

/** Opens a sheet in a container and resolves with what it is closed with; Escape and the backdrop close it with null. */
function openSheet(container, title, opener, build) {
  return new Promise((resolve) => {
    const behind = [...container.children];
    const close = (result) => {
      backdrop.remove();
      behind.forEach((child) => (child.inert = false));
      opener?.focus();
      resolve(result);
    };
    const id = `sheet-${(sheets += 1)}`;
    const sheet = el(
      "div",
      { class: "sheet", role: "dialog", "aria-modal": "true", "aria-labelledby": id },
      el(
        "header",
        { class: "sheet-header" },
        el("button", { class: "round", type: "button", "aria-label": "Close", click: () => close(null) }, icon("close")),
        el("h2", { id, class: "sheet-title", dir: "auto" }, title),
      ),
      ...build(close),
    );
    const backdrop = el("div", {
      class: container === document.body ? "backdrop over-page" : "backdrop",
      click: (event) => event.target === backdrop && close(null),
      keydown: (event) => event.key === "Escape" && close(null),
    }, sheet);
    behind.forEach((child) => (child.inert = true));
    container.append(backdrop);
    (sheet.querySelector("input, textarea, .sheet-choice") ?? sheet.querySelector("button")).focus();
  });
}

/** The rows of a list message: choose one, then send. Resolves with the row or null. */
export function chooseRow(container, opener, { button, sections }) {
  return openSheet(container, button, opener, (close) => {
    let chosen = null;
    const send = el("button", { class: "sheet-confirm", type: "button", disabled: true, click: () => close(chosen) }, "Send");
    const name = `rows-${sheets}`;
    const choose = (row) => {
      chosen = row;
      send.disabled = false;
    };
    const groups = sections.map(({ title, rows }) =>
      el(
        "fieldset",
        { class: "rows" },
        title ? el("legend", { dir: "auto" }, title) : null,
        ...rows.map((row) =>
          el(
            "label",
            { class: "row", "data-row": row.id },
            el("span", { class: "row-names", dir: "auto" }, el("span", { class: "row-title" }, row.title), row.description ? el("span", { class: "row-description" }, row.description) : null),
            el("input", { type: "radio", name, value: row.id, change: () => choose(row) }),
          ),
        ),
      ),
    );
    return [el("div", { class: "sheet-body" }, ...groups), el("footer", { class: "sheet-footer" }, send)];
  });
}

/** A form of a few fields, and perhaps ready choices. Resolves with the values, with {choice}, or with null. */
export function askForm(container, { title, confirm, fields, choices = [] }) {
  return openSheet(container, title, document.activeElement, (close) => {
    const inputs = fields.map((field) => ({ ...field, input: el("input", { type: field.type ?? "text", name: field.name, value: field.value, inputmode: field.inputmode, autocomplete: "off" }) }));
    const submit = (event) => {
      event.preventDefault();
      close(Object.fromEntries(inputs.map(({ name, type, input }) => [name, type === "checkbox" ? input.checked : input.value.trim()])));
    };
    return [
      el(
        "form",
        { class: "sheet-body form", submit },
        ...choices.map((choice) => el("button", { class: "sheet-choice", type: "button", click: () => close({ choice: choice.value }) }, choice.label)),
        ...inputs.map(({ label, type, input }) => el("label", { class: type === "checkbox" ? "field check" : "field" }, el("span", {}, label), input)),
        el("button", { class: "sheet-confirm", type: "submit" }, confirm),
      ),
    ];
  });
}

/** A menu over the phone. Arrow keys move, Escape closes. */
export function openMenu(container, opener, items) {
  const close = () => {
    backdrop.remove();
    opener.focus();
  };
  const buttons = items.map((item) =>
    el(
      "button",
      {
        class: "menu-item", type: "button", role: item.checked === undefined ? "menuitem" : "menuitemcheckbox",
        "aria-checked": item.checked === undefined ? null : String(Boolean(item.checked)),
        click: () => {
          close();
          item.run();
        },
      },
      item.icon ? icon(item.icon) : null,
      el("span", {}, item.label),
      item.checked === undefined ? null : el("span", { class: "switch", "aria-hidden": "true" }),
    ),
  );
  const move = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length].focus();
  };
  const below = opener.getBoundingClientRect().top < container.getBoundingClientRect().top + 80;
  const backdrop = el(
    "div",
    { class: "backdrop clear", click: (event) => event.target === backdrop && close(), keydown: move },
    el("div", { class: `menu ${below ? "menu-top" : "menu-bottom"}`, role: "menu" }, ...buttons),
  );
  container.append(backdrop);
  buttons[0].focus();
}
