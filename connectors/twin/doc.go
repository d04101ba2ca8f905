// Package twin holds what every portal twin is built from: a journal that
// remembers what really happened, and a dial of faults to misbehave with.
//
// A twin stands in for a portal in development and in tests and is never part
// of a production set-up. It is written from what is known of the portal and
// shares no code with the connector it tests.
package twin
