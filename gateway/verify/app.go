package verify

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	texttemplate "text/template"

	"github.com/jansetu/jansetu/catalog"
)

// AppPath is where the page that can be installed is, below the gateway's address.
const AppPath = Path + "app/"

//go:embed pwa/*.js pwa/*.html pwa/*.svg
var appFiles embed.FS

// appFile is one file of the installed page, made at the start.
type appFile struct {
	kind    string
	content []byte
	zipped  []byte
}

// installed is the page that can be installed: files that do not change while the process lives, by their name and query.
type installed map[string]appFile

func (c *Checker) app() (http.Handler, error) {
	files := installed{}
	names, err := fs.Glob(appFiles, "pwa/*")
	if err != nil {
		return nil, fmt.Errorf("read the installed page: %w", err)
	}
	for _, name := range names {
		if content, err := appFiles.ReadFile(name); err != nil {
			return nil, fmt.Errorf("read the installed page: %w", err)
		} else if base := path.Base(name); base != "index.html" && base != "sw.js" {
			files.add(base, content)
		}
	}
	for _, lang := range c.config.Texts.Languages() {
		if err := c.addLanguage(files, lang); err != nil {
			return nil, err
		}
	}
	if err := c.addWorker(files); err != nil {
		return nil, err
	}
	return &appHandler{page: c, files: files}, nil
}

func (i installed) add(name string, content []byte) {
	var zipped bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)           // the level is one
	if _, err := writer.Write(content); err != nil || writer.Close() != nil { // a buffer takes everything
		zipped.Reset()
	}
	bare, _, _ := strings.Cut(name, "?")
	kind := mime.TypeByExtension(path.Ext(bare))
	switch path.Ext(bare) {
	case "":
		kind = "text/html; charset=utf-8"
	case ".js":
		kind = "text/javascript; charset=utf-8"
	case ".webmanifest":
		kind = "application/manifest+json"
	case ".svg":
		kind = "image/svg+xml"
	}
	i[name] = appFile{kind: kind, content: content, zipped: zipped.Bytes()}
}

func (c *Checker) addLanguage(files installed, lang catalog.Language) error {
	parsed, err := template.ParseFS(appFiles, "pwa/index.html")
	if err != nil {
		return fmt.Errorf("read the installed page: %w", err)
	}
	s := shown{Lang: lang, Here: AppPath, words: words{c, lang}}
	for _, each := range c.config.Texts.Languages() {
		s.Languages = append(s.Languages, line{string(each), c.config.Texts.LanguageName(each)})
	}
	var page bytes.Buffer
	if err := parsed.Execute(&page, struct {
		*shown

		Texts map[string]string
	}{&s, s.words.appTexts()}); err != nil {
		return fmt.Errorf("make the installed page: %w", err)
	}
	files.add("?lang="+string(lang), page.Bytes())
	manifest, err := json.Marshal(map[string]any{
		"name": s.T("title"), "short_name": s.T("title"), "lang": lang, "start_url": AppPath + "?lang=" + string(lang), "scope": AppPath, "id": AppPath,
		"display": "standalone", "background_color": "#ffffff", "theme_color": "#0b5394",
		"icons": []map[string]string{{"src": AppPath + "icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}},
	})
	if err != nil {
		return fmt.Errorf("make the manifest: %w", err)
	}
	files.add("manifest.webmanifest?lang="+string(lang), manifest)
	return nil
}

// appTexts are what the installed page says, without the prefix of their keys.
func (w words) appTexts() map[string]string {
	texts := map[string]string{}
	add := func(key catalog.TextKey) { texts[strings.TrimPrefix(string(key), "verify.")] = w.text(key, nil) }
	for _, spec := range Texts() {
		if key := strings.TrimPrefix(string(spec.Key), "verify."); !strings.HasPrefix(key, "proof") {
			add(spec.Key)
		}
	}
	for _, portal := range w.config.Texts.Portals() {
		texts["portal."+portal.Name] = portal.Title.In(w.lang)
	}
	return texts
}

// addWorker makes the service worker, whose cache is named by the content of everything it keeps.
func (c *Checker) addWorker(files installed) error {
	style, err := pageFiles.ReadFile("style.css")
	if err != nil {
		return fmt.Errorf("read the style: %w", err)
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	sum := sha256.New()
	_, _ = sum.Write(style)
	kept := []string{Path + "style.css"}
	for _, name := range names {
		_, _ = fmt.Fprintf(sum, "%q%q", name, files[name].content)
		kept = append(kept, AppPath+name)
	}
	list, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("list the installed page: %w", err)
	}
	parsed, err := texttemplate.ParseFS(appFiles, "pwa/sw.js")
	if err != nil {
		return fmt.Errorf("read the service worker: %w", err)
	}
	var worker bytes.Buffer
	err = parsed.Execute(&worker, map[string]string{
		"Version": hex(sum.Sum(nil)[:8]), "Files": string(list), "Path": AppPath, "Language": string(c.config.Texts.Languages()[0]),
	})
	if err != nil {
		return fmt.Errorf("make the service worker: %w", err)
	}
	files.add("sw.js", worker.Bytes())
	return nil
}

// appHandler serves the installed page.
type appHandler struct {
	page  *Checker
	files installed
}

func (h *appHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, AppPath)
	if name == "" || name == "manifest.webmanifest" {
		lang := string(h.page.config.Texts.Languages()[0])
		if _, known := h.files[name+"?lang="+r.URL.Query().Get("lang")]; known {
			lang = r.URL.Query().Get("lang")
		}
		name += "?lang=" + lang
	}
	file, found := h.files[name]
	if !found || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", file.kind)
	header.Set("Cache-Control", "no-cache")
	header.Set("Vary", "Accept-Encoding")
	header.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "+
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	content := file.content
	if len(file.zipped) > 0 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		content = file.zipped
	}
	_, _ = w.Write(content) // who asked may have gone
}
