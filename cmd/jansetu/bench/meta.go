package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// The business number and the secrets of a run. They protect nothing: every part listens on loopback and ends with the run.
const (
	appSecret   = "bench-app-secret"
	accessToken = "bench-access-token"
	verifyToken = "bench-verify-token"
)

var business = wire.Business{AccountID: "102290129340398", PhoneNumberID: "106540352242922", DisplayNumber: "+91 40 2345 6789"}

// chatHistory is how many messages the emulator keeps of each chat: nobody reads them here.
const chatHistory = 4

// meta is the emulator in our own process, behind an ear of the generator.
type meta struct {
	emulator *emulator.Emulator
	server   *http.Server
	url      string
}

// startMeta starts the emulator. Statuses come from the generator, at scheduled times like every other webhook, so the emulator
// sends none itself.
func startMeta(ctx context.Context, address string, perSecond int, listen func(http.Handler) http.Handler, log *slog.Logger) (*meta, error) {
	e, err := emulator.New(emulator.Config{
		AppSecret: appSecret, VerifyToken: verifyToken, AccessToken: accessToken,
		Numbers: []emulator.Number{{
			PhoneNumberID: business.PhoneNumberID, DisplayPhoneNumber: business.DisplayNumber, WABAID: business.AccountID,
		}},
		Limits:    emulator.Limits{MessagesPerSecond: perSecond},
		OpenWorld: true, History: chatHistory, Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("start the emulator: %w", err)
	}
	e.SetFaults(emulator.Faults{StatusesOff: true})
	m := &meta{emulator: e, server: &http.Server{Handler: listen(e.Handler()), ReadHeaderTimeout: 10 * time.Second}}
	if err := m.serve(ctx, address, log); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return m, nil
}

func (m *meta) serve(ctx context.Context, address string, log *slog.Logger) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listen as Meta: %w", err)
	}
	m.url = "http://" + listener.Addr().String()
	go func() {
		if err := m.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the emulator no longer listens", "error", err)
		}
	}()
	return nil
}

// refused is how many sends the emulator refused so far.
func (m *meta) refused() int64 { return m.emulator.Counters().Refused }

func (m *meta) stop() error {
	return errors.Join(m.server.Close(), m.emulator.Close())
}
