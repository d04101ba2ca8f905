// Package twin stands in for a town's Open311 GeoReport v2 server, with the
// updates extension. It is written from what package open311 documents and
// shares no code with it.
//
// # Invented services
//
//	pothole   realtime; asks size (a list, required) and depth (a number); shows a notice
//	light     realtime; asks nothing
//	water     batch: gives a token, and the number after Config.BatchAfter
//	trees     blackbox: gives nothing, and shows the request after Config.BatchAfter
//
// The jurisdiction is Jurisdiction, the key APIKey. Requests outside the
// latitudes 19 to 21 and the longitudes 84 to 87 are refused.
package twin
