// Package open311 files complaints at towns that speak Open311 GeoReport v2. It
// has the grievance capability.
//
// # Configuration
//
// PortalConfig.URL is the endpoint up to and without "services.json". Settings:
// see the Setting constants; all may be left out. Credentials: "api_key", where
// the town wants one. Grievance.Tenant, when given, is the jurisdiction_id.
//
// # What is known and what is assumed
//
// Known, from the specification (wiki.open311.org/GeoReport_v2) and from what
// mysociety/fixmystreet, the most used client, has learnt of servers:
//
//	GET  services.{f}            what can be complained about
//	GET  services/{code}.{f}     its attributes, when it has metadata
//	POST requests.{f}            form; answers service_request_id, or a token, or neither
//	GET  tokens/{token}.{f}      the number of a token, once there is one
//	GET  requests.{f}            by service_code and dates, 90 days and 1000 rows at most
//	GET  requests/{id}.{f}
//	GET, POST servicerequestupdates.{f}   an extension with richer states
//
// Answers are lists, but a list of one may come as the thing itself; numbers come
// as strings and as numbers; an element may be there and empty. Errors are
// [{code, description}] with status 400 for almost anything, 403 for the key and
// 404. A token may take hours: it is asked a few times and then kept, and the
// complaint is never sent again for it.
//
// There is no idempotency key and no place for a reference of ours. It is put at
// the end of the description, in brackets, and Find looks for it there among the
// complaints of the category since GrievanceQuery.FiledAfter. A town that does
// not show descriptions makes Find uncertain, and it says so.
//
// Assumed: that a category of the type batch or blackbox shows a new complaint
// within the setting "batch_within". Photos are sent as a media_url only
// (Grievance.Fields["media_url"]); the specification has no upload.
package open311
