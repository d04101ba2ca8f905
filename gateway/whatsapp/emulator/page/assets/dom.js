// Small building blocks for the page's elements.

/** Makes an element. Attributes that are functions become listeners; null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const shapes = {
  add: ["M12 5v14M5 12h14"],
  attach: ["M12 5v14M5 12h14"],
  send: ["M4 12 20 4l-6 16-3-6z", "M11 14 20 4"],
  more: ["M12 5.5v.01M12 12v.01M12 18.5v.01"],
  tick: ["M3 12.5l4.5 4.5L16 7"],
  ticks: ["M1.5 12.5 6 17l8.5-10", "M10.5 15.2 12.3 17l8.7-10"],
  clock: ["M12 3a9 9 0 1 0 .01 0", "M12 7v5l3 2"],
  failed: ["M12 3a9 9 0 1 0 .01 0", "M12 7.5v5.5M12 16.4v.01"],
  list: ["M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01"],
  reply: ["M10 6 4 12l6 6", "M4 12h9c4 0 7 2 7 6"],
  open: ["M10 5H5v14h14v-5", "M14 4h6v6M20 4l-9 9"],
  close: ["M6 6l12 12M18 6 6 18"],
  back: ["M14 6l-6 6 6 6"],
  download: ["M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14"],
  pin: ["M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.500C5 14.800 12 21 12 21z", "M12 7a2.500 2.500 0 1 0 .01 0"],
  photo: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4", "M9 8.500v.01"],
  document: ["M6 3h8l4 4v14H6z", "M14 3v4h4", "M9 12h6M9 16h6"],
  microphone: ["M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z", "M6 11a6 6 0 0 0 12 0M12 17v4"],
  person: ["M12 4a4 4 0 1 0 .01 0", "M4.500 20c.7-4 3.700-6 7.500-6s6.800 2 7.500 6"],
  phone: ["M8 3h8v18H8z", "M11 18h2"],
  form: ["M5 4h14v16H5z", "M8.500 9h7M8.500 13h7M8.500 17h4"],
};

/** Draws one of the page's own line icons. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of shapes[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** "919800000001" as "+91 98000 00001". */
export function displayNumber(digits) {
  if (digits.length === 12 && digits.startsWith("91")) return `+91 ${digits.slice(2, 7)} ${digits.slice(7)}`;
  return `+${digits}`;
}

export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function clockTime(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function dayName(at) {
  const day = new Date(at);
  const today = new Date();
  const yesterday = new Date(today.getTime() - 24 * 60 * 60 * 1000);
  if (day.toDateString() === today.toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  return day.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

/** The letters and colour of a round picture for a name. */
export function avatar(name) {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word)); // not the dot of "Jansetu · Andhra Pradesh"
  const initials = words.slice(0, 2).map((word) => [...new Intl.Segmenter().segment(word)][0].segment);
  const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;
  return el("span", { class: `avatar avatar-${hue}`, "aria-hidden": "true" }, initials.join("") || "?");
}
