// Package recording keeps a session with a portal as a fixture and plays it back
// to tests. A Proxy stands between a connector, or a browser, and the portal;
// what it saves is redacted first. Replay serves a saved session as if it were
// the portal, and nothing else: what was not recorded is refused, so a test can
// never reach a portal.
//
// Redaction drops cookies and credentials, the values of form fields, long runs
// of digits, e-mail addresses, the texts it is told of, view state, pictures and
// documents. It cannot know every name on a page: a person reads the file before
// it is committed.
//
// The package is for tests and for the command that records; no connector needs
// it.
package recording
