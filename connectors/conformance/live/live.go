// Package live names how a conformance suite is turned from the twin to a real
// portal. It is apart from package conformance so that a program can start the
// suites without linking them.
package live

// AddressVariable is the environment variable with a real portal's address. With
// it only calls that change nothing are made, once each and within the polite
// limits of a portal's defaults. They ask for things that do not exist, so the
// portal's "not found" is as good as an answer; what fails the suite is a portal
// that is not the one the connector knows.
const AddressVariable = "JANSETU_CHECK_URL"
