package electricity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "electricity"

// SettingShape is the key in PortalConfig.Settings that chooses the wire shape.
const SettingShape = "shape"

// Family opens electricity portals. The zero value works.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
	// UserAgent names the operator of this hub to the portals.
	UserAgent string
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a *Connector.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

// New makes the connector of one company's portal.
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	clock := f.Clock
	if clock == nil {
		clock = time.Now
	}
	spoken, err := wireNamed(config.Settings[SettingShape], clock)
	if err != nil {
		return nil, err
	}
	client, err := portal.New(config, portal.Options{
		Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	return &Connector{client: client, wire: spoken, clock: clock}, nil
}

// Connector speaks with one company's portal. It is safe for concurrent use.
type Connector struct {
	client *portal.Client
	wire   wire
	clock  func() time.Time
}

var _ connectors.BillConnector = (*Connector)(nil)

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// FetchBill implements connectors.BillFetcher.
func (c *Connector) FetchBill(ctx context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	var bill connectors.Bill
	err := c.call(ctx, c.wire.fetch(query), "a bill", func(body []byte) (err error) {
		bill, err = c.wire.readBill(body)
		if err == nil && bill.Account != query.Account {
			return errUnreadable
		}
		return err
	})
	if err != nil {
		return connectors.Bill{}, fmt.Errorf("fetch bill: %w", err)
	}
	bill.AsOf = c.clock()
	return bill, nil
}

// PostPayment implements connectors.PaymentPoster. When the portal says that
// the bill is paid or the reference used, that may be our own posting whose
// answer was lost; it is looked up before it is called a refusal.
func (c *Connector) PostPayment(ctx context.Context, posting connectors.Posting) (connectors.Posted, error) {
	posted, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Posted]{
		Reference:  posting.Reference,
		Idempotent: true,
		Ambiguous:  []string{connectors.RefusedAlreadyPaid},
		Same:       func(posted connectors.Posted) bool { return posted.Amount == posting.Amount },
		Submit: func(ctx context.Context) (connectors.Posted, error) {
			return c.posted(ctx, c.wire.post(posting), posting.Reference)
		},
		Find: func(ctx context.Context) (connectors.Posted, error) {
			return c.FindPayment(ctx, connectors.PostingQuery{
				Reference: posting.Reference, Service: posting.Service, Account: posting.Account, Fields: posting.Fields,
			})
		},
	})
	if err != nil {
		return connectors.Posted{}, fmt.Errorf("post payment: %w", err)
	}
	return posted, nil
}

// FindPayment implements connectors.PaymentPoster.
func (c *Connector) FindPayment(ctx context.Context, query connectors.PostingQuery) (connectors.Posted, error) {
	posted, err := c.posted(ctx, c.wire.find(query), query.Reference)
	if err != nil {
		return connectors.Posted{}, fmt.Errorf("find payment: %w", err)
	}
	return posted, nil
}

func (c *Connector) posted(ctx context.Context, request portal.Request, reference string) (connectors.Posted, error) {
	var posted connectors.Posted
	err := c.call(ctx, request, "a posting", func(body []byte) (err error) {
		posted, err = c.wire.readPosted(body)
		if err == nil && posted.Reference != reference {
			return errUnreadable
		}
		return err
	})
	return posted, err
}

// errUnreadable says that an answer is not in the shape we know.
var errUnreadable = errors.New("answer is not in the known shape")

func (c *Connector) call(ctx context.Context, request portal.Request, expected string, read func([]byte) error) error {
	request.Check = func(response *portal.Response) error {
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
		Maintenance: []string{"under maintenance", "scheduled maintenance", "site is down for"},
		Failure:     []string{"server error in", "runtime error", "service unavailable", "internal server error", "could not open connection"},
	}
}
