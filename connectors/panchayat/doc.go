// Package panchayat speaks to the servers of a state's village councils: house
// tax that is due and was paid, and the certificates a panchayat issues.
//
// These are plain HTML forms of the late nineties, one server for each district,
// slow, without login, captcha or session. Each district is a portal of its own:
// its breaker, its budget and its connections do not touch another's. It knows
// HTTP through package portal and nothing of workflows.
//
// # What is known and what is assumed
//
// That e-Panchayat services are offered district by district, on old servers
// with forms posted as they stand, is public; no specification is. Paths, names
// and texts below are assumed, in the style of such servers, and are to be
// checked against the department's document before the first real call.
//
// Pages declare windows-1252 and are UTF-8. Tables have a label in one cell and
// the value in the next; they are read by label. Amounts are rupees with Indian
// grouping, dates dd-mm-yyyy and dd-mm-yyyy hh:mm:ss in Indian time. What is
// wrong is said in a page that holds nothing but alert("…"), status 200; a
// failed query of the database is a page too.
//
// House tax, under {server}:
//
//	POST htdemand.asp   assno
//	  Assessment No., Owner Name, Demand No., Half Year "2026-27 II", Demand
//	  Date, Due Date, House Tax, Library Cess, Arrears with Penalty, Total
//	  Amount, Status NOT PAID|PAID, Receipt No., Receipt Date
//	POST htpayment.asp  assno, demno, amount, paydt, refno, bankref
//	GET  htreceipt.asp?assno=&refno=
//	  Receipt No., Receipt Date, Assessment No., Reference No., Amount Paid
//
// refno is our reference: a repeated one answers the first receipt.
//
// Certificates:
//
//	GET  certform.asp?type=       the form, whose controls are the service's fields
//	POST certsave.asp             the form with its papers, multipart
//	  Application No., Reference No., Application Date, Expected Date
//	GET  certstatus.asp?appno=    or ?refno=: one row for each application
//	GET  certprint.asp?appno=     the certificate, a JPEG or PDF
//
// The select controls of the form are the choices that Choices answers.
//
// The form has a control for the reference of an agency, which takes ours, and
// the status page looks up by it.
//
// # Configuration
//
// PortalConfig.Settings["districts"] lists the districts' codes, separated by
// commas. A district's server is PortalConfig.URL with its code as path, or the
// address in Settings["server.<code>"]. Which district a call is about comes
// from Fields["district"] of the query, posting or application.
package panchayat
