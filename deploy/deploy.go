// Package deploy carries the deployments' data in the binary: the states' catalogs and the texts of every language.
package deploy

import "embed"

// Files holds states/<state>/…, languages/<language>/… and documents/….
//
//go:embed states languages documents
var Files embed.FS
