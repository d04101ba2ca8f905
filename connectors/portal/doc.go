// Package portal is the polite HTTP client that every connector uses.
//
// A Client stands for one portal. It holds the portal's breaker, its budget and
// its maintenance calendar, and turns whatever goes wrong into the error
// classes of package connectors. A Session adds a cookie jar for one citizen's
// visit. The client never repeats a request that may change something, never
// follows a redirect off the portal's host, never reads an answer without a
// limit, and never lets an address, a query or a body into an error or a log.
//
// The package knows HTTP and the error classes; it knows no portal family, no
// Temporal and no PostgreSQL.
package portal
