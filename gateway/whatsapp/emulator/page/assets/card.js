// Interactive messages and templates of the business: text with something to press below it.
import { documentCard, paragraph, picture, video } from "./bubble.js";
import { el, icon } from "./dom.js";
import { orderSummary, payButton } from "./order.js";
import { fillForm } from "./form.js";
import { chooseRow } from "./sheet.js";

/** Returns the bubble's body and what stands below it. */
export function card(message, actions) {
  return message.type === "template" ? templateCard(message, actions) : interactiveCard(message, actions);
}

function interactiveCard(message, actions) {
  const { header, body, footer } = message.content;
  return {
    body: [head(header, message.media?.[0]), message.content.type === "order_details" ? orderSummary(message.content) : null, body ? paragraph(body.text) : null, foot(footer?.text)],
    below: el("div", { class: "card-actions" }, ...choices(message, actions)),
  };
}

function head(header, file) {
  switch (header?.type) {
    case "text":
      return el("p", { class: "card-header", dir: "auto" }, header.text);
    case "image":
      return picture(header.image, file);
    case "video":
      return video(header.video, file);
    case "document":
      return documentCard(header.document, file);
    default:
      return null;
  }
}

function foot(text) {
  return text ? el("p", { class: "card-footer", dir: "auto" }, text) : null;
}

function action(shape, label, press) {
  return el("button", { class: "card-action", type: "button", click: (event) => press(event.currentTarget) }, icon(shape), el("span", { dir: "auto" }, label));
}

function link(label, url) {
  return el("a", { class: "card-action", href: url, target: "_blank", rel: "noopener noreferrer" }, icon("open"), el("span", { dir: "auto" }, label));
}

function choices(message, actions) {
  const { type, action: offer } = message.content;
  const context = { id: message.id };
  switch (type) {
    case "button":
      return offer.buttons.map(({ reply }) => action("reply", reply.title, () => actions.answer({ type: "interactive", context, interactive: { type: "button_reply", button_reply: reply } })));
    case "list":
      return [action("list", offer.button, async (opener) => {
        const row = await chooseRow(actions.screen(), opener, offer);
        if (row) await actions.answer({ type: "interactive", context, interactive: { type: "list_reply", list_reply: row } });
      })];
    case "cta_url":
      return [link(offer.parameters.display_text, offer.parameters.url)];
    case "location_request_message":
      return [action("pin", "Send location", () => actions.answer({ type: "location", context, location: { latitude: 16.5062, longitude: 80.648 } }))];
    case "order_details":
      return [payButton(message, actions)];
    case "flow":
      return [action("form", offer.parameters.flow_cta, () => fillForm(actions, message))];
    default:
      return [action("open", type.replaceAll("_", " "), () => {})];
  }
}

function templateCard(message, actions) {
  const { header_text: title, header_type: kind, header, body, footer, buttons } = message.content;
  const pressable = (buttons ?? []).map((button) =>
    button.type === "URL"
      ? link(button.text, button.url)
      : action("reply", button.text, () => actions.answer({ type: "button", context: { id: message.id }, button: { payload: button.payload, text: button.text } })),
  );
  return {
    body: [head(kind ? { type: kind, [kind]: header } : title && { type: "text", text: title }, message.media?.[0]), paragraph(body), foot(footer)],
    below: pressable.length > 0 ? el("div", { class: "card-actions" }, ...pressable) : null,
  };
}
