// Package deploy carries the deployments' data in the binary: the states' catalogs and the texts of every language.
package deploy

import "embed"

// Files holds states/<state>/…, shared/… of all states, languages/<language>/… and documents/….
//
//go:embed states shared languages documents
var Files embed.FS
