// Package twin is a sandbox of the payment gateway Razorpay: its API paths,
// credentials, validation, pay page and signed webhooks, with faults on a dial
// and a ledger of what really happened to the money.
//
//	/v1/orders, /v1/payment_links, /v1/payments, /v1/refunds   the API
//	/l/{link}                                                  the pay page
//	/twin/                                                     dial and ledger
//	/twin/ledger                                               ledger as JSON
//	/twin/refunds/{id}/{processed|failed}                      POST, the bank's word
//
// The pay page offers what may happen to a payer: pay, fail, debited without an
// answer (and later the bank's yes or no, even after the link expired), pay
// twice, leave. On its field for a UPI address success@razorpay and
// failure@razorpay work as at the gateway.
//
// It is written from the gateway's public documentation and shares no code with
// the client. QR codes and settlements are not part of it.
package twin
