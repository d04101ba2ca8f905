// Package aspnet goes through the pages of ASP.NET WebForms portals. A page is
// one form whose hidden fields (__VIEWSTATE, __EVENTVALIDATION and more) change
// with every answer and must go back unchanged with the next request; a change
// of a dropdown is a postback of its own, in full or, inside an UpdatePanel, as
// a delta.
//
// A Visit holds the page between postbacks. It starts with a GET and follows the
// link "here" of the error page that many of these portals show first. A view
// state that the portal does not accept any more is portal.ErrVisitLost: go
// through the pages again with portal.Client.Journey, which does so once.
//
// The package knows WebForms through packages webform and portal; it knows no
// portal.
package aspnet
