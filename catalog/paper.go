package catalog

import (
	"fmt"
	"io/fs"
	"path"
)

// Paper is a kind of document that departments ask for, defined once in papers.yaml and named by [Field.Accepts].
type Paper struct {
	ID    string `yaml:"id" json:"id"`
	Title Text   `yaml:"title" json:"title"`
	About Text   `yaml:"about" json:"about,omitempty"` // which side, which page, issued by whom
}

// Paper returns the kind of document with the id.
func (c *Catalog) Paper(id string) (Paper, bool) {
	paper, ok := c.papers[id]
	return paper, ok
}

const mediaFolder = "media"

func readMedia(fsys fs.FS, folder string) map[string]int64 {
	sizes := make(map[string]int64)
	items, _ := fs.ReadDir(fsys, folder)
	for _, item := range items {
		if info, err := item.Info(); err == nil && info.Mode().IsRegular() {
			sizes[item.Name()] = info.Size()
		}
	}
	return sizes
}

// Media reads a picture or video of an [Information], by the name it has there. The error is an [fs.ErrNotExist] for any other name.
func (c *Catalog) Media(name string) ([]byte, error) {
	if path.Base(name) != name {
		return nil, fmt.Errorf("read media: %w", fs.ErrNotExist)
	}
	content, err := fs.ReadFile(c.files, path.Join("states", c.state.ID, mediaFolder, name))
	if err != nil {
		return nil, fmt.Errorf("read media: %w", err)
	}
	return content, nil
}
