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
//	apply/<service>.xhtml        a form, sent with a picture
//	status/application.xhtml     where an application stands, without a picture
//
// A select whose change makes a partial request (district, then office) is
// followed as a browser does. Our reference goes into a control of the form
// (SettingReferenceLabel), by which an application whose answer was lost is found.
//
// Forms with places for papers are not filled by this package: the services served
// so far prove the person by other means.
package transport
