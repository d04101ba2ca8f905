package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

const khata = `<html><body class="page"><p>Shri Lakshmi, 98765 43210</p><form name="f"><label for="k">Khata no. 12 *</label>
<input id="k" name="khata" type="text" value="442/3"><select name="village"><option value="9">Gopalpur</option></select></form>
<table><tr><th>Owner</th><th> Area </th></tr><tr><td>K Lakshmi</td><td>1.2</td></tr></table><script>var x = "Lakshmi"</script></body></html>`

func pageOf(text string) *portal.Response {
	return &portal.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte(text)}
}

func TestFingerprintTellsWhatChanged(t *testing.T) {
	t.Parallel()
	known := portal.FingerprintOf("khata page", pageOf(khata))
	require.Equal(t, []string{"form f", "heading Area", "heading Owner", "select village", "text khata"}, known.Parts)
	require.Equal(t, known, portal.FingerprintOf("khata page", pageOf(strings.Replace(khata, "1.2", "7.7", 1))), "values are no part of it")

	drifted := strings.NewReplacer(`name="khata"`, `name="khataNo"`, "<th>Owner</th>", "<th>Holder</th>").Replace(khata)
	missing, added := known.Compare(portal.FingerprintOf("khata page", pageOf(drifted)))
	require.Equal(t, []string{"heading Owner", "text khata"}, missing)
	require.Equal(t, []string{"heading Holder", "text khataNo"}, added)
}

func TestFingerprintOfJSONIsItsKeys(t *testing.T) {
	t.Parallel()
	seen := portal.FingerprintOf("bill", &portal.Response{Body: []byte(`{"DATA":{"NAME":"Lakshmi","ROWS":[{"A":1},{"B":2}]},"9876543210":1}`)})
	require.Equal(t, []string{"key .##########", "key .DATA", "key .DATA.NAME", "key .DATA.ROWS", "key .DATA.ROWS[].A", "key .DATA.ROWS[].B"}, seen.Parts)
}

func TestSnapshotKeepsThePageAndNobodyInIt(t *testing.T) {
	t.Parallel()
	snapshot := portal.Snapshot(pageOf(khata))
	require.Contains(t, snapshot, `<input id="k" name="khata" type="text">`)
	require.Contains(t, snapshot, "Khata no. ## *")
	for _, private := range []string{"Lakshmi", "98765", "442", "Gopalpur", "1.2"} {
		require.NotContains(t, snapshot, private)
	}
	require.LessOrEqual(t, len(portal.Snapshot(pageOf("<html>"+strings.Repeat("<b>x</b>", 100_000)))), 16<<10)
}

func FuzzSnapshot(f *testing.F) {
	f.Add(khata)
	f.Fuzz(func(t *testing.T, text string) {
		require.LessOrEqual(t, len(portal.Snapshot(pageOf(text))), 16<<10)
		_ = portal.FingerprintOf("page", pageOf(text))
	})
}

func TestFingerprintExplainsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	known := portal.Fingerprint{Step: "the form", Parts: []string{"text txtRefNo", "select cmbGP"}}
	renamed := &portal.Response{Body: []byte(`<form><input type="text" name="txtReference"><select name="cmbGP"></select></form>`)}
	err := known.Explain(renamed, &connectors.ChangedError{Expected: "a form with txtRefNo", Seen: "a page without it"})
	require.EqualError(t, err, "portal changed: expected a form with txtRefNo, saw a page without it; missing: text txtRefNo; new there: text txtReference")
	unavailable := &connectors.UnavailableError{}
	require.Same(t, unavailable, known.Explain(renamed, unavailable))
	same := &connectors.ChangedError{Expected: "an amount"}
	whole := &portal.Response{Body: []byte(`<input type="text" name="txtRefNo"><select name="cmbGP"></select>`)}
	require.Same(t, same, known.Explain(whole, same), "a page of the same shape is not explained by its shape")
	require.NoError(t, known.Explain(whole, nil))
}
