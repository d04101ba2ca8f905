// Package connectors is the vocabulary shared by everything that talks to an
// outside system: the capabilities a connector may have, the closed set of
// errors it answers with, and the configuration of one portal.
//
// A connector family (one folder below this one) implements one or more
// capabilities; workflows and activities see only the interfaces and types
// declared here. The package knows no HTTP, no Temporal and no PostgreSQL. Its
// data types carry JSON tags because they travel through workflow history;
// several of them hold personal data, so they are never logged whole.
package connectors
