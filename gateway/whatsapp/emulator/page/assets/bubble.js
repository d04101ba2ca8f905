// Bubbles: one message as it looks in the chat.
import { mediaURL } from "./api.js";
import { card } from "./card.js";
import { clockTime, el, fileSize, icon } from "./dom.js";
import { formatText } from "./format.js";

export function daySeparator(day) {
  return el("p", { class: "chip" }, day);
}

export function reactionTarget(message) {
  return message.type === "reaction" ? message.content.message_id : "";
}

/** The ticks under one's own message: one when sent, two when the other side has it, blue when it was read. */
export function ticks(message) {
  const [shape, label] = {
    accepted: ["clock", "Sending"],
    sent: ["tick", "Sent"],
    delivered: ["ticks", "Delivered"],
    read: ["ticks", "Read"],
    failed: ["failed", "Not delivered"],
  }[message.status] ?? ["clock", "Sending"];
  return el("span", { class: `ticks ticks-${message.status}`, role: "img", "aria-label": label }, icon(shape));
}

export function bubble(message, actions) {
  if (message.type === "system") return el("p", { class: "chip", "data-message": message.id }, message.content.body);
  const side = message.from;
  const { body, below } = content(message, actions);
  const meta = el("span", { class: "meta" }, el("time", { datetime: message.at }, clockTime(message.at)), side === "citizen" ? ticks(message) : null);
  const quoteButton = el(
    "button",
    { class: "quote-button", type: "button", "aria-label": "Reply to this message", title: "Reply", click: () => actions.quote(message) },
    icon("reply"),
  );
  return el(
    "div",
    { class: `bubble-row ${side}`, "data-message": message.id, "data-type": message.type },
    el("div", { class: `stack${below ? " has-actions" : ""}` }, el("div", { class: `bubble bubble-${message.type}` }, quoted(message, actions), body, meta), below),
    quoteButton,
  );
}

function quoted(message, actions) {
  const original = message.context_id && actions.find(message.context_id);
  if (!original) return null;
  return el(
    "blockquote",
    { class: `quoted quoted-${original.from}` },
    el("strong", {}, original.from === "citizen" ? "You" : actions.businessName),
    el("span", { dir: "auto" }, ...formatText(summary(original) ?? "")),
  );
}

/** One line that stands for a message, in quotes and in the reply preview. */
export function summary(message) {
  const c = message.content ?? {};
  switch (message.type) {
    case "text":
      return c.body;
    case "interactive":
      return c.button_reply?.title ?? c.list_reply?.title ?? c.body?.text ?? (c.nfm_reply ? "Response sent" : "Form");
    case "template":
      return c.body;
    case "button":
      return c.text;
    case "document":
      return c.filename ?? "Document";
    default:
      return c.caption ?? message.type[0].toUpperCase() + message.type.slice(1);
  }
}

function content(message, actions) {
  const c = message.content ?? {};
  const file = message.media?.[0];
  switch (message.type) {
    case "text":
      return { body: paragraph(c.body) };
    case "interactive":
    case "template":
      return message.from === "business" ? card(message, actions) : { body: paragraph(summary(message)) };
    case "button":
      return { body: paragraph(c.text) };
    case "image":
    case "sticker":
      return { body: [picture(c, file, message.type), c.caption ? paragraph(c.caption) : null] };
    case "video":
      return { body: [video(c, file), c.caption ? paragraph(c.caption) : null] };
    case "audio":
      return { body: file ? el("audio", { class: "audio", controls: true, preload: "metadata", src: mediaURL(file.id) }) : linked(c) };
    case "document":
      return { body: [documentCard(c, file), c.caption && c.caption !== c.filename ? paragraph(c.caption) : null] };
    case "location":
      return { body: place(c) };
    case "contacts":
      return { body: c.map(person) };
    case "unsupported":
      return { body: el("p", { class: "text faint" }, "Something the business cannot see") };
    default:
      return { body: el("p", { class: "text faint" }, message.type) };
  }
}

export function paragraph(text) {
  return el("p", { class: "text", dir: "auto" }, ...formatText(text ?? ""));
}

export function picture(content, file, kind = "image") {
  if (!file) return linked(content);
  const image = el("img", { class: kind === "sticker" ? "sticker" : "picture", src: mediaURL(file.id), alt: content.caption ?? "Picture" });
  return el("a", { href: mediaURL(file.id), target: "_blank", rel: "noopener" }, image);
}

export function video(content, file) {
  if (!file) return linked(content);
  return el("video", { class: "picture", controls: true, preload: "metadata", src: mediaURL(file.id), "aria-label": content.caption ?? "Video" });
}

function linked(content) {
  return el("a", { class: "file", href: content.link, target: "_blank", rel: "noopener noreferrer" }, icon("open"), el("span", { class: "file-name" }, content.link ?? "File"));
}

/** A document with its kind, name and size; pressing it opens or saves it. */
export function documentCard(content, file) {
  if (!file) return linked(content);
  const name = content.filename || file.filename || "Document";
  const ending = (name.includes(".") ? name.split(".").pop() : file.mime_type.split("/").pop()).slice(0, 4).toUpperCase();
  return el(
    "a",
    { class: "file", href: mediaURL(file.id), target: "_blank", rel: "noopener", "aria-label": `Open document ${name}, ${fileSize(file.file_size)}` },
    el("span", { class: `file-kind kind-${ending.toLowerCase()}`, "aria-hidden": "true" }, ending),
    el("span", { class: "file-names" }, el("span", { class: "file-name" }, name), el("span", { class: "file-size" }, `${ending} · ${fileSize(file.file_size)}`)),
    icon("download"),
  );
}

function place({ latitude, longitude, name, address }) {
  return el(
    "div",
    { class: "place" },
    el("div", { class: "map", "aria-hidden": "true" }, icon("pin")),
    el("p", { class: "text" }, name ? el("strong", {}, name) : null, name ? el("br") : null, address ?? `${latitude}, ${longitude}`),
  );
}

function person(contact) {
  return el(
    "div",
    { class: "file" },
    el("span", { class: "file-kind", "aria-hidden": "true" }, icon("person")),
    el("span", { class: "file-names" }, el("span", { class: "file-name" }, contact.name?.formatted_name ?? "Contact"), el("span", { class: "file-size" }, contact.phones?.[0]?.phone ?? "")),
  );
}
