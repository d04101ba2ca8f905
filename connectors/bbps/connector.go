package bbps

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "bbps"

// The keys of PortalConfig.Settings. All but SettingAgent have a default.
const (
	// SettingAgent is the agent id that the network gave the hub's institution.
	SettingAgent = "agent"
	// SettingChannel is the initiating channel, INT by default.
	SettingChannel = "channel"
	// SettingPaymentMode is the mode the citizen's money came by, UPI by default.
	SettingPaymentMode = "payment_mode"
	// SettingWait is how long a call waits for the network's answer, 20s by
	// default; SettingPoll is the pause between two questions, 2s by default.
	SettingWait = "wait"
	SettingPoll = "poll"
)

// CredentialAPIKey is the key of PortalConfig.Credentials.
const CredentialAPIKey = "api_key"

// FieldMobile is the key of the customer's mobile number in BillQuery.Fields.
const FieldMobile = "MOBILE"

const (
	defaultWait = 20 * time.Second
	defaultPoll = 2 * time.Second
)

// Family opens aggregators. The zero value works.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
	// UserAgent names the operator of this hub to the aggregator.
	UserAgent string
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a *Connector.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

// New makes the connector of one aggregator account.
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	if config.Settings[SettingAgent] == "" || config.Credentials[CredentialAPIKey] == "" {
		return nil, fmt.Errorf("bbps: setting %q or credential %q is missing", SettingAgent, CredentialAPIKey)
	}
	wait, err := duration(config.Settings, SettingWait, defaultWait)
	if err != nil {
		return nil, err
	}
	poll, err := duration(config.Settings, SettingPoll, defaultPoll)
	if err != nil {
		return nil, err
	}
	client, err := portal.New(config, portal.Options{
		Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	clock := f.Clock
	if clock == nil {
		clock = time.Now
	}
	return &Connector{
		client: client, clock: clock, wait: wait, poll: poll,
		apiKey: config.Credentials[CredentialAPIKey],
		agent:  config.Settings[SettingAgent], channel: cmp.Or(config.Settings[SettingChannel], "INT"),
		paymentMode: cmp.Or(config.Settings[SettingPaymentMode], "UPI"), billers: map[string]knownBiller{},
	}, nil
}

func duration(settings map[string]string, key string, fallback time.Duration) (time.Duration, error) {
	if settings[key] == "" {
		return fallback, nil
	}
	parsed, err := time.ParseDuration(settings[key])
	if err != nil || parsed <= 0 {
		return 0, fmt.Errorf("bbps: setting %s is not a duration", key)
	}
	return parsed, nil
}

// Connector is one account with an aggregator. It is safe for concurrent use.
type Connector struct {
	client                      *portal.Client
	clock                       func() time.Time
	wait, poll                  time.Duration
	apiKey                      string
	agent, channel, paymentMode string

	mu      sync.Mutex
	billers map[string]knownBiller
}

var _ connectors.BillConnector = (*Connector)(nil)

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// The names of metrics' operations.
const (
	operationBiller       = "read_biller"
	operationRequestFetch = "request_fetch"
	operationAwaitFetch   = "await_fetch"
	operationRequestPay   = "request_payment"
	operationFind         = "find_payment"
)

const (
	pathFetch   = "v1/bill-fetch-requests"
	pathPayment = "v1/bill-payment-requests"
)

// errUnreadable says that an answer is not in the shape we know.
var errUnreadable = errors.New("answer is not in the known shape")

// get reads one object.
func (c *Connector) get(ctx context.Context, operation, path, name, expected string, read func([]byte) error) error {
	return c.call(ctx, portal.Request{
		Operation: operation, Method: http.MethodGet, Path: path + "/" + url.PathEscape(name),
	}, expected, read)
}

// request sends a message and waits for its Ack only. A reference of ours makes it
// one that must happen once.
func (c *Connector) request(ctx context.Context, operation, path, reference string, sent message) error {
	body, err := json.Marshal(sent)
	if err != nil {
		return fmt.Errorf("encode %s: %w", operation, err)
	}
	request := portal.Request{
		Operation: operation, Method: http.MethodPost, Path: path, Reference: reference,
		Body: body, ContentType: "application/json", Header: http.Header{},
	}
	if reference != "" {
		request.Header.Set("Idempotency-Key", sent.Head.RefID)
	}
	return c.call(ctx, request, "an Ack", func(body []byte) error { return readAck(body, sent.Head.RefID) })
}

func (c *Connector) call(ctx context.Context, request portal.Request, expected string, read func([]byte) error) error {
	if request.Header == nil {
		request.Header = http.Header{}
	}
	request.Header.Set("X-Api-Key", c.apiKey)
	request.Check = func(response *portal.Response) error {
		if response.Status == http.StatusUnauthorized || response.Status == http.StatusForbidden {
			return &connectors.ChangedError{Expected: "accepted credentials", Seen: fmt.Sprintf("status %d", response.Status)}
		}
		text, err := response.Text()
		if err == nil {
			err = read([]byte(text))
		}
		if err == nil || connectors.ClassOf(err) != connectors.ClassInternal {
			return err
		}
		return knownPages().Unexpected(response, expected)
	}
	_, err := c.client.Do(ctx, request)
	return err
}

func knownPages() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "scheduled maintenance"},
		Failure:     []string{"server error in", "runtime error", "service unavailable", "internal server error", "bad gateway"},
	}
}

// await polls until ask answers something else than errPending, which it returns
// when the wait is over.
func (c *Connector) await(ctx context.Context, ask func(context.Context) error) error {
	over := time.NewTimer(c.wait)
	defer over.Stop()
	for {
		err := ask(ctx)
		if !errors.Is(err, errPending) {
			return err
		}
		next := time.NewTimer(c.poll)
		select {
		case <-next.C:
		case <-over.C:
			next.Stop()
			return errPending
		case <-ctx.Done():
			next.Stop()
			return fmt.Errorf("wait for the network: %w", ctx.Err())
		}
	}
}

// errPending says that the network has not decided yet.
var errPending = errors.New("the network has not answered yet")
