// One phone: the chat with a business as its owner sees it.
import * as api from "./api.js";
import { bubble, daySeparator, reactionTarget, ticks } from "./bubble.js";
import { Composer } from "./composer.js";
import { avatar, dayName, displayNumber, el, icon } from "./dom.js";
import { askForm, openMenu } from "./sheet.js";

const typingLasts = 25_000; // as Meta shows it

export class PhoneView {
  constructor(phone, numbers, { tell, changed, close }) {
    this.phone = phone;
    this.business = numbers[0];
    this.numbers = numbers;
    this.tell = tell;
    this.changed = changed;
    this.close = close;
    this.messages = new Map();
    this.unread = 0;
    this.draw();
  }

  draw() {
    this.subtitle = el("span", { class: "chat-subtitle", "aria-live": "polite" }, "online");
    this.title = el("span", { class: "chat-title" });
    this.picture = el("span", { class: "chat-picture" });
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": "Messages" });
    this.atEnd = true;
    this.log.addEventListener("scroll", () => (this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40));
    this.log.addEventListener("load", () => this.atEnd && this.scrollToEnd(), true); // a picture grew into its size
    new ResizeObserver(() => this.atEnd && this.scrollToEnd()).observe(this.log);
    this.composer = new Composer({ send: (message) => this.send(message), upload: api.upload, tell: this.tell, screen: () => this.screen });
    const menu = el("button", { class: "round", type: "button", "aria-label": "Phone settings", "aria-haspopup": "menu", click: (event) => this.menu(event.currentTarget) }, icon("more"));
    this.screen = el(
      "div",
      { class: "screen" },
      el("header", { class: "chat-header" }, this.picture, el("span", { class: "chat-names" }, this.title, this.subtitle), menu),
      this.log,
      this.composer.element,
    );
    this.owner = el("p", { class: "owner" });
    this.element = el("section", { class: "phone", "data-phone": this.phone.number }, this.owner, this.screen);
    this.drawNames();
  }

  drawNames() {
    const { name, number, hides_number: hides } = this.phone;
    this.title.textContent = this.business.verified_name;
    this.picture.replaceChildren(avatar(this.business.verified_name));
    this.owner.replaceChildren(
      el("strong", {}, name || "Phone"),
      el("span", { class: "owner-number" }, displayNumber(number)),
      hides ? el("span", { class: "pill" }, "number hidden") : "",
    );
    this.element.setAttribute("aria-label", `Phone of ${name || displayNumber(number)}`);
  }

  async load() {
    const all = await api.chat(this.phone.number, this.business.phone_number_id);
    this.messages.clear();
    this.log.replaceChildren();
    this.lastDay = "";
    if (all.length === 0) this.log.append(el("p", { class: "chip" }, `Say “Hi” to ${this.business.verified_name}`));
    for (const message of all) this.add(message);
    this.shown();
  }

  follow(event) {
    if (event.kind === "phone") {
      this.phone = event.settings;
      this.drawNames();
      return;
    }
    if (event.phone_number_id !== this.business.phone_number_id) return;
    if (event.kind === "message") this.arrive(event.message);
    else if (event.kind === "status") this.progress(event.message);
    else if (event.kind === "typing") this.showTyping();
  }

  arrive(message) {
    if (message.from === "business") this.hideTyping();
    this.add(message);
    if (message.from === "business") this.unread += 1;
    this.shown();
  }

  add(message) {
    if (this.messages.has(message.id)) return;
    if (message.seq === 1) this.log.replaceChildren();
    this.messages.set(message.id, message);
    const target = reactionTarget(message);
    if (target) return this.react(target, message);
    const day = dayName(message.at);
    if (day !== this.lastDay) this.log.append(daySeparator(day));
    this.lastDay = day;
    this.log.append(bubble(message, this.actions()));
    this.scrollToEnd();
  }

  actions() {
    return {
      find: (id) => this.messages.get(id),
      answer: (message) => this.send(message),
      pay: (message, outcome) => this.pay(message, outcome),
      quote: (message) => this.composer.quote(message),
      screen: () => this.screen,
      number: () => this.phone.number,
      tell: (text) => this.tell(text),
      businessName: this.business.verified_name,
    };
  }

  react(targetId, message) {
    const target = this.log.querySelector(`[data-message="${CSS.escape(targetId)}"]`);
    target?.querySelector(`.reaction-${message.from}`)?.remove();
    if (!target || !message.content.emoji) return;
    target.append(el("span", { class: `reaction reaction-${message.from}`, "aria-label": `Reaction ${message.content.emoji}` }, message.content.emoji));
  }

  progress(change) {
    const message = this.messages.get(change.id);
    if (!message) return;
    message.status = change.status;
    const mark = this.log.querySelector(`[data-message="${CSS.escape(change.id)}"] .ticks`);
    mark?.replaceWith(ticks(message));
  }

  async send(message) {
    try {
      await api.send(this.phone.number, { phone_number_id: this.business.phone_number_id, ...message });
    } catch (error) {
      this.tell(error.message);
      throw error;
    }
  }

  async pay(message, outcome) {
    try {
      await api.pay(this.phone.number, message.id, outcome);
      return true;
    } catch (error) {
      this.tell(error.message);
      return false;
    }
  }

  /** Called when the phone may have come into view: what the business wrote is then read. */
  shown() {
    const visible = document.visibilityState === "visible" && this.element.offsetParent !== null;
    if (!visible) return;
    this.unread = 0;
    this.changed();
    if (this.reading) return;
    const waiting = [...this.messages.values()].some((m) => m.from === "business" && m.status !== "read");
    if (!waiting) return;
    this.reading = setTimeout(() => {
      this.reading = null;
      api.read(this.phone.number, this.business.phone_number_id).catch((error) => this.tell(error.message));
    }, 300);
  }

  showTyping() {
    this.hideTyping();
    this.subtitle.textContent = "typing…";
    this.typing = el("div", { class: "bubble-row business typing", "aria-label": "typing" }, el("div", { class: "bubble" }, el("i"), el("i"), el("i")));
    this.log.append(this.typing);
    this.scrollToEnd();
    this.typingTimer = setTimeout(() => this.hideTyping(), typingLasts);
  }

  hideTyping() {
    clearTimeout(this.typingTimer);
    this.typing?.remove();
    this.subtitle.textContent = "online";
  }

  scrollToEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.atEnd = true;
  }

  change(settings) {
    return api.changePhone(this.phone.number, settings);
  }

  menu(button) {
    const { hides_number: hides, reads_at_once: atOnce, read_receipts_off: off } = this.phone;
    openMenu(this.screen, button, [
      ...this.numbers.filter((n) => n !== this.business).map((n) => ({ label: `Write to ${n.verified_name}`, run: () => this.switchTo(n) })),
      { label: "Rename…", run: () => this.rename() },
      { label: "Hide my number", checked: hides, run: () => this.change({ hides_number: !hides }) },
      { label: "Send read receipts", checked: !off, run: () => this.change({ read_receipts_off: !off }) },
      { label: "Read at once", checked: atOnce, run: () => this.change({ reads_at_once: !atOnce }) },
      { label: "Change number…", run: () => this.renumber() },
      { label: "Send something unsupported", run: () => this.send({ type: "unsupported" }) },
      { label: "Put phone away", run: () => this.close(this.phone.number) },
    ]);
  }

  async switchTo(number) {
    this.business = number;
    this.drawNames();
    await this.load();
  }

  async rename() {
    const answer = await askForm(this.screen, { title: "Name", confirm: "Save", fields: [{ name: "name", label: "Name in the profile", value: this.phone.name }] });
    if (answer) await this.change(answer);
  }

  async renumber() {
    const answer = await askForm(this.screen, {
      title: "Change number",
      confirm: "Change",
      fields: [{ name: "wa_id", label: "New number", value: displayNumber(String(BigInt(this.phone.number) + 50n)), inputmode: "tel" }],
    });
    if (answer) await this.send({ type: "system", system: { type: "user_changed_number", wa_id: answer.wa_id } });
  }
}
