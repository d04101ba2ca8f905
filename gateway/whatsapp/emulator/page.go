package emulator

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed page control.md
var pageFiles embed.FS

// pageRoutes serves the phone page. Everything it needs is embedded; the policy lets nothing else in.
func (e *Emulator) pageRoutes(mux *http.ServeMux) {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	page, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is embedded at build time
	}
	guard := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("X-Content-Type-Options", "nosniff")
			w.Header().Set("Referrer-Policy", "no-referrer")
			w.Header().Set("Cache-Control", "no-cache")
			next.ServeHTTP(w, r)
		})
	}
	mux.Handle("GET /{$}", guard(http.FileServerFS(page)))
	mux.Handle("GET /assets/{file}", guard(http.FileServerFS(page)))
	mux.Handle("GET /emulator/{$}", guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
		http.ServeFileFS(w, r, pageFiles, "control.md")
	})))
}
