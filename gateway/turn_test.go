package gateway_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
)

func TestAMessageIsAnswered(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	require.Equal(t, http.StatusOK, h.post(text("919900000001", "wamid.1", "hello")))
	reply := h.meta.next(t)
	require.Equal(t, "hello", reply.Text.Body)
	require.Equal(t, "+919900000001", reply.To)
	h.eventually(1, `select count(*) from outbox where state = 'accepted' and wamid = $1`, h.message(reply.ID))
	require.Equal(t, 1, h.count(`select count(*) from conversation where window_expires_at > now() + interval '23 hours'`))
}

func TestForgedAndUnsignedWebhooksAreRefused(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	body := text("919900000001", "wamid.1", "hello")
	require.Equal(t, http.StatusUnauthorized, h.postSigned(body, ""))
	require.Equal(t, http.StatusUnauthorized, h.postSigned(body, "sha256="+strings.Repeat("0", 64)))
	require.Equal(t, 0, h.count(`select count(*) from inbox`))
	_, metrics := h.get("/metrics")
	require.Contains(t, metrics, `jansetu_webhooks_total{result="forged"} 2`)
}

func TestEverySampleOfMetaIsTaken(t *testing.T) {
	t.Parallel()
	answered := map[string]bool{"group_create_message.json": false, "group_remove_participants.json": false,
		"group_settings_update.json": false, "reaction_message.json": false, "system_message.json": false}
	samples, err := os.ReadDir("whatsapp/testdata/meta/webhooks")
	require.NoError(t, err)
	require.Len(t, samples, 16)
	for _, entry := range samples {
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			require.Equal(t, http.StatusOK, h.post(sample(t, entry.Name())))
			want := 1
			if _, silent := answered[entry.Name()]; silent {
				want = 0
			}
			require.Equal(t, want, h.count(`select count(*) from outbox`), "replies")
		})
	}
}

func TestTheSameDeliveryManyTimesAtOnceHasOneEffect(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	const ids, copies = 500, 8
	var posts sync.WaitGroup
	slots := make(chan struct{}, 64)
	for i := range ids {
		body := text(fmt.Sprintf("9199%08d", i), fmt.Sprintf("wamid.%d", i), "hi "+strconv.Itoa(i))
		for range copies {
			posts.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				if status := h.post(body); status != http.StatusOK {
					t.Errorf("status %d", status)
				}
			})
		}
	}
	posts.Wait()
	require.Equal(t, ids, h.count(`select count(*) from inbox`))
	require.Equal(t, ids, h.count(`select count(*) from outbox`))
	require.Equal(t, ids, h.count(`select count(*) from person`))
	h.eventually(ids, `select count(*) from outbox where state = 'accepted'`)
	require.Len(t, h.meta.sends, ids)
}

func TestOneCitizensMessagesAreTakenAndAnsweredInOrder(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	const citizens, each = 20, 15
	var talking sync.WaitGroup
	for c := range citizens {
		talking.Go(func() {
			for i := range each {
				if status := h.post(text(fmt.Sprintf("9188%08d", c), fmt.Sprintf("wamid.%d.%d", c, i), strconv.Itoa(i))); status != http.StatusOK {
					t.Errorf("status %d", status)
				}
			}
		})
	}
	talking.Wait()
	h.eventually(citizens*each, `select count(*) from outbox where state = 'accepted'`)
	heard := map[string]int{}
	for range citizens * each {
		reply := h.meta.next(t)
		require.Equal(t, strconv.Itoa(heard[reply.To]), reply.Text.Body, "next reply to one citizen")
		heard[reply.To]++
	}
	require.Equal(t, citizens, h.count(`select count(*) from plain_conversation where (session->>'page')::int = $1`, each))
}

func TestSeveralMessagesInOneBodyAreTakenInOrder(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	var items []string
	for i := range 1000 {
		items = append(items, fmt.Sprintf(`{"from":"91770000%04d","id":"wamid.%d","timestamp":"1750000000","type":"text","text":{"body":"%d"}}`, i%10, i, i/10))
	}
	require.Equal(t, http.StatusOK, h.post(messages(items...)))
	require.Equal(t, 1000, h.count(`select count(*) from outbox`))
	require.Equal(t, 0, h.count(`select count(*) from (select id, lag(id) over w as before, (p.payload->>'text')::int as said,
		lag((p.payload->>'text')::int) over w as said_before from outbox join plain_outbox p using (id) window w as (partition by lane order by id)) o where said <= said_before`))
}

func TestAnOddItemDoesNotCostTheOthers(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	body := messages(
		`"not an object"`, `{"from":"919900000001"}`, `{"id":"wamid.1","type":"text","text":{"body":"no sender"}}`,
		`{"from":919900000002,"id":"wamid.2","type":"interactive"}`,
		`{"from":"919900000003","id":"wamid.3","type":"never seen","payload":[1,{"a":{}}]}`,
		`{"from":"919900000004","id":"wamid.4","type":"text","text":"not an object","timestamp":[]}`,
		`{"from":"919900000005","id":"wamid.5","type":"text","text":{"body":"a\u0000b \ud800"}}`)
	require.Equal(t, http.StatusOK, h.post(body))
	require.Equal(t, 4, h.count(`select count(*) from outbox`))
	require.Equal(t, 1, h.count(`select count(*) from plain_outbox where payload->>'text' like 'ab %'`))
	require.Equal(t, http.StatusOK, h.post(`{"entry":[{"changes":[]},{"changes":[{"field":"new_field","value":7}]},5]}`))
	require.Equal(t, http.StatusOK, h.post(`{"entry":`))
}

func TestAnUnknownBusinessNumberIsIgnored(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	require.Equal(t, http.StatusOK, h.post(strings.ReplaceAll(text("919900000001", "wamid.1", "hello"), number, "777")))
	require.Equal(t, 0, h.count(`select count(*) from inbox`))
	_, metrics := h.get("/metrics")
	require.Contains(t, metrics, `jansetu_webhook_items_ignored_total{reason="unknown_business_number"} 1`)
}

func TestTwoBusinessNumbersAreTwoConversationsOfOnePerson(t *testing.T) {
	t.Parallel()
	h := newHub(t, func(c *gateway.Config) {
		c.Numbers = []gateway.Number{{PhoneNumberID: number, PortfolioID: "p"}, {PhoneNumberID: "777", PortfolioID: "p"}}
	})
	first := text("919900000001", "wamid.1", "to the first")
	second := strings.ReplaceAll(text("919900000001", "wamid.2", "to the second"), number, "777")
	both := `{"entry":[` + entryOf(first) + `,` + entryOf(second) + `]}`
	require.Equal(t, http.StatusOK, h.post(both))
	require.Equal(t, 1, h.count(`select count(*) from person`))
	require.Equal(t, 2, h.count(`select count(*) from conversation`))
	require.Equal(t, 1, h.count(`select count(*) from outbox join plain_outbox p using (id) join conversation c on c.id = conversation
		where p.payload->>'text' = 'to the second' and c.phone_number_id = '777'`))
}

func entryOf(body string) string {
	_, rest, _ := strings.Cut(body, `"entry":[`)
	return strings.TrimSuffix(rest, `]}`)
}

func TestAPanicOfTheDialogCostsOneApology(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, e dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		if e.Text == "boom" {
			panic("a fault")
		}
		return echo{}.Step(s, e, f)
	}))
	body := messages(
		`{"from":"919900000001","id":"wamid.1","type":"text","text":{"body":"before"}}`,
		`{"from":"919900000001","id":"wamid.2","type":"text","text":{"body":"boom"}}`,
		`{"from":"919900000001","id":"wamid.3","type":"text","text":{"body":"after"}}`,
		`{"from":"919900000002","id":"wamid.4","type":"text","text":{"body":"another"}}`)
	require.Equal(t, http.StatusOK, h.post(body))
	require.Equal(t, 1, h.count(`select count(*) from plain_outbox where payload->>'text' = 'sorry'`))
	require.Equal(t, 4, h.count(`select count(*) from outbox`))
	require.Equal(t, 1, h.count(`select count(*) from plain_conversation where (session->>'page')::int = 2`), "the session of before is kept")
}

func TestAPoisonTurnIsIsolated(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, e dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		if e.Text == "poison" {
			return s, []dialog.Effect{dialog.RecordConsent{Notice: "PostgreSQL takes no \x00"}}
		}
		return echo{}.Step(s, e, f)
	}))
	var items []string
	for i := range 40 {
		said := "fine"
		if i == 17 {
			said = "poison"
		}
		items = append(items, fmt.Sprintf(`{"from":"9199000000%02d","id":"wamid.%d","type":"text","text":{"body":%q}}`, i, i, said))
	}
	require.Equal(t, http.StatusOK, h.post(messages(items...)))
	require.Equal(t, 39, h.count(`select count(*) from plain_outbox where payload->>'text' = 'fine'`))
	require.Equal(t, 1, h.count(`select count(*) from plain_outbox where payload->>'text' = 'sorry'`))
	require.Equal(t, 1, h.count(`select count(*) from inbox where outcome = 'poison' and message_id = $1`, h.message("wamid.17")))
	require.Equal(t, http.StatusOK, h.post(messages(items...)))
	require.Equal(t, 40, h.count(`select count(*) from outbox`), "delivered again: no effect")
}
