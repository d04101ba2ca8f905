// A form (Flow) over a phone: screens of fields, drawn as the emulator's own phone resolves them; every press goes to the business's endpoint.
import * as api from "./api.js";
import { el, icon } from "./dom.js";

/** Opens the form of a message and stays until it is sent off or closed. */
export async function fillForm(actions, message) {
  const shown = await ask(actions, () => api.openForm(actions.number(), message.id));
  if (!shown) return;
  if (shown.over || shown.failed) return actions.tell(shown.over ?? shown.failed);
  new Form(actions, shown);
}

async function ask(actions, call) {
  try {
    return await call();
  } catch (error) {
    actions.tell(error.message);
    return null;
  }
}

class Form {
  constructor(actions, shown) {
    this.actions = actions;
    this.container = actions.screen();
    this.behind = [...this.container.children];
    this.body = el("form", { class: "flow-body", novalidate: true, submit: (event) => (event.preventDefault(), this.press()) });
    this.title = el("h2", { class: "sheet-title", dir: "auto" });
    this.backButton = el("button", { class: "round", type: "button", "aria-label": "Back", click: () => this.back() }, icon("back"));
    this.message = el("p", { class: "flow-message", role: "status", hidden: true });
    const close = el("button", { class: "round", type: "button", "aria-label": "Close form", click: () => this.close() }, icon("close"));
    this.sheet = el(
      "div",
      { class: "flow", role: "dialog", "aria-modal": "true", "aria-label": "Form", keydown: (event) => event.key === "Escape" && this.close() },
      el("header", { class: "sheet-header" }, this.backButton, this.title, close),
      this.message,
      this.body,
      el("p", { class: "flow-managed" }, `Managed by ${actions.businessName}`),
    );
    this.behind.forEach((child) => (child.inert = true));
    this.container.append(this.sheet);
    this.draw(shown);
  }

  draw({ form, view, failed }) {
    this.form = form;
    this.screen = view.screen;
    this.values = {};
    this.title.textContent = view.title;
    this.backButton.hidden = !view.back;
    this.sheet.dataset.screen = view.screen;
    this.tell(failed ?? view.message);
    this.body.replaceChildren(...view.items.map((item) => this.item(item)));
    this.body.scrollTop = 0;
    const wrong = this.body.querySelector("[data-wrong]");
    (wrong ?? this.body.querySelector("input, textarea, select, button"))?.focus({ preventScroll: !wrong });
    wrong?.closest(".flow-field").scrollIntoView({ block: "center" });
  }

  tell(text) {
    this.message.hidden = !text;
    this.message.textContent = text ?? "";
  }

  item(item) {
    if (item.value !== undefined && item.name) this.values[item.name] = item.value;
    switch (item.type) {
      case "TextHeading":
      case "TextSubheading":
        return el("h3", { class: "flow-heading", dir: "auto" }, item.text);
      case "TextBody":
        return el("p", { class: "flow-text", dir: "auto" }, item.text);
      case "TextCaption":
        return el("p", { class: "flow-caption", dir: "auto" }, item.text);
      case "Footer":
        return el("button", { class: "sheet-confirm flow-footer", type: "submit" }, el("span", { dir: "auto" }, item.label));
      case "RadioButtonsGroup":
        return this.group(item);
      case "OptIn":
        return this.optIn(item);
      case "PhotoPicker":
      case "DocumentPicker":
        return this.picker(item);
      default:
        return this.field(item, this.input(item));
    }
  }

  set(item, value) {
    this.values[item.name] = value;
  }

  input(item) {
    const common = { name: item.name, "data-wrong": item.error ? "" : null, "aria-invalid": item.error ? "true" : null, autocomplete: "off" };
    const changed = (event) => this.set(item, event.currentTarget.value);
    if (item.type === "TextArea") {
      const area = el("textarea", { ...common, rows: "3", dir: "auto", input: changed });
      area.value = item.value ?? "";
      return area;
    }
    if (item.type === "Dropdown") {
      const choices = (item.options ?? []).map((option) => el("option", { value: option.id }, option.title));
      const select = el("select", { ...common, change: changed }, el("option", { value: "" }, "—"), ...choices);
      select.value = item.value ?? "";
      return select;
    }
    const modes = { number: "decimal", phone: "tel", email: "email", passcode: "numeric" };
    const type = item.type === "DatePicker" ? "date" : "text";
    const input = el("input", { ...common, type, inputmode: modes[item.input_type], maxlength: item.max_chars || null, min: item.min_date || null, max: item.max_date || null, dir: "auto", input: changed });
    input.value = item.value ?? "";
    return input;
  }

  field(item, input) {
    return el("label", { class: "flow-field", "data-field": item.name }, el("span", { class: "flow-label", dir: "auto" }, item.label), input, this.below(item));
  }

  below(item) {
    const text = item.error || item.helper || item.description;
    return text ? el("span", { class: item.error ? "flow-error" : "flow-helper", dir: "auto" }, text) : null;
  }

  group(item) {
    const rows = (item.options ?? []).map((option) =>
      el(
        "label",
        { class: "row" },
        el("span", { class: "row-names", dir: "auto" }, option.title),
        el("input", { type: "radio", name: item.name, value: option.id, checked: item.value === option.id, "data-wrong": item.error ? "" : null, change: () => this.set(item, option.id) }),
      ),
    );
    return el("fieldset", { class: "rows flow-field", "data-field": item.name }, el("legend", { dir: "auto" }, item.label), ...rows, this.below(item));
  }

  optIn(item) {
    const box = el("input", { type: "checkbox", name: item.name, checked: item.value === true, "data-wrong": item.error ? "" : null, change: (event) => this.set(item, event.currentTarget.checked) });
    return el("label", { class: "flow-field flow-optin", "data-field": item.name }, box, el("span", { dir: "auto" }, item.label), this.below(item));
  }

  picker(item) {
    const shown = el("span", { class: "flow-picked" }, icon("photo"), el("span", {}, "Add photo"));
    const input = el("input", { type: "file", name: item.name, accept: item.type === "PhotoPicker" ? "image/*" : null, class: "flow-file", change: (event) => this.pick(item, event.currentTarget.files[0], shown) });
    return el("label", { class: "flow-field flow-picker", "data-field": item.name }, el("span", { class: "flow-label", dir: "auto" }, item.label), input, shown, this.below(item));
  }

  async pick(item, file, shown) {
    if (!file) return;
    const left = await ask(this.actions, async () => api.leaveFile((await api.upload(file)).id));
    if (!left) return;
    this.set(item, [left]);
    const preview = el("img", { class: "flow-preview", src: URL.createObjectURL(file), alt: file.name });
    shown.replaceChildren(preview, el("span", {}, file.name));
  }

  async press() {
    await this.go(() => api.pressForm(this.form, this.values));
  }

  async back() {
    await this.go(() => api.backInForm(this.form));
  }

  async go(call) {
    if (this.busy) return;
    this.busy = true;
    this.sheet.classList.add("busy");
    const shown = await ask(this.actions, call);
    this.busy = false;
    this.sheet.classList.remove("busy");
    if (!shown) return;
    if (shown.done) return this.leave();
    if (shown.over) {
      this.leave();
      return this.actions.tell(shown.over);
    }
    this.draw(shown);
  }

  close() {
    api.closeForm(this.form).catch(() => {});
    this.leave();
  }

  leave() {
    this.sheet.remove();
    this.behind.forEach((child) => (child.inert = false));
  }
}
