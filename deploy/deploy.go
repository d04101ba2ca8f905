// Package deploy carries the deployments' data in the binary: the states' catalogs and the texts of every language.
package deploy

import "embed"

// Files holds states/<state>/… and languages/<language>/….
//
//go:embed states languages
var Files embed.FS
