// Package webform fills HTML forms as a browser would: all successful controls
// of the form, with the citizen's answers set and one button pressed. It is what
// the packages for WebForms and JSF and every connector of plain HTML pages
// build on.
//
// A page is read once with Parse; the form found on it answers a portal.Request.
// Controls are named by their name or found by the text of their label, because
// names change between releases where labels do not. What is not on the page as
// expected is a connectors.ChangedError with a value-free outline; an answer
// that the form does not offer is a connectors.InputRejectedError.
//
// The package knows HTML and package portal; it knows no portal.
package webform
