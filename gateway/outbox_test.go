package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store"
)

func TestEachErrorCodeLeadsToItsAction(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		code   int
		times  int    // how often Meta answers so, before it accepts
		state  string // of the row in the end
		calls  int
	}{
		{"token: the queue is kept until it works again", 401, 190, 2, "accepted", 3},
		{"account: the queue is kept until it works again", 403, 131031, 1, "accepted", 2},
		{"permission range: the queue is kept", 403, 273, 1, "accepted", 2},
		{"throttle: the number backs off", 429, 130429, 2, "accepted", 3},
		{"pair: this citizen waits", 429, 131056, 2, "accepted", 3},
		{"transient: tried again", 500, 131000, 3, "accepted", 4},
		{"transient for ever: failed in the end", 500, 131000, 99, "failed", 6},
		{"unreachable: tried again", 502, 0, 2, "accepted", 3},
		{"spam limit: replies go on, slower", 400, 131048, 1, "accepted", 2},
		{"undeliverable: failed at once", 400, 131026, 99, "failed", 1},
		{"held back: failed at once", 400, 131049, 99, "failed", 1},
		{"our bug: failed at once", 400, 131009, 99, "failed", 1},
		{"identity: failed at once", 400, 137000, 99, "failed", 1},
		{"template: failed at once", 404, 132001, 99, "failed", 1},
		{"never heard of: failed at once", 400, 999999, 99, "failed", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			var calls atomic.Int32
			h.meta.script(func(send) (int, string) {
				if int(calls.Add(1)) > test.times {
					return http.StatusOK, ""
				}
				if test.code == 0 {
					return test.status, "<html>bad gateway</html>"
				}
				return refusal(test.status, test.code)
			})
			h.post(text("919900000001", "wamid.1", "hello"))
			h.eventually(1, `select count(*) from outbox where state = $1::text::outbox_state`, test.state)
			require.Equal(t, test.calls, int(calls.Load()))
		})
	}
}

func TestAFailureDoesNotStopTheLane(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.meta.script(func(s send) (int, string) {
		if s.Text.Body == "first" {
			return refusal(400, 131026)
		}
		return http.StatusOK, ""
	})
	h.post(messages(
		`{"from":"919900000001","id":"wamid.1","type":"text","text":{"body":"first"}}`,
		`{"from":"919900000001","id":"wamid.2","type":"text","text":{"body":"second"}}`))
	h.eventually(1, `select count(*) from outbox where state = 'failed' and reason = 'undeliverable 131026'`)
	h.eventually(1, `select count(*) from outbox join plain_outbox p using (id) where state = 'accepted' and p.payload->>'text' = 'second'`)
}

func TestADroppedResponseIsSentAgainOnlyAfterTheWait(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	var calls atomic.Int32
	h.meta.script(func(send) (int, string) {
		if calls.Add(1) == 1 {
			return 0, ""
		}
		return http.StatusOK, ""
	})
	started := time.Now()
	h.post(text("919900000001", "wamid.1", "hello"))
	first, second := h.meta.next(t), h.meta.next(t)
	require.GreaterOrEqual(t, time.Since(started), 200*time.Millisecond)
	require.NotEqual(t, first.Callback, second.Callback, "a status says which attempt it is about")
	h.eventually(1, `select count(*) from outbox where state = 'accepted' and attempts = 2`)
}

func TestAStatusResolvesAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	h := newHub(t, func(c *gateway.Config) { c.DoubtWait = time.Hour })
	var drop atomic.Bool
	drop.Store(true)
	h.meta.script(func(send) (int, string) {
		if drop.Swap(false) {
			return 0, ""
		}
		return http.StatusOK, ""
	})
	h.post(text("919900000001", "wamid.1", "hello"))
	lost := h.meta.next(t)
	h.eventually(1, `select count(*) from outbox where state = 'doubt'`)
	h.post(text("919900000001", "wamid.2", "more"))
	require.Equal(t, http.StatusOK, h.post(statuses(fmt.Sprintf(
		`{"id":%q,"status":"delivered","timestamp":"1750000000","biz_opaque_callback_data":%q}`, lost.ID, lost.Callback))))
	require.Equal(t, "more", h.meta.next(t).Text.Body, "the lane goes on")
	h.eventually(1, `select count(*) from outbox where state = 'accepted' and delivery = 'delivered' and wamid = $1 and attempts = 1`, h.message(lost.ID))
}

func TestStatusesOnlyMoveForward(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	release := make(chan struct{})
	h.meta.script(func(send) (int, string) { <-release; return http.StatusOK, "" })
	h.post(text("919900000001", "wamid.1", "hello"))
	h.eventually(1, `select count(*) from outbox where state = 'sending'`)
	id := h.count(`select id from outbox`)
	say := func(status string) {
		t.Helper()
		require.Equal(t, http.StatusOK, h.post(statuses(fmt.Sprintf(
			`{"id":"wamid.out.1","status":%q,"timestamp":"1750000000","biz_opaque_callback_data":"%d.1"}`, status, id))))
	}
	say("read") // before the response, and before delivered
	require.Equal(t, 1, h.count(`select count(*) from outbox where state = 'accepted' and delivery = 'read'`))
	close(release)
	sent := h.meta.next(t)
	h.eventually(1, `select count(*) from outbox_lane where ready_at is null`)
	for _, status := range []string{"delivered", "sent", "failed", "deleted"} {
		say(status)
		require.Equal(t, 1, h.count(`select count(*) from outbox where state = 'accepted' and delivery = 'read' and wamid = $1`, h.message(sent.ID)))
	}
	say("played")
	require.Equal(t, 1, h.count(`select count(*) from outbox where delivery = 'played'`))
}

func TestAStatusMayNameOnlyTheMessage(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.post(text("919900000001", "wamid.1", "hello"))
	sent := h.meta.next(t)
	h.eventually(1, `select count(*) from outbox where state = 'accepted'`)
	require.Equal(t, http.StatusOK, h.post(statuses(fmt.Sprintf(`{"id":%q,"status":"sent","timestamp":"1750000000"}`, sent.ID),
		`{"id":"wamid.of.nobody","status":"sent"}`)))
	require.Equal(t, 1, h.count(`select count(*) from outbox where delivery = 'sent'`))
}

func TestAMessageThatFailsAfterwardsIsSentAgainIfThatHelps(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code  int
		again bool
	}{{131000, true}, {131056, true}, {131026, false}, {131049, false}}
	for _, test := range tests {
		t.Run(strconv.Itoa(test.code), func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			h.post(text("919900000001", "wamid.1", "hello"))
			sent := h.meta.next(t)
			h.eventually(1, `select count(*) from outbox where state = 'accepted'`)
			require.Equal(t, http.StatusOK, h.post(statuses(fmt.Sprintf(`{"id":%q,"status":"failed","timestamp":"1750000000",
				"biz_opaque_callback_data":%q,"errors":[{"code":%d}]}`, sent.ID, sent.Callback, test.code))))
			if test.again {
				require.Equal(t, "hello", h.meta.next(t).Text.Body)
				h.eventually(1, `select count(*) from outbox where state = 'accepted' and attempts = 2 and delivery is null`)
			} else {
				h.eventually(1, `select count(*) from outbox where state = 'failed'`)
			}
		})
	}
}

// conversation makes a known citizen and returns the conversation.
func (h *hub) conversation(phone string) int64 {
	h.t.Helper()
	require.Equal(h.t, http.StatusOK, h.post(text(phone, "wamid.first."+phone, "hello")))
	h.meta.next(h.t)
	return int64(h.count(`select c.id from conversation c join channel_identity using (person) where lookup = $1`, h.lookup(store.IdentityPhone, phone)))
}

func TestOutsideTheWindowTheTemplateIsSentOrTheMessageWaits(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	conversation := h.conversation("919900000001")
	_, err := h.pool.Exec(t.Context(), `update conversation set window_expires_at = now() + interval '4 minutes'`)
	require.NoError(t, err)
	waits := store.Message{Conversation: conversation, Bubble: json.RawMessage(`{"text":"without template"}`)}
	_, err = h.store.EnqueueMessage(t.Context(), waits)
	require.NoError(t, err)
	h.eventually(1, `select count(*) from outbox where state = 'waiting' and reason <> ''`)

	overtakes := store.Message{Conversation: conversation, Bubble: json.RawMessage(`{"text":"with"}`), Template: &store.Template{Name: "update", Language: "te"}}
	_, err = h.store.EnqueueMessage(t.Context(), overtakes)
	require.NoError(t, err)
	require.Equal(t, "update", h.meta.next(t).Template.Name)

	h.post(text("919900000001", "wamid.2", "I am back"))
	require.Equal(t, "without template", h.meta.next(t).Text.Body)
	require.Equal(t, "I am back", h.meta.next(t).Text.Body)
}

func TestMetaSaysThatTheWindowIsClosed(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	conversation := h.conversation("919900000001")
	h.meta.script(func(s send) (int, string) {
		if s.Type != "template" {
			return refusal(400, 131047)
		}
		return http.StatusOK, ""
	})
	_, err := h.store.EnqueueMessage(t.Context(), store.Message{Conversation: conversation, Bubble: json.RawMessage(`{"text":"x"}`),
		Template: &store.Template{Name: "update", Language: "en"}})
	require.NoError(t, err)
	require.Equal(t, "text", h.meta.next(t).Type)
	require.Equal(t, "template", h.meta.next(t).Type)
}

func TestAnActivityThatRunsTwiceEnqueuesOnce(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	conversation := h.conversation("919900000001")
	message := store.Message{Conversation: conversation, Dedupe: "JS-1/told", Bubble: json.RawMessage(`{"text":"once"}`)}
	first, err := h.store.EnqueueMessage(t.Context(), message)
	require.NoError(t, err)
	second, err := h.store.EnqueueMessage(t.Context(), message)
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Equal(t, "once", h.meta.next(t).Text.Body)
	_, err = h.store.EnqueueMessage(t.Context(), store.Message{Conversation: 999999, Bubble: json.RawMessage(`{}`)})
	require.ErrorIs(t, err, store.ErrNoConversation)
}

func TestRowsOfADispatcherThatDiedAreOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	h := newHub(t, func(c *gateway.Config) { c.DoubtWait = 300 * time.Millisecond })
	conversation := h.conversation("919900000001")
	h.eventually(1, `select count(*) from outbox_lane where ready_at is null`)
	h.stop()
	h.serve(func(c *gateway.Config) {
		// What a gateway leaves that was killed between marking a row and hearing of its outcome.
		require.NoError(t, c.Store.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			message := store.Message{Conversation: conversation, Dedupe: "mine", Bubble: json.RawMessage(`{"text":"mine"}`)}
			if err := tx.EnqueueMessage(ctx, message); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `with row as (update outbox set state = 'sending', attempts = 1 where dedupe = $1 returning lane)
				update outbox_lane set owner = gen_random_uuid(), ready_at = now() + interval '100 milliseconds' where lane in (select lane from row)`,
				message.Dedupe)
			return err
		}))
		c.DoubtWait = 300 * time.Millisecond
	})
	require.Equal(t, "mine", h.meta.next(t).Text.Body)
	h.eventually(1, `select count(*) from outbox where state = 'accepted' and attempts = 2 and state_at - created_at > interval '300 milliseconds'`)
}

func TestTheNumbersRateIsKept(t *testing.T) {
	t.Parallel()
	h := newHub(t, func(c *gateway.Config) {
		c.Numbers = []gateway.Number{{PhoneNumberID: number, MessagesPerSecond: 20}}
	})
	started := time.Now()
	var items []string
	for i := range 40 {
		items = append(items, fmt.Sprintf(`{"from":"9199000000%02d","id":"wamid.%d","type":"text","text":{"body":"x"}}`, i, i))
	}
	h.post(messages(items...))
	for range 40 {
		h.meta.next(t)
	}
	require.GreaterOrEqual(t, time.Since(started), 1900*time.Millisecond, "never more than 20 in a second")
}

func TestABurstToOneCitizenIsHeldAtThePairLimit(t *testing.T) {
	t.Parallel()
	h := newHub(t, standingStill)
	var items []string
	for i := range 50 {
		items = append(items, fmt.Sprintf(`{"from":"919900000001","id":"wamid.%d","type":"text","text":{"body":"%d"}}`, i, i))
	}
	h.post(messages(items...))
	h.eventually(45, `select count(*) from outbox where state = 'accepted'`)
	h.eventually(1, `select count(*) from outbox where state = 'queued' and reason = 'pair rate'`)
	require.Len(t, h.meta.sends, 45)
	h.post(text("919900000002", "wamid.other", "another citizen does not wait"))
	h.eventually(46, `select count(*) from outbox where state = 'accepted'`)
}

func TestTemporalMayBeAway(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, e dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		s, effects := echo{}.Step(s, e, f)
		switch e.Text {
		case "pay":
			s.Request = e.NewReference
			effects = append(effects, dialog.StartRequest{Reference: e.NewReference, ServiceID: "bill", Language: "te", Answers: map[string]string{"n": "1"}})
		case "stop":
			effects = append(effects, dialog.CancelRequest{Reference: s.Request})
		}
		return s, effects
	}))
	h.temporal.setDown(true)
	h.post(text("919900000001", "wamid.1", "pay"))
	require.Equal(t, "pay", h.meta.next(t).Text.Body)
	h.eventually(1, `select count(*) from outbox where kind = 'workflow_start' and failures >= 2`)
	h.post(text("919900000001", "wamid.2", "stop"))
	require.Equal(t, "stop", h.meta.next(t).Text.Body)
	h.temporal.setDown(false)
	var reference string
	require.NoError(t, h.pool.QueryRow(t.Context(), `select reference from request where open and stage = 'received'`).Scan(&reference))
	request, err := h.store.Request(t.Context(), reference)
	require.NoError(t, err)
	require.Equal(t, "1", request.Answers["n"])
	require.Equal(t, "start BillPayment "+reference, h.temporal.next(t))
	require.Equal(t, "signal cancel "+reference, h.temporal.next(t))
	h.eventually(0, `select count(*) from outbox where state <> 'accepted'`)
}

func TestATemporalThatIsAwayIsLoggedOnceAMinute(t *testing.T) {
	t.Parallel()
	logged := &lockedBuffer{}
	h := newHub(t, func(c *gateway.Config) { c.Log = slog.New(slog.NewTextHandler(logged, nil)) })
	h.temporal.setDown(true)
	conversation := h.conversation("919900000001")
	for _, reference := range []string{"JS-1", "JS-2", "JS-3"} {
		h.addRequest(reference, conversation)
		require.NoError(t, h.store.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.EnqueueSignal(ctx, store.WorkflowSignal{Reference: reference, Name: "payment"}, "signal:"+reference)
		}))
	}
	h.eventually(3, `select count(*) from outbox where kind = 'workflow_signal' and failures >= 2`)
	require.Equal(t, 1, strings.Count(logged.String(), "temporal did not take a call"))
}

// lockedBuffer is a log that may be read while it is written.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestAPictureOfTheCatalogIsUploadedOnceForAllCitizens(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	var refused atomic.Bool
	h.meta.script(func(one send) (int, string) {
		if one.Type == "interactive" && !refused.Swap(true) {
			return refusal(400, 131053)
		}
		return http.StatusOK, ""
	})
	picture := `"picture":{"id":"media/road.png","filename":"road.png","mime_type":"image/png"}`
	tell := func(phone, bubble string) send {
		_, err := h.store.EnqueueMessage(t.Context(), store.Message{Conversation: h.conversation(phone), Bubble: json.RawMessage(bubble)})
		require.NoError(t, err)
		return h.meta.next(t)
	}
	for _, phone := range []string{"919900000001", "919900000002"} {
		sent := tell(phone, `{"text":"The road",`+picture+`}`)
		require.Equal(t, "image", sent.Type)
		require.Equal(t, "media-1", sent.Image.ID)
	}
	require.Equal(t, []string{"a picture of a road"}, h.meta.uploads())

	above := `{"text":"The road",` + picture + `,"buttons":[{"id":"menu","title":"Menu"}]}`
	require.Equal(t, "interactive", tell("919900000003", above).Type)
	sent := h.meta.next(t)
	require.Equal(t, "media-1", sent.Interactive.Header.Image.ID, "refused, uploaded again, sent")
	require.Len(t, h.meta.uploads(), 2)

	_, err := h.store.EnqueueMessage(t.Context(), store.Message{Conversation: h.conversation("919900000004"),
		Bubble: json.RawMessage(`{"text":"x","picture":{"id":"media/gone.png","filename":"gone.png","mime_type":"image/png"}}`)})
	require.NoError(t, err)
	h.eventually(1, `select count(*) from outbox where state = 'failed'`)
}

func TestADocumentIsUploadedOnceAndSentById(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	conversation := h.conversation("919900000001")
	var calls atomic.Int32
	h.meta.script(func(send) (int, string) {
		if calls.Add(1) == 1 {
			return refusal(500, 131016)
		}
		return http.StatusOK, ""
	})
	h.addRequest("JS-1", conversation)
	id, err := h.store.AddDocument(t.Context(), store.Document{Request: "JS-1", Kind: "receipt", Filename: "r.pdf", MIMEType: "application/pdf", Content: []byte("%PDF")})
	require.NoError(t, err)
	_, err = h.store.EnqueueMessage(t.Context(), store.Message{Conversation: conversation,
		Bubble: json.RawMessage(`{"text":"Your receipt","document":{"id":"` + id + `","filename":"r.pdf","mime_type":"application/pdf"}}`)})
	require.NoError(t, err)
	h.meta.next(t)
	sent := h.meta.next(t)
	require.Equal(t, "document", sent.Type)
	require.Equal(t, "media-1", sent.Document.ID)
	require.Equal(t, "Your receipt", sent.Document.Caption)
	h.eventually(1, `select count(*) from outbox where media->>'id' = 'media-1' and state = 'accepted'`)
}
