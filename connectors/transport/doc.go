// Package transport speaks to portals of licences and vehicles that are built
// with JavaServer Faces: what is on record about a licence or a vehicle, and
// applications such as the one for a learner's licence.
//
// It knows HTTP through package portal and JSF through package portal/jsf, and
// nothing of workflows. No Go names a service: RecordQuery.Service and
// Application.Service are names of pages, and Fields are keyed by the labels that
// people see, both from the catalog. Control ids such as j_idt29 are numbered by
// the portal's compiler and change with every release; labels do not.
//
// # What is known and what is assumed
//
// Public pages show the view state, partial answers in XML, generated ids, a
// picture to copy ("Verification Code") and that licence number and date of birth
// name a licence. No specification is public. Paths, labels and texts are assumed
// in the style of the pages and are to be checked before the first real call.
//
//	status/<service>.xhtml       details on record, behind a picture
//	apply/<service>.xhtml        a form, sent with a picture and, for some, a code
//	status/application.xhtml     where an application stands, without a picture
//
// A select whose change makes a partial request (district, then office) is
// followed as a browser does. Our reference goes into a control of the form
// (SettingReferenceLabel), by which an application whose answer was lost is found.
//
// # Papers, codes and replies
//
// A form with places for papers is multipart; the portal's script sends its fields
// when one of them changes, and the browser sends the whole of it when its button
// is pressed. The session that waits for the citizen keeps no papers: they come
// with every call. After the picture some services send a code to the phone (OTP),
// and what the citizen types confirms; it commits only then.
//
//	reply/application.xhtml      an answer to what the office asked, with papers
//
// An application "on hold" has the question in the last line of its history. A
// reply shows there as "Reply by applicant" with "Ref." and our reference, by which
// one whose answer was lost is found.
//
// # Fees
//
// An acknowledgement may name a fee ("Fee (Rs.)"), and the office begins when it is
// paid. That an agency may take it elsewhere and tell the portal is assumed, with
// paths, labels and texts:
//
//	agency/login.xhtml           lets an agency in (CredentialUser, CredentialPassword)
//	agency/fee.xhtml             records a payment against an application's number, without a picture
//
// The status shows the fee as "PAID" or "NOT PAID" ("Fee Status") and lists what was
// recorded with our reference, by which one whose answer was lost is found. A portal
// that gives the hub no login cannot be told: its Connector is no FeeTaker.
package transport
