package formserver

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf16"
)

// IsAsync tells a postback of an UpdatePanel.
func IsAsync(r *http.Request) bool { return r.Header.Get("X-Microsoftajax") == "Delta=true" }

// Delta is the answer to such a postback: records of length, type, id and
// content. The length counts UTF-16 code units, as .NET strings do.
type Delta struct{ text strings.Builder }

// Add appends a record.
func (d *Delta) Add(kind, id, content string) *Delta {
	fmt.Fprintf(&d.text, "%d|%s|%s|%s|", len(utf16.Encode([]rune(content))), kind, id, content)
	return d
}

// Hide appends the hidden fields of a view.
func (d *Delta) Hide(view View) *Delta {
	return d.Add("hiddenField", FieldTarget, "").Add("hiddenField", FieldArgument, "").
		Add("hiddenField", FieldViewState, view.State).
		Add("hiddenField", FieldGenerator, view.Generator).
		Add("hiddenField", FieldValidation, view.Validation)
}

// Write sends the delta. ASP.NET puts a record of its version first.
func (d *Delta) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "1|#||4|"+d.text.String())
}
