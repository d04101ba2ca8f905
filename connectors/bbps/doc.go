// Package bbps pays bills over Bharat Connect (BBPS) through an aggregator: what
// is due at a biller, and that it was paid. One portal serves every biller of the
// network; BillQuery.Service is the biller's id, so that a new biller is a file of
// the catalog and no Go.
//
// # How a call goes
//
// Every call is asynchronous. The aggregator acknowledges a request (Ack) and the
// answer comes later: by a callback, or to whoever polls for it by the
// request's refId. The connector polls for Settings["wait"]. A fetch that is not
// answered by then is unavailable. A payment is then an OutcomeUnknownError, which
// FindPayment resolves when the network has decided, minutes or hours later.
//
// The hub takes no callbacks. One would be no proof, only a reason to ask
// FindPayment sooner, and the workflow that waits for a posting asks anyway, each
// time later than before; an address that the whole network may call is not worth
// the minutes.
//
// A payment's refId is derived from Posting.Reference and is the network's
// idempotency key: the same posting cannot be paid twice. A payment must name a
// fetch, so PostPayment fetches again and pays only if bill and amount are still
// those that the citizen saw.
//
// Deemed success (the biller was silent, the network settles all the same) counts
// as posted. Should the biller undo it later, FindPayment answers a RefusedError
// with RefusedReversed.
//
// # What is known and what is assumed
//
// The network's objects and words are from a digest of its message schemas and the
// source of an operating unit: Ack{api, refId, RspCd, ErrorMessages, msgId, ts},
// refId of 35 characters, amounts in paise as text, the states REQUEST_RECEIVED
// (in one unit with I and E the other way round), SEND_FAILED, SEND_FAILED_ACK, RESPONSE_SUCCESS,
// RESPONSE_DECLINE and TIMEOUT, COU_DUPLICATE_REQUEST, COU_REQUEST_TIMEOUT and
// COU_NETWORK_ERROR, the fields of the biller master, responseCode 000 for success.
// Aggregators wrap them in JSON or XML of their own. The paths, the headers, the
// codes BFR… and BPR… below are assumed and are to be
// checked against the aggregator's document before the first real call:
//
//	GET  {base}/v1/billers/{billerId}               the biller master's entry
//	POST {base}/v1/bill-fetch-requests              → Ack
//	GET  {base}/v1/bill-fetch-requests/{refId}      → state, bills
//	POST {base}/v1/bill-payment-requests            → Ack
//	GET  {base}/v1/bill-payment-requests/{refId}    → state, transaction
//
// with X-Api-Key on all and Idempotency-Key (the refId) on payments.
//
// The account goes into the first parameter of the biller that BillQuery.Fields
// does not name; BillQuery.Fields["MOBILE"] is the customer's number, which the
// network wants of everybody.
package bbps
