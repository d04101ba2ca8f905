// Package speed measures what a family of portals costs us beside the portal's own
// time, the same way for every family: a benchmark of each figure, and a test that
// fails when one is far beyond its goal.
//
// A family describes itself as a Subject: how it makes an ordinary read, and one
// whose answer is a page of 200 KB. Figures are taken through the connector's public
// surface and the real client, over real connections. The folder table prints them
// for all families.
//
// The package is for tests. It knows package connectors and package portal; it knows
// no portal.
package speed
