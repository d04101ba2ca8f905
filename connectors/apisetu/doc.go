// Package apisetu pulls documents from their issuers through API Setu, the
// government's gateway: a ration card, a mark sheet, a caste certificate, as PDF,
// XML or JSON. It has the record capability.
//
// RecordQuery.Service is "issuer/document" as in the issuer's specification, such
// as "aharakar/ratcr", or "issuer/document/format" where the issuer gives
// another format than PDF. RecordQuery.Fields are the issuer's
// certificateParameters by name, RecordQuery.Consent the consent artefact (see
// Connector.Consent, which signs it). PortalConfig.Credentials hold "api_key" and
// "client_id", and "consent_key" where people's consent is shown.
//
// # What is known and what is assumed
//
// Known, from the issuers' OpenAPI files at apisetu.gov.in, which are all alike:
//
//	POST {base}/{issuer}/v3/{document}/certificate
//	headers X-APISETU-APIKEY, X-APISETU-CLIENTID
//	{"txnId": UUID, "format": "pdf"|"xml"|"json", "certificateParameters": {…},
//	 "consentArtifact": {"consent": {…}, "signature": {"signature": …}}}
//
// The answer is the document itself. Errors are {"error", "errorDescription"}:
// 400 missing_parameter, invalid_parameter, invalid_format, invalid_txnid,
// invalid_consentid; 401 invalid_authentication, invalid_authorization; 404
// record_not_found, url_not_found; 500 internal_server_error; 502 bad_gatewy (as
// they spell it), when the publisher answered nonsense; 503 service_unavailable;
// 504 gateway_timeout, when the publisher was silent.
//
// Assumed: that an XML or JSON document is the certificate schema of the same
// files, read here as labels and values without knowing its names; that a 400
// which names no parameter is about the first of the ones sent; and that the
// signature of the consent artefact is SHA256withRSA or SHA256withECDSA in base64,
// by a key that the gateway knows. There is no search at API Setu: Search pulls the
// document and tells that it is there.
package apisetu
