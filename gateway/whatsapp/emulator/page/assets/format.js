// The marks people type in chats: *bold* _italic_ ~strike~ `code` ```mono```, and links.
import { el } from "./dom.js";

const edge = "(?<![\\p{L}\\p{N}\\p{M}])";
const after = "(?![\\p{L}\\p{N}\\p{M}])";
const marked = (mark) => `${edge}[${mark}](?=\\S)([^${mark}\\n]*?[^${mark}\\s])[${mark}]${after}`;
const pattern = new RegExp(
  ["```([\\s\\S]+?)```", "`([^`\\n]+)`", marked("*"), marked("_"), marked("~"), "(https?:\\/\\/[^\\s<>\"]*[^\\s<>\".,;:!?)])"].join("|"),
  "gu",
);

/** Turns text into nodes. Nothing in it is ever read as HTML. */
export function formatText(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) nodes.push(text.slice(from, match.index));
    nodes.push(formatMatch(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function formatMatch([, block, code, bold, italic, strike, link]) {
  if (block !== undefined) return el("code", { class: "mono" }, block);
  if (code !== undefined) return el("code", {}, code);
  if (bold !== undefined) return el("strong", {}, ...formatText(bold));
  if (italic !== undefined) return el("em", {}, ...formatText(italic));
  if (strike !== undefined) return el("s", {}, ...formatText(strike));
  return el("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link);
}
