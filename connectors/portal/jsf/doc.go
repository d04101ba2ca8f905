// Package jsf goes through the pages of JavaServer Faces portals (PrimeFaces
// among them). Every form carries a view state that must go back unchanged, and
// most steps are partial requests whose answer is XML with pieces of the page.
//
// Ids such as j_idt29 are numbered by the portal's compiler and change between
// releases: name fields by webform.Form.NameByLabel and buttons by
// webform.Form.Button. An expired view is portal.ErrVisitLost: go through the
// pages again with portal.Client.Journey.
//
// The package knows JSF 2 and 3 through packages webform and portal; it knows no
// portal.
package jsf
