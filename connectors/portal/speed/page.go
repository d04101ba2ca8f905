package speed

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
)

// PageSize is how large a large answer is, in bytes.
const PageSize = 200_000

// Saying is a portal that answers everything with one text.
func Saying(mediaType, text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		_, _ = w.Write([]byte(text))
	})
}

// Rewriting is a portal whose answers are changed on their way.
func Rewriting(portal http.Handler, change func(body string) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		portal.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write([]byte(change(answer.Body.String())))
	})
}

// Options are as many lines of a list of places, as pages carry them along, as make
// a page large.
func Options() string {
	return Rows(func(i int) string {
		return fmt.Sprintf("<option value=\"%06d~place\">Place %04d, district headquarters area</option>\n", i, i)
	})
}

// Rows are as many rows, each made of its number from 0, as make a page large.
func Rows(row func(number int) string) string {
	var rows strings.Builder
	for number := 0; rows.Len() < PageSize; number++ {
		rows.WriteString(row(number))
	}
	return rows.String()
}

// Repeated is a piece as many times as make a page large.
func Repeated(piece string) string { return strings.Repeat(piece, PageSize/len(piece)+1) }
