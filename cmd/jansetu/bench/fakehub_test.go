package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// fakeHubVariable makes this test program a small hub, when it is started as one by the code under test: its value is the fault.
const fakeHubVariable = "JANSETU_BENCH_FAKE_HUB"

func TestMain(m *testing.M) {
	if fault, ok := os.LookupEnv(fakeHubVariable); ok {
		if err := runFakeHub(fault); err != nil {
			fmt.Fprintln(os.Stderr, "fake hub:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// fakeHub answers every message once, with a text: inbox row first, reply later.
type fakeHub struct {
	fault string // "", "lose", "double" or "die"
	inbox *pgxpool.Pool

	client *http.Client
}

func runFakeHub(fault string) error {
	if os.Args[1] == "migrate" {
		return nil
	}
	if fault == "die" {
		return fmt.Errorf("no catalog for %s", os.Getenv("JANSETU_STATE"))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "CREATE TABLE inbox (message_id text PRIMARY KEY)"); err != nil {
		return err
	}
	hub := &fakeHub{fault: fault, inbox: pool, client: &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /webhooks/whatsapp", hub.webhook)
	server := &http.Server{Addr: os.Getenv("JANSETU_LISTEN"), Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return nil
}

func (h *fakeHub) webhook(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Messages []struct {
						ID   string `json:"id"`
						From string `json:"from"`
					} `json:"messages"`
				} `json:"value"`
			} `json:"changes"`
		} `json:"entry"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, message := range body.Entry[0].Changes[0].Value.Messages {
		tag, err := h.inbox.Exec(r.Context(), "INSERT INTO inbox VALUES ($1) ON CONFLICT DO NOTHING", message.ID)
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		for range tag.RowsAffected() * h.copies(message.ID) {
			go h.reply(context.WithoutCancel(r.Context()), message.From)
		}
	}
}

// copies is how many replies a message gets: the fault hits one id in ten.
func (h *fakeHub) copies(id string) int64 {
	unlucky := strings.HasSuffix(id, "w")
	switch {
	case unlucky && h.fault == "lose":
		return 0
	case unlucky && h.fault == "double":
		return 2
	default:
		return 1
	}
}

func (h *fakeHub) reply(ctx context.Context, to string) {
	body := `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+` + to + `","type":"text","text":{"body":"Welcome"}}`
	url := os.Getenv("WHATSAPP_API_URL") + "/v23.0/" + os.Getenv("WHATSAPP_PHONE_NUMBER_ID") + "/messages"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+os.Getenv("WHATSAPP_ACCESS_TOKEN"))
	response, err := h.client.Do(request)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
}
