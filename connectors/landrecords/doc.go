// Package landrecords gives people the record of their land: who holds it, how
// large it is, what is due on it.
//
// Each state has a portal of its own making, so the family has three wires, chosen
// by PortalConfig.Settings["wire"]; see their packages for what is known of each and
// what is assumed:
//
//	bhulekh      Odisha: WebForms whose lists are filled by UpdatePanel deltas
//	mahabhulekh  Maharashtra: WebForms with full postbacks, a captcha, a JPEG
//	meebhoomi    Andhra Pradesh: SOAP, a record of 35 columns
//
// All wires have the capabilities connectors.Records and connectors.Chooser. The
// names of fields are the portal's own control or parameter names, without the
// prefix that ASP.NET adds; the catalog of services carries them. Nothing here
// names a service or a state's administration.
package landrecords
