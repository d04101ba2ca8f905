package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// phones is a gateway whose Meta is the emulator, retries and statuses included.
type phones struct {
	*hub

	meta    *emulator.Emulator
	client  *whatsapp.Client
	pageURL string // of the phone page
}

func newPhones(t *testing.T, change ...func(*gateway.Config)) *phones {
	t.Helper()
	meta, err := emulator.New(emulator.Config{AppSecret: appSecret, VerifyToken: "verify", AccessToken: "token", Log: slog.New(slog.DiscardHandler),
		Numbers:  []emulator.Number{{PhoneNumberID: number, DisplayPhoneNumber: "+1 555 078 3881", WABAID: "1"}},
		Delivery: emulator.Delivery{Retry: []time.Duration{20 * time.Millisecond}}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, meta.Close()) })
	server := httptest.NewServer(meta.Handler())
	t.Cleanup(server.Close)
	meta.SetPublicURL(server.URL)
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: server.URL, Version: "v23.0", AccessToken: "token", ProofSecret: appSecret, Timeout: 5 * time.Second})
	require.NoError(t, err)
	h := newHub(t, append(change, func(c *gateway.Config) { c.Client, c.DoubtWait = client, time.Hour })...)
	require.NoError(t, meta.Subscribe(t.Context(), h.url+"/webhooks/whatsapp", "verify"))
	return &phones{hub: h, meta: meta, client: client, pageURL: server.URL}
}

func (p *phones) citizen(phone string) {
	p.t.Helper()
	_, err := p.meta.AddPhone(emulator.Phone{Number: phone, Name: "A citizen"})
	require.NoError(p.t, err)
}

func (p *phones) write(phone, text string) int64 {
	p.t.Helper()
	written, err := p.meta.Write(phone, emulator.Text(text))
	require.NoError(p.t, err)
	return written.Seq
}

// hears waits for the next reply after a message.
func (p *phones) hears(phone string, after int64) emulator.Message {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	replies, err := p.meta.WaitReply(ctx, phone, after)
	require.NoError(p.t, err)
	require.Len(p.t, replies, 1)
	return replies[0]
}

const citizen = "919900000001"

func TestStatusesOfMetaArriveAndAreKept(t *testing.T) {
	t.Parallel()
	p := newPhones(t)
	p.citizen(citizen)
	p.hears(citizen, p.write(citizen, "hello"))
	p.eventually(1, `select count(*) from outbox where state = 'accepted' and delivery >= 'delivered'`)
}

func TestADroppedResponseIsNotSentTwice(t *testing.T) {
	t.Parallel()
	p := newPhones(t)
	p.citizen(citizen)
	p.meta.SetFaults(emulator.Faults{DropResponse: emulator.CountFault{Next: 1}})
	first := p.write(citizen, "one")
	p.hears(citizen, first)
	second := p.write(citizen, "two")
	require.Contains(t, string(p.hears(citizen, second).Content), "two", "the status tells; nobody waits for an hour")
	p.eventually(2, `select count(*) from outbox where state = 'accepted' and attempts = 1`)
}

func TestWebhooksThatComeTwiceAndInDisorder(t *testing.T) {
	t.Parallel()
	p := newPhones(t)
	p.meta.SetFaults(emulator.Faults{Duplicate: emulator.DuplicateFault{Next: 1000, Copies: 2}, Reorder: emulator.CountFault{Next: 5}})
	for i := range 10 {
		p.citizen(fmt.Sprintf("9199000000%02d", i))
		p.write(fmt.Sprintf("9199000000%02d", i), "hello")
	}
	p.eventually(10, `select count(*) from outbox where state = 'accepted' and delivery >= 'delivered'`)
	require.Equal(t, 10, p.count(`select count(*) from inbox`))
}

func TestThrottlingAndAnOutageOfMetaDelayButLoseNothing(t *testing.T) {
	t.Parallel()
	p := newPhones(t)
	p.citizen(citizen)
	p.meta.SetFaults(emulator.Faults{Throttle: emulator.CountFault{Next: 2}})
	p.hears(citizen, p.write(citizen, "throttled"))
	p.meta.SetFaults(emulator.Faults{Down: emulator.DownFault{ForMS: 300, Mode: "503"}})
	p.hears(citizen, p.write(citizen, "down"))
	p.meta.SetFaults(emulator.Faults{Fail: emulator.CodeFault{Next: 1, Code: 131000}})
	p.hears(citizen, p.write(citizen, "failed afterwards"))
}

func TestTheRealDialogGreetsInOneBubbleAndUnderstandsItsButtons(t *testing.T) {
	t.Parallel()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	engine, err := dialog.NewEngine(services)
	require.NoError(t, err)
	p := newPhones(t, func(c *gateway.Config) { c.Dialog, c.Services = engine, services })
	p.citizen(citizen)
	greeting := p.hears(citizen, p.write(citizen, "Hi"))
	var content struct {
		Action struct {
			Buttons []struct{ Reply struct{ ID, Title string } }
		}
	}
	require.NoError(t, json.Unmarshal(greeting.Content, &content))
	require.NotEmpty(t, content.Action.Buttons)
	button := content.Action.Buttons[0].Reply
	require.Contains(t, button.ID, "~", "signed")
	pressed, err := p.meta.Write(citizen, emulator.ButtonReply(greeting.ID, button.ID, button.Title))
	require.NoError(t, err)
	require.NotEqual(t, greeting.Content, p.hears(citizen, pressed.Seq).Content)
	_, metrics := p.get("/metrics")
	require.Contains(t, metrics, "jansetu_choices_foreign_total 0")
	require.Equal(t, http.StatusOK, p.post(text(citizen, "x", "menu")))
}
