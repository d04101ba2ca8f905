package endtoend_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// What two invented people are called, and what they told.
var secrets = []string{
	"Zebunnisa Qureshi", "Zebunnisa", "919812345671", "9812345671", "1121104001001", // and her bill, in the name of
	"K LAKSHMI DEVI",
	"Ghanshyamdas Oberoi", "Ghanshyamdas", "919812345672", "9812345672", "1121104001005", "G SURYA PRAKASH",
	"my neighbour Fakhruddin told me to write", "Fakhruddin",
}

func TestNothingPersonalLiesOpenAfterARun(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	ctx := within(t)
	paid := newCitizen(t, s.meta, "919812345671", "Zebunnisa Qureshi")
	paid.arrives(ctx, english)
	paid.writes("my neighbour Fakhruddin told me to write").hears(ctx, "")
	paid.asksFor(ctx, english, "1121104001001")
	_, err := s.gateway.Pay(paid.opensPayment(ctx, english))
	require.NoError(t, err)
	paid.hears(ctx, english.done)

	refunded := newCitizen(t, s.meta, "919812345672", "Ghanshyamdas Oberoi")
	refunded.arrives(ctx, english)
	refunded.asksFor(ctx, english, "1121104001005")
	_, err = s.gateway.Pay(refunded.opensPayment(ctx, english))
	require.NoError(t, err)
	refunded.hears(ctx, "has been sent back")

	require.NotEmpty(t, scan(strings.NewReader("…1121104001001…"), forms(secrets)), "the search finds what is there")
	found := map[string][]string{
		"metrics of the gateway": scanURL(t, s.url(partGateway)+"/metrics"),
		"metrics of the worker":  scanURL(t, s.url(partWorker)+"/metrics"),
		"dump of the database":   s.scanDump(ctx),
	}
	cluster := s.dataDirectory(ctx)
	require.NoError(t, s.temporal.Stop(ctx)) // so that everything is in its file
	s.scanFiles(found, s.folder, "temporal.db", "gateway.log", "worker.log", "temporal.log")
	s.scanFiles(found, cluster, "PG_VERSION", "000000010000000000000001")
	for where, what := range found {
		require.Empty(t, what, "in the %s", where)
	}
}

// scanFiles searches all that is kept in a folder, and makes sure that the named files were among it.
func (s *stack) scanFiles(found map[string][]string, folder string, names ...string) {
	s.t.Helper()
	scanned := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil // PostgreSQL takes files away as it goes
		}
		file, err := os.Open(path)
		if err != nil {
			return nil
		}
		defer func() { _ = file.Close() }()
		scanned[entry.Name()] = true
		found["file "+strings.TrimPrefix(path, folder)] = scan(file, forms(secrets))
		return nil
	})
	require.NoError(s.t, err)
	for _, name := range names {
		require.True(s.t, scanned[name], "%s was looked at", name)
	}
}

func (s *stack) dataDirectory(ctx context.Context) (folder string) {
	s.t.Helper()
	connection, err := pgx.Connect(ctx, s.postgres.URL())
	require.NoError(s.t, err)
	defer func() { _ = connection.Close(context.Background()) }()
	require.NoError(s.t, connection.QueryRow(ctx, `show data_directory`).Scan(&folder))
	return folder
}

func (s *stack) scanDump(ctx context.Context) []string {
	s.t.Helper()
	dump := exec.CommandContext(ctx, "pg_dump", "--inserts", s.postgres.URL())
	var output, trouble bytes.Buffer
	dump.Stdout, dump.Stderr = &output, &trouble
	require.NoError(s.t, dump.Run(), "pg_dump comes with PostgreSQL's client programs: %s", &trouble)
	require.Contains(s.t, output.String(), "INSERT INTO public.request")
	return scan(&output, forms(secrets))
}

func scanURL(t *testing.T, url string) []string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	require.Equal(t, http.StatusOK, response.StatusCode)
	return scan(response.Body, forms(secrets))
}

// forms are the ways in which a text may lie in a file: as it is, as JSON escapes it, in hexadecimal, and in base64 at each of the
// three places where it may begin.
func forms(texts []string) map[string]string {
	all := map[string]string{}
	for _, text := range texts {
		escaped, _ := json.Marshal(text) // a text
		for _, form := range []string{
			text, strings.ToUpper(text), strings.ToLower(text), strings.Trim(string(escaped), `"`), hex.EncodeToString([]byte(text)),
			strings.ToUpper(hex.EncodeToString([]byte(text))),
		} {
			all[form] = text
		}
		for shift := range 3 {
			encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + text))
			all[encoded[(shift*8+5)/6:len(encoded)-4]] = text // without the ends, which depend on the neighbours
		}
	}
	for form := range all {
		if len(form) < 8 {
			delete(all, form)
		}
	}
	return all
}

func scan(r io.Reader, forms map[string]string) (found []string) {
	content, err := io.ReadAll(r)
	if err != nil {
		return []string{fmt.Sprint(err)}
	}
	for form, text := range forms {
		if at := bytes.Index(content, []byte(form)); at >= 0 {
			found = append(found, fmt.Sprintf("%q (…%q…)", text, content[max(at-80, 0):min(at+len(form)+40, len(content))]))
		}
	}
	return found
}
