// Orders that are paid in the chat: what is paid for, how much, until when, and a button that pays.
import { clockTime, dayName, el, icon } from "./dom.js";
import { askForm } from "./sheet.js";

const rupees = ({ value, offset }) => (value / offset).toLocaleString("en-IN", { style: "currency", currency: "INR" });

/** What stands in the bubble above the order's text. */
export function orderSummary({ action }) {
  const { order, total_amount: total } = action.parameters;
  const until = order.expiration && new Date(Number(order.expiration.timestamp) * 1000).toISOString();
  return el(
    "div",
    { class: "order" },
    ...order.items.map((item) =>
      el("p", { class: "order-line" }, el("span", { dir: "auto" }, item.quantity > 1 ? `${item.name} × ${item.quantity}` : item.name), el("span", {}, rupees(item.amount))),
    ),
    el("p", { class: "order-line order-total" }, el("span", {}, "Total"), el("strong", {}, rupees(total))),
    until ? el("p", { class: "order-until" }, `Pay before ${dayName(until)}, ${clockTime(until)}`) : null,
  );
}

/** The button of an order. Meta shows another label to a quick order. */
export function payButton(message, actions) {
  const { order, total_amount: total } = message.content.action.parameters;
  const button = el("button", { class: "card-action order-pay", type: "button" }, icon("open"), el("span", {}, order.type === "quick_pay" ? "Pay now" : "Review and pay"));
  button.addEventListener("click", async () => {
    const answer = await askForm(actions.screen(), {
      title: `Pay ${rupees(total)} by UPI`,
      confirm: `Pay ${rupees(total)}`,
      fields: [],
      choices: [
        { value: "failed", label: "Let the payment fail" },
        { value: "pending", label: "Let the bank decide later" },
        { value: "settle", label: "The bank says yes to what was pending" },
      ],
    });
    if (!answer) return;
    const outcome = answer.choice ?? "success";
    const taken = await actions.pay(message, outcome);
    if (!taken || outcome === "failed" || outcome === "pending") return;
    button.disabled = true;
    button.replaceChildren(el("span", {}, `${rupees(total)} paid`));
  });
  return button;
}
