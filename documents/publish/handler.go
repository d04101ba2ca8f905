package publish

import (
	"net/http"
	"os"
	"strings"

	"github.com/jansetu/jansetu/documents/publiclog"
)

// Path is where the gateway serves the log.
const Path = "/log/"

// Handler serves the files of a folder below Path. Tiles never change and may be kept for ever.
func Handler(folder string) (http.Handler, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, Path)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "only GET", http.StatusMethodNotAllowed)
			return
		}
		if !publiclog.IsTilePath(path) {
			http.NotFound(w, r)
			return
		}
		file, err := root.Open(path)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		defer func() { _ = file.Close() }()
		info, err := file.Stat()
		if err != nil || !info.Mode().IsRegular() {
			http.NotFound(w, r)
			return
		}
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*") // anybody may verify, also from a page of their own
		header.Set("Content-Type", "application/octet-stream")
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
		if path == publiclog.CheckpointPath {
			header.Set("Content-Type", "text/plain; charset=utf-8")
			header.Set("Cache-Control", "no-cache")
		}
		http.ServeContent(w, r, "", info.ModTime(), file)
	}), nil
}
