// Package upi asks a payer's UPI app for a payment: the link that opens the app,
// the same as a QR picture, and the bank's word on what came of it.
//
// A link or a QR code gives no proof to anybody. The payer's app says "paid" to the
// payer only; a screenshot or a typed number is a hint for a search and nothing
// else. What counts is the bank's answer to Bank.Payments, or a gateway's webhook
// where the link is a gateway's own. A link that nobody keeps on a server can also
// not be cancelled, and the bank gives nothing back: as a payments.Gateway, Bank makes
// links to a page of ours that opens the app, finds what the bank says of a reference,
// and leaves every refund to an officer. Its link's time is ours.
//
// # What is known and what is assumed
//
// The parameters are those of NPCI's UPI linking specification 1.6: pa, pn, mc, tr,
// tid, tn, am, mam, cu, url, mode, orgid, sign. Amounts have two decimals, values
// are percent-encoded with %20 for a space, since apps misread a plus sign, and the
// signature is over the string before "&sign=". Limits of pn and tn are those that
// apps are known to show. The bank's interface differs from bank to bank; the one
// here is assumed:
//
//	GET {base}/v1/merchants/{pa}/transactions/{tr}
//	  {"tr", "transactions": [{"txnId", "rrn", "amount" "12.50", "status"
//	   SUCCESS|FAILURE|PENDING|DEEMED, "errorCode", "ts" RFC 3339}]}
//	  404 {"error": "TR_NOT_FOUND"} until the payer's app has called
//
// with X-Api-Key. NPCI bounds how often a status may be asked: first after
// FirstCheck, at most three times in two hours.
package upi
