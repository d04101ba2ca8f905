// Package conformance is the suite that every connector passes against its
// twin. One Run function per capability takes the twin and its connector and
// checks the promises of package connectors: each fault leads to its class
// within the deadline, nothing is done twice under any fault, the breaker opens
// and closes, the budget holds, and a cancelled call stops at once.
//
// A connector's own tests call it; see connectors/electricity for an example. A
// new capability adds a file with its Run function and reuses the portal
// promises of portal.go.
package conformance
