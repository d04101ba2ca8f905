package gateway_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store/storetest"
)

// engine is the real dialog over the shipped state.
func engine(t testing.TB) *dialog.Engine {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	made, err := dialog.NewEngine(services)
	require.NoError(t, err)
	return made
}

func withEngine(t testing.TB) func(*gateway.Config) {
	t.Helper()
	shipped := engine(t)
	return func(c *gateway.Config) { c.Dialog, c.Apology, c.SlowDown = shipped, shipped.Apology, shipped.SlowDown }
}

// Numbers that UIDAI and the card networks publish for tests.
const (
	aadhaar = "999941057058"
	card    = "4111111111111111"
)

func TestIdentityNumbersReachNoDialogAndNoTable(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"text":                        `"type":"text","text":{"body":"my number 9999 4105 7058"}`,
		"text in Telugu digits":       `"type":"text","text":{"body":"ఆధార్ ౯౯౯౯౪౧౦౫౭౦౫౮"}`,
		"card":                        `"type":"text","text":{"body":"4111 1111 1111 1111"}`,
		"caption":                     `"type":"image","image":{"id":"m","mime_type":"image/jpeg","caption":"999941057058"}`,
		"file name":                   `"type":"document","document":{"id":"m","mime_type":"application/pdf","filename":"aadhaar 9999 4105 7058.pdf"}`,
		"title of an unsigned choice": `"type":"interactive","interactive":{"button_reply":{"id":"x","title":"999941057058"}}`,
		"name of a place":             `"type":"location","location":{"latitude":16.5,"longitude":80.6,"name":"999941057058"}`,
	}
	for name, message := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen []dialog.Event
			h := newHub(t, withDialog(func(s dialog.Session, e dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
				seen = append(seen, e)
				s.Query = e.Text
				return echo{}.Step(s, e, f)
			}))
			require.Equal(t, http.StatusOK, h.post(messages(`{"from":"919900000001","id":"wamid.1",`+message+`}`)))
			require.Len(t, seen, 1)
			require.NotEqual(t, dialog.RedactedNothing, seen[0].Redacted)
			seen[0].Time, seen[0].NewReference = time.Time{}, "" // digits of chance
			require.NotContains(t, fmt.Sprint(seen), "9999")
			h.requireNowhere(aadhaar, "9999 4105", "౯౯౯౯", card, "4111 1111")
		})
	}
}

func TestAProfileNameWithAnIdentityNumberIsMasked(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, e dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		e.Text = e.ProfileName
		return echo{}.Step(s, e, f)
	}))
	h.post(value(`"contacts":[{"wa_id":"919900000001","profile":{"name":"Ravi 999941057058"}}],
		"messages":[{"from":"919900000001","id":"1","type":"text","text":{"body":"hi"}}]`))
	require.Equal(t, "Ravi XXXX XXXX 7058", h.meta.next(t).Text.Body)
}

func TestTheCitizenIsToldAndGoesOn(t *testing.T) {
	t.Parallel()
	h := newHub(t, withEngine(t))
	h.post(text("919900000001", "1", "hello"))
	h.meta.next(t)
	h.post(text("919900000001", "2", "English"))
	h.meta.next(t)
	h.post(text("919900000001", "3", "my aadhaar is 9999 4105 7058"))
	require.Equal(t, 3, h.count(`select count(*) from inbox`))
	h.eventually(3, `select count(*) from outbox where state = 'accepted'`)
	h.requireNowhere(aadhaar, "9999 4105")
	_, metrics := h.get("/metrics")
	require.Contains(t, metrics, `jansetu_identity_numbers_masked_total{kind="aadhaar"} 1`)
}

// requireNowhere fails when any row of any table holds one of the texts, also where it is encrypted.
func (h *hub) requireNowhere(texts ...string) {
	h.t.Helper()
	storetest.Reveal(h.t, h.store)
	rows, err := h.pool.Query(h.t.Context(), `select quote_ident(tablename) from pg_tables where schemaname = 'public'`)
	require.NoError(h.t, err)
	var tables []string
	for rows.Next() {
		var table string
		require.NoError(h.t, rows.Scan(&table))
		tables = append(tables, table)
	}
	require.NoError(h.t, rows.Err())
	for _, table := range tables {
		for _, text := range texts {
			require.Zero(h.t, h.count(`select count(*) from `+table+` t where strpos(t::text, $1) > 0`, text), "%s in %s", text, table)
		}
	}
	require.NotEmpty(h.t, strings.Join(tables, ""))
}
