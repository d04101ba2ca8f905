package twins

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"
)

const headerTimeout = 10 * time.Second

// Entry is one twin that can be looked at.
type Entry struct {
	// Name is the portal's, Family its connector's.
	Name, Family string
	// Address is the twin's; its page of faults is /twin/ under it.
	Address string
}

// Gallery is a page with all twins, and the twins that nobody else serves. All run
// in this process.
type Gallery struct {
	servers []*http.Server
	twins   []Twin
	running sync.WaitGroup
	done    chan struct{}
	stop    sync.Once
}

// GalleryConfig says what a gallery shows.
type GalleryConfig struct {
	// Address of the page, such as 127.0.0.1:8070.
	Address string
	// Served are twins that run already.
	Served []Entry
	// Samples are started, each at the address of the same index.
	Samples   []Sample
	Addresses []string
	// DataDir keeps what happens, a folder for each sample; empty forgets.
	DataDir string
	Log     *slog.Logger
}

// Open starts the samples and the page, and returns when all listen. The error of
// an address that is taken is the operating system's.
func Open(ctx context.Context, config GalleryConfig) (*Gallery, error) {
	gallery := &Gallery{done: make(chan struct{})}
	shown := config.Served
	for i, each := range config.Samples {
		address := config.Addresses[i]
		if err := gallery.open(ctx, each, address, config); err != nil {
			return nil, errors.Join(err, gallery.Stop(ctx))
		}
		shown = append(shown, Entry{each.Name, each.Portal.Family, "http://" + address})
	}
	if err := gallery.serve(ctx, config.Address, indexPage(shown)); err != nil {
		return nil, errors.Join(err, gallery.Stop(ctx))
	}
	return gallery, nil
}

func (g *Gallery) open(ctx context.Context, each Sample, address string, config GalleryConfig) error {
	wanted := each.Portal
	wanted.Address, wanted.Log = "http://"+address, config.Log
	if config.DataDir != "" {
		wanted.DataDir = filepath.Join(config.DataDir, "twin-"+each.Name)
	}
	made, err := New(wanted)
	if err != nil {
		return fmt.Errorf("start the twin of %s: %w", each.Name, err)
	}
	g.twins = append(g.twins, made)
	return g.serve(ctx, address, made)
}

func (g *Gallery) serve(ctx context.Context, address string, handler http.Handler) error {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	g.servers = append(g.servers, server)
	g.running.Go(func() { _ = server.Serve(listener) }) // ends by Stop
	return nil
}

// Done is closed when the gallery was stopped.
func (g *Gallery) Done() <-chan struct{} { return g.done }

// Stop ends all of it and closes the twins' journals.
func (g *Gallery) Stop(context.Context) error {
	var faults []error
	g.stop.Do(func() {
		for _, server := range g.servers {
			faults = append(faults, server.Close())
		}
		g.running.Wait()
		for _, each := range g.twins {
			faults = append(faults, each.Close())
		}
		close(g.done)
	})
	return errors.Join(faults...)
}

func indexPage(shown []Entry) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		_ = index.Execute(w, shown)
	})
	mux.Handle("GET /twin/{$}", http.RedirectHandler("/", http.StatusFound))
	return mux
}

var index = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Portal twins</title><style>body{font:1rem/1.5 system-ui,sans-serif;margin:1rem auto;max-width:40rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.5rem .5rem .5rem 0;border-bottom:1px solid #ccc}</style></head>
<body><main><h1>Portal twins</h1><p>Each stands in for a portal. On its page: what happened in it, and faults to turn on.</p>
<table><thead><tr><th scope="col">Twin</th><th scope="col">Family</th><th scope="col">Address of the portal</th></tr></thead><tbody>
{{range .}}<tr><td><a href="{{.Address}}/twin/">{{.Name}}</a></td><td>{{.Family}}</td><td><code>{{.Address}}</code></td></tr>
{{end}}</tbody></table></main></body></html>`))
