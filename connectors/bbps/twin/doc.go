// Package twin stands in for an aggregator of Bharat Connect (BBPS): a biller
// master, fetches and payments that are acknowledged first and answered later, to
// whoever polls.
//
//	GET  /v1/billers/{id}                                the biller master
//	POST /v1/bill-fetch-requests, GET …/{refId}          fetch
//	POST /v1/bill-payment-requests, GET …/{refId}        pay
//	GET  /twin/                                          dial and what happened
//	POST /twin/payments/{refId}/{success|failure|reversed}  the biller's late word
//
// Besides the faults of HTTP it can be silent, keep a payment pending until the
// biller's word, decline it late, deem it made, refuse or forget idempotency keys,
// change a bill between fetch and payment, refuse requests for want of a line to
// the network, and take a biller down.
//
// A state's portal serves the billers that the state binds as well
// ([Config.Billers]). Billers and consumers are invented. Every biller has the eight consumers of
// Consumers, and any number that begins with 3 and is long enough is a generated
// consumer with a bill.
//
// It is written from the network's public objects and words and shares no code with
// the connector. Payments survive a restart, fetches do not.
package twin
