// Package twin stands in for a state's DIGIT: login, master data, file store,
// complaints (PGR v2), bills and collection. It is written from what package
// municipal documents and shares no code with it.
//
// As with the real one, a complaint or its update shows in a search only after
// Config.Lag; there is no idempotency key, so whoever sends a complaint twice has
// two; a payment is of whole rupees and of the whole bill; tokens are forgotten
// by a restart.
//
// # Invented accounts
//
// The login is Username and Password at the tenant "pb" or "ap". All accounts are of the
// business service "PT" (property tax) in the town pb.amritsar:
//
//	PB-PT-2026-000101  ₹2,400 due
//	PB-PT-2026-000102  ₹1,860 due and ₹3,120 arrears of last year
//	PB-PT-2026-000103  paid this year
//	PB-PT-2026-000104  assessed, no bill yet
//	PB-PT-2026-000105  ₹980 due, but online payment is not allowed
//	PB-PT-2026-000106  ₹1,25,000 due
//	PB-PT-2026-000199  unknown, as is every other number
//
// The town ap.vijayawada has the same holders and amounts under AP-PT-2026-… (property
// tax), AP-WS-2026-… (water, "WS") and AP-SW-2026-… (sewerage, "SW"), each account by
// itself.
//
// A state's portal is given its own towns, localities, kinds of complaints and accounts:
// [Config.Towns], [Config.Types] and [Config.Books]. Besides these, AccountCode(i) names any number of accounts for load tests.
//
// Complaints are of the types in testdata/ServiceDefs.egov.json at the localities
// of testdata/localities.csv. With Config.Progress they are assigned and resolved
// by themselves; POST /twin/resolve?number= resolves one at once, and
// POST /twin/transfer?number= makes its office say that it is not its own. The
// officers' picture of their work is a drawing.
package twin
