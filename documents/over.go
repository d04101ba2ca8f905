package documents

import (
	"io/fs"
	"slices"
)

// Over lays one tree of files over another: a file is the upper tree's where it has one. A deployment so brings its emblem, or a template,
// and keeps all else.
func Over(upper, lower fs.FS) fs.FS { return over{upper, lower} }

type over struct{ upper, lower fs.FS }

// Open opens the upper file, else the lower; a folder opened so shows the upper files alone, and [fs.Glob] all.
func (o over) Open(name string) (fs.File, error) {
	if file, err := o.upper.Open(name); err == nil {
		return file, nil
	}
	return o.lower.Open(name)
}

// Glob finds the files of both trees, in order.
func (o over) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(o.lower, pattern)
	if err != nil {
		return nil, err
	}
	more, err := fs.Glob(o.upper, pattern)
	if err != nil {
		return nil, err
	}
	names = append(names, more...)
	slices.Sort(names)
	return slices.Compact(names), nil
}
