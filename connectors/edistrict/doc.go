// Package edistrict speaks to e-District portals built on ServicePlus:
// applications for certificates and licences, from the form to the paper.
//
// A service is a number and a set of controls, both in the service definition:
// one connector serves hundreds of services of any state, and a new one needs no
// Go. It knows HTTP through package portal and nothing of workflows.
//
// # What is known and what is assumed
//
// ServicePlus is one code base on the hosts of many states. Public pages show
// getServiceDesc.html?serviceId=, a CSRF token (OWASP_CSRFTOKEN) in every
// address, login by OTP, drafts whose number is not an application's, a captcha
// before the submission, a status page and a certificate to download. No
// specification is public: the other paths and names, and all texts, are assumed
// in the style of the product, and are to be checked against the portal's own
// pages before the first real call. Paths follow from the pages' own forms and
// links; only the three entrances are written down here.
//
//	GET  getServiceDesc.html?serviceId=  description, with a link to apply
//	  loginWindow.do     mobileNo          → an OTP is sent
//	  validateOTP.do     otp               → the form, under a new token
//	  saveApplication.do the form          → a draft: DRAFT/2026/00001
//	  editSaveAnnexure.do docType_n, file_n for each paper, multipart
//	  submitApplication.do captchaText     → Application Reference Number
//	GET  citizenApplication.html         the status page: searchBy A (number) or
//	                                     K (reference of a service centre)
//	  downloadCertificate.do              the certificate, PDF
//	  queryReply.do                       after a login: the officer's question
//
// Pages declare ISO-8859-1 and are UTF-8. Dates are dd/mm/yyyy hh:mm:ss in Indian
// time. A control is required when its label bears a mark of class "mandatory";
// what is wrong with a control stands in an element with the id err_ and the
// control's name. A session or token that is not valid any more brings a page
// with status 200 that asks to log in again.
//
// # How an application goes
//
// Submit takes three calls. The first opens the login and asks for an OTP
// (ChallengeError); the second, with the OTP, fills the form, saves the draft,
// attaches the papers and asks for the captcha; the third submits. In between
// the portal's session is frozen. A session that the portal forgot starts again
// at the OTP: a draft left behind is harmless, it never becomes an application.
//
// The reference of a service centre, kioskTxnNo on the form, takes ours, and
// Find looks up by it. For a portal without that control,
// Settings["reference_field"] is "none", and an unknown outcome stays unknown.
//
// # What a service definition gives
//
// Application.Service is the portal's number. Application.Fields are by control
// name; a select control takes the option's value or its text, a radio button or
// checkbox its value; a day may be written 2026-01-05. Fields["mobileNo"] is the mobile number that the citizen
// logs in with and is no part of the form. Enclosure.Kind is the annexure's
// number and the type's code or text, as in "101/Voter ID".
package edistrict
