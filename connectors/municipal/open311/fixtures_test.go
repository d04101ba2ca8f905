package open311_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

// files answers every path with the fixture that is named for it.
func files(t *testing.T, names map[string]string) http.Handler {
	t.Helper()
	pages := map[string][]byte{}
	for at, name := range names {
		page, err := os.ReadFile(path.Join("testdata", name))
		require.NoError(t, err)
		pages[at] = page
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, known := pages[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream") // says nothing of the charset
		_, _ = w.Write(page)
	})
}

func TestServicesAsServersWriteThem(t *testing.T) {
	t.Parallel()
	definition := files(t, map[string]string{"/services/033.json": "definition.json"})
	services := files(t, map[string]string{"/services.xml": "services.xml"})
	inXML := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/services/") {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`<errors><error><code>404</code><description>no definition after all</description></error></errors>`))
			return
		}
		services.ServeHTTP(w, r)
	}), "xml")
	categories, err := inXML.Categories(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []connectors.Category{
		{Code: "033", Name: "Café waste left out", Group: "street", Keywords: []string{"lorem", "ipsum", "dolor"}},
		{Code: "006", Name: "006"},
	}, categories)

	inJSON := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		definition.ServeHTTP(recorder, r)
		if r.URL.Path == "/services.json" {
			_, _ = w.Write([]byte(`[{"service_code":"033","metadata":true}]`))
			return
		}
		_, _ = w.Write(recorder.Body.Bytes())
	}), "json")
	categories, err = inJSON.Categories(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []connectors.CategoryAttribute{
		{Code: "KIND", Question: "What kind?", Required: true, Multiple: true, Type: "multivaluelist", Options: []connectors.Option{
			{Value: "123", Label: "Food"}, {Value: "124", Label: "Paper"},
		}},
		{Code: "WHEN", Question: "Since when?", Type: "datetime"},
	}, categories[0].Attributes)
}
