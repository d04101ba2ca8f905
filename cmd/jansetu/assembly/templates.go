package assembly

import (
	"fmt"
	"io/fs"
	"os"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents"
)

// loadDocuments loads the templates, texts and fonts of the state's documents: those of the configured folder over those built in.
func loadDocuments(settings config.Config) (*documents.Library, error) {
	var files fs.FS = deploy.Files
	if settings.Files != "" {
		files = documents.Over(os.DirFS(settings.Files), files)
	}
	library, err := documents.Load(files, settings.State)
	if err != nil {
		return nil, fmt.Errorf("load the documents of state %q: %w", settings.State, err)
	}
	return library, nil
}
