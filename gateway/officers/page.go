package officers

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/gateway/login"
)

//go:embed layout.html style.css
var layoutFiles embed.FS

// PathStyle is where the pages' style sheet is, below the gateway's address.
const PathStyle = "/officers.css"

// Page is what a template is given: it is wrapped by the layout's "top" and "bottom".
type Page struct {
	Title   string
	Officer login.Officer
	Data    any
}

// Links are the pages that the officer may open.
func (p Page) Links() []Link {
	var links []Link
	if p.Officer.In(GroupOperator) {
		links = append(links, Link{"/ops/approvals", "Approvals"}, Link{"/ops/requests", "Requests"}, Link{"/ops/portals", "Portals"}, Link{"/ops/money", "Money"})
	}
	if p.Officer.In(GroupAuditor) {
		links = append(links, Link{"/ops/audit", "Audit log"})
	}
	if p.Officer.In(GroupOperator) || p.Officer.In(GroupAuditor) {
		links = append(links, Link{"/ops/documents", "Documents"})
	}
	if p.Officer.In(GroupDesk) {
		links = append(links, Link{"/desk/", "Service centre"})
	}
	for _, group := range p.Officer.Groups {
		if strings.HasPrefix(group, GroupDepartment) {
			return append(links, Link{"/ops/department", "Department"})
		}
	}
	return links
}

// Link is a way to another page.
type Link struct{ Address, Title string }

// Templates parses the layout and a page's own files.
func Templates(files fs.FS, patterns ...string) (*template.Template, error) {
	layout, err := template.New("").Funcs(template.FuncMap{"moment": moment, "machine": machine}).ParseFS(layoutFiles, "layout.html")
	if err != nil {
		return nil, fmt.Errorf("parse the layout: %w", err)
	}
	if files == nil {
		return layout, nil
	}
	pages, err := layout.ParseFS(files, patterns...)
	if err != nil {
		return nil, fmt.Errorf("parse pages: %w", err)
	}
	return pages, nil
}

func moment(at time.Time) string { return at.In(connectors.IndianTime).Format("2 Jan 2006, 15:04") }

func machine(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Show writes a page whole or not at all.
func Show(w http.ResponseWriter, templates *template.Template, name string, page Page) error {
	var content bytes.Buffer
	if err := templates.ExecuteTemplate(&content, name, page); err != nil {
		return fmt.Errorf("write page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = content.WriteTo(w) // the reader may have gone
	return nil
}

func (g *Guard) show(w http.ResponseWriter, name string, page Page) {
	templates, err := Templates(nil)
	if err == nil {
		err = Show(w, templates, name, page)
	}
	if err != nil {
		g.config.Log.Error("officers' page failed", "error", err)
	}
}

// Style serves the style sheet, to everybody.
func Style() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		content, err := layoutFiles.ReadFile("style.css")
		if err != nil {
			http.Error(w, "no style", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=3600")
		_, _ = io.Copy(w, bytes.NewReader(content)) // the reader may have gone
	})
}

// mountOf is the first part of a path: the home of the pages of that kind.
func mountOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/" + first + "/"
}
