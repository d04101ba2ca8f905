// Package soap speaks SOAP 1.1 and 1.2 with the old web services of departments.
// An Envelope makes a portal.Request; Read takes the answer apart without regard
// to prefixes, bounded in depth and size, and turns a fault, which may come with
// status 500 or 200, into a *Fault. What a fault means is the connector's to
// say: it maps a Fault to an error of package connectors.
//
// The package knows SOAP and package portal; it knows no portal.
package soap
