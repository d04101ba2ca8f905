// Package formserver is the server's side of an ASP.NET WebForms page, for twins
// alone: a view state that only its own server can read, event validation,
// sessions by cookie, and the delta that an UpdatePanel answers with.
//
// It behaves as ASP.NET documents it. The view state carries the page's state and
// a MAC; after a restart the key is another one and every page still open in a
// browser is worthless. __EVENTVALIDATION belongs to one view state, so sending an
// old one with a new view state fails, as does a value that was not offered. It
// knows no portal and shares no code with any connector.
package formserver
