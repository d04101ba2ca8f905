package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jansetu/jansetu/deploy/local/process"
)

const (
	hubStartLimit = 60 * time.Second
	hubStopLimit  = 15 * time.Second
	readyInterval = 50 * time.Millisecond
)

// hub is the gateway under test, a process of its own so that its memory and processor time can be told from ours.
type hub struct {
	cmd     *exec.Cmd
	address string
	log     string
	end     context.CancelFunc
	done    chan struct{}
}

// hubSettings are what the gateway is started with.
type hubSettings struct {
	binary      string
	folder      string // of its log file
	databaseURL string
	metaURL     string
	state       string
	perSecond   int
	environment []string // of the caller, what is set here excepted
}

// startHub starts the gateway and returns when it says that it is ready. There is no Temporal: what a citizen confirms stays in
// the outbox.
func startHub(ctx context.Context, s hubSettings) (*hub, error) {
	port, err := process.FreePort(ctx)
	if err != nil {
		return nil, err
	}
	nowhere, err := process.FreePort(ctx)
	if err != nil {
		return nil, err
	}
	h := &hub{address: process.Address(port), log: filepath.Join(s.folder, "hub.log"), done: make(chan struct{})}
	if err := s.migrate(ctx); err != nil {
		return nil, err
	}
	if err := h.start(ctx, s, process.Address(nowhere)); err != nil {
		return nil, err
	}
	if err := h.awaitReady(ctx); err != nil {
		h.stop()
		return nil, err
	}
	return h, nil
}

// migrate makes the hub's tables, with its own command.
func (s hubSettings) migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, hubStartLimit)
	defer cancel()
	command := exec.CommandContext(ctx, s.binary, "migrate") //nolint:gosec // our own program, or the one the flag names
	command.Env = s.variables("127.0.0.1:0", "127.0.0.1:0")
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("make the hub's tables: %w: %s", err, tail(string(said)))
	}
	return nil
}

func (h *hub) start(ctx context.Context, s hubSettings, temporal string) error {
	output, err := os.OpenFile(h.log, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make the hub's log file: %w", err)
	}
	defer func() { _ = output.Close() }()                      // the child has its own copy
	ctx, end := context.WithCancel(context.WithoutCancel(ctx)) // the hub is stopped after its last reply, in order
	h.end = end
	h.cmd = exec.CommandContext(ctx, s.binary, "gateway") //nolint:gosec // our own program, or the one the flag names
	h.cmd.Cancel = func() error { return h.cmd.Process.Signal(syscall.SIGTERM) }
	h.cmd.WaitDelay = hubStopLimit
	h.cmd.Env = s.variables(h.address, temporal)
	h.cmd.Stdout, h.cmd.Stderr = output, output
	if err := h.cmd.Start(); err != nil {
		end()
		return fmt.Errorf("start the hub: %w", err)
	}
	go func() {
		_ = h.cmd.Wait() // how it ended is in its log
		close(h.done)
	}()
	return nil
}

func (s hubSettings) variables(listen, temporal string) []string {
	set := []string{
		"JANSETU_MODE=development",
		"JANSETU_MESSAGES_PER_PERSON=1000000000", // a crowd of few citizens may stand for many
		"JANSETU_STATE=" + s.state,
		"JANSETU_LISTEN=" + listen,
		"DATABASE_URL=" + s.databaseURL,
		"JANSETU_KEK_URI=file://" + filepath.Join(s.folder, "kek.json"),
		"TEMPORAL_ADDRESS=" + temporal,
		"WHATSAPP_API_URL=" + s.metaURL,
		"WHATSAPP_PHONE_NUMBER_ID=" + business.PhoneNumberID,
		"WHATSAPP_ACCESS_TOKEN=" + accessToken,
		"WHATSAPP_APP_SECRET=" + appSecret,
		"WHATSAPP_VERIFY_TOKEN=" + verifyToken,
		"WHATSAPP_MESSAGES_PER_SECOND=" + strconv.Itoa(s.perSecond),
	}
	return slices.Concat([]string{"JANSETU_LOG_LEVEL=warn"}, s.environment, set) // the last one of a name counts
}

func (h *hub) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, hubStartLimit)
	defer cancel()
	tick := time.NewTicker(readyInterval)
	defer tick.Stop()
	for {
		select {
		case <-h.done:
			return fmt.Errorf("the hub ended before it was ready: %s", h.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("the hub was not ready in time: %w; it said: %s", ctx.Err(), h.lastWords())
		case <-tick.C:
			if answers(ctx, "http://"+h.address+"/readyz") {
				return nil
			}
		}
	}
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	response, err := (&http.Client{Timeout: time.Second}).Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// lastWords is the end of the hub's log.
func (h *hub) lastWords() string {
	content, err := os.ReadFile(h.log)
	if err != nil || len(content) == 0 {
		return "nothing"
	}
	return tail(string(content))
}

// tail is the end of what a program said.
func tail(output string) string {
	const lines, characters = 5, 2000
	said := strings.Split(strings.TrimSpace(output), "\n")
	last := strings.Join(said[max(len(said)-lines, 0):], "\n")
	return last[max(len(last)-characters, 0):]
}

// alive tells whether the hub still runs.
func (h *hub) alive() error {
	select {
	case <-h.done:
		return errors.New("the hub ended during the run: " + h.lastWords())
	default:
		return nil
	}
}

func (h *hub) pid() int { return h.cmd.Process.Pid }

// stop asks the hub to end and waits; after a while it is killed.
func (h *hub) stop() {
	h.end()
	<-h.done
}
