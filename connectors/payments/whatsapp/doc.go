// Package whatsapp is payment inside a WhatsApp chat in India: the order_details
// message that a citizen pays, the lookup that proves it, refunds, and payment
// statuses of the webhook (Meta, "Payments API India", 2025-2026).
//
// The order message is the payment link, and only the outbox sends messages: Order
// makes what it sends, CreateLink checks the reference and answers a Link without an
// address. Meta has no call to close an order, so CancelLink is a refusal; an order
// closes at its expiry.
//
// In gateway mode Meta asks the payment gateway behind the configuration. In UPI
// mode Meta knows nothing of the money: the lookup is the bank's or the gateway's.
//
// # What is known and what is assumed
//
// Calls, limits and fields are from Meta's documentation. Two points it leaves open:
// the answer to a lookup of an unknown order (assumed: no payments, or HTTP 404),
// and where refunds are listed (read in the payment and in its transactions). A
// refund carries no reference of ours, so a refund of the same amount on the same
// payment counts as the one that is asked for: two equal partial refunds of one
// payment cannot be made. Meta advises to trust the lookup and not the webhook.
package whatsapp
