// Package realportal holds the kit against portals that nobody here wrote: the
// ASP.NET WebForms and SOAP samples of the Mono project, as Debian packages them,
// run by Mono's own server. A twin shares our view of WebForms; these do not.
//
// The tests are behind the build tag realportal, since they need Mono (94 MB in
// memory, a first page after a second or two): `make test-realportal` installs it
// where it can and runs them.
//
// The samples have no UpdatePanel. The page in testdata/panel is ours; what goes
// over the wire for it is the framework's. Captchas, OTPs and JSF are covered by
// twins alone.
package realportal
