package twin

import (
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
)

// Control serves the dial to people and programs:
//
//	GET    /twin/         a page to turn the dial by hand
//	GET    /twin/faults   the faults as JSON
//	PUT    /twin/faults   replaces them with a JSON array of Fault
//	POST   /twin/faults   the page's form: adds one, or clears with kind=""
//	DELETE /twin/faults   clears them
//
// Facts is called for the page and shows what really happened, one line each.
func (d *Dial) Control(title string, facts func() []string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /twin/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = controlPage.Execute(w, controlData{title, d.Kinds(), d.Faults(), facts()})
	})
	mux.HandleFunc("GET /twin/faults", func(w http.ResponseWriter, _ *http.Request) { d.writeFaults(w) })
	mux.HandleFunc("PUT /twin/faults", d.replace)
	mux.HandleFunc("POST /twin/faults", d.addFromForm)
	mux.HandleFunc("DELETE /twin/faults", func(w http.ResponseWriter, _ *http.Request) {
		d.Clear()
		d.writeFaults(w)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

func (d *Dial) writeFaults(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(append([]Fault{}, d.Faults()...))
}

func (d *Dial) replace(w http.ResponseWriter, r *http.Request) {
	var faults []Fault
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&faults); err != nil {
		http.Error(w, "body is not a JSON array of faults", http.StatusBadRequest)
		return
	}
	if err := d.Set(faults...); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	d.writeFaults(w)
}

func (d *Dial) addFromForm(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	kind := Kind(r.FormValue("kind"))
	if kind == "" {
		d.Clear()
	} else {
		fault := Fault{
			Kind: kind, Operation: r.FormValue("operation"), Times: number(r, "times"),
			DelayMS: number(r, "delay_ms"), TailMS: number(r, "tail_ms"), ForMS: number(r, "for_ms"), RetryAfter: number(r, "retry_after"),
		}
		if err := d.Set(append(d.Faults(), fault)...); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	http.Redirect(w, r, "/twin/", http.StatusSeeOther)
}

func number(r *http.Request, field string) int {
	value, err := strconv.Atoi(r.FormValue(field))
	if err != nil {
		return 0
	}
	return value
}

type controlData struct {
	Title  string
	Kinds  []Kind
	Faults []Fault
	Facts  []string
}

var controlPage = template.Must(template.New("control").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{.Title}}</title><style>body{font:1rem/1.5 system-ui,sans-serif;margin:1rem auto;max-width:40rem;padding:0 1rem}
label{display:block;margin:.5rem 0}input,select,button{font:inherit;padding:.4rem;max-width:100%}pre{overflow:auto}</style></head>
<body><main><h1>{{.Title}}</h1><p>This stands in for the portal. Turn the dial to make it misbehave.</p>
<h2>Faults now</h2>{{if .Faults}}<ul>{{range .Faults}}<li>{{.Kind}} {{.Operation}} {{if .Times}}({{.Times}} more){{end}}</li>{{end}}</ul>
<form method="post" action="/twin/faults"><button name="kind" value="">Clear all</button></form>{{else}}<p>None.</p>{{end}}
<h2>Add a fault</h2><form method="post" action="/twin/faults">
<label>Kind <select name="kind">{{range .Kinds}}<option>{{.}}</option>{{end}}</select></label>
<label>Operation (empty: all) <input name="operation"></label>
<label>Times (0: until cleared) <input name="times" type="number" min="0" value="1"></label>
<label>Delay, ms <input name="delay_ms" type="number" min="0" value="3000"></label>
<label>99th percentile of latency, ms <input name="tail_ms" type="number" min="0" value="0"></label>
<label>Ends after, ms (0: never) <input name="for_ms" type="number" min="0" value="0"></label>
<label>Retry-After, s <input name="retry_after" type="number" min="0" value="0"></label>
<button>Add</button></form>
<h2>What happened</h2><pre>{{range .Facts}}{{.}}
{{else}}Nothing yet.{{end}}</pre></main></body></html>`))
