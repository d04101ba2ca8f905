// The line at the foot of a phone: text, attachments, the message being quoted.
import { summary } from "./bubble.js";
import { el, icon } from "./dom.js";
import { askForm, openMenu } from "./sheet.js";

export class Composer {
  constructor({ send, upload, tell, screen }) {
    Object.assign(this, { deliver: send, upload, tell, screen });
    this.text = el("textarea", {
      class: "composer-text", rows: "1", placeholder: "Message", "aria-label": "Message", autocomplete: "off", dir: "auto",
      input: () => this.fit(), keydown: (event) => this.key(event),
    });
    this.file = el("input", { type: "file", hidden: true, change: () => this.sendFile() });
    this.preview = el("div", { class: "preview", hidden: true });
    const attach = el("button", { class: "round attach", type: "button", "aria-label": "Attach", "aria-haspopup": "menu", click: (event) => this.attach(event.currentTarget) }, icon("attach"));
    const go = el("button", { class: "round go", type: "submit", "aria-label": "Send" }, icon("send"));
    this.element = el(
      "form",
      { class: "composer", submit: (event) => this.submit(event) },
      this.preview,
      el("div", { class: "composer-line" }, el("div", { class: "composer-field" }, attach, this.text), go),
      this.file,
    );
  }

  fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
    if (event.key === "Escape") this.quote(null);
  }

  quote(message) {
    this.context = message && { id: message.id };
    this.preview.hidden = !message;
    this.preview.replaceChildren(
      el("span", { class: "preview-text" }, message ? summary(message) : ""),
      el("button", { class: "round", type: "button", "aria-label": "Do not quote", click: () => this.quote(null) }, icon("close")),
    );
    if (message) this.text.focus();
  }

  async submit(event) {
    event.preventDefault();
    const body = this.text.value.trim();
    if (body === "") return;
    this.text.value = "";
    this.fit();
    try {
      await this.send({ type: "text", text: { body } });
    } catch {
      this.text.value = body; // not sent: nothing typed is lost
    }
  }

  async send(message) {
    const context = this.context;
    this.quote(null);
    await this.deliver(context ? { ...message, context } : message);
  }

  attach(button) {
    openMenu(this.screen(), button, [
      { label: "Photo", icon: "photo", run: () => this.pick("image", "image/jpeg,image/png") },
      { label: "Document", icon: "document", run: () => this.pick("document", ".pdf,.doc,.docx,.xls,.xlsx,.txt") },
      { label: "Voice note", icon: "microphone", run: () => this.pick("audio", "audio/ogg,.ogg,.opus,audio/mpeg,.mp3,.m4a") },
      { label: "Location", icon: "pin", run: () => this.place() },
    ]);
  }

  pick(kind, accept) {
    this.kind = kind;
    this.file.accept = accept;
    this.file.dataset.kind = kind;
    this.file.click();
  }

  async sendFile() {
    const [chosen] = this.file.files;
    if (!chosen) return;
    try {
      const stored = await this.upload(chosen);
      const content = { id: stored.id };
      if (this.kind === "audio") content.voice = true;
      if (this.kind === "document") content.filename = chosen.name;
      await this.send({ type: this.kind, [this.kind]: content });
    } catch (error) {
      this.tell(error.message);
    }
    this.file.value = "";
  }

  async place() {
    const answer = await askForm(this.screen(), {
      title: "Send location",
      confirm: "Send",
      fields: [
        { name: "latitude", label: "Latitude", value: "16.5062", inputmode: "decimal" },
        { name: "longitude", label: "Longitude", value: "80.6480", inputmode: "decimal" },
        { name: "name", label: "Name of the place", value: "" },
      ],
    });
    if (!answer) return;
    const location = { latitude: Number(answer.latitude), longitude: Number(answer.longitude) };
    if (answer.name) location.name = answer.name;
    await this.send({ type: "location", location });
  }
}
