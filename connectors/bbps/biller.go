package bbps

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// Biller is an entry of the biller master: what a biller wants to know and how it
// wants to be paid. It may be kept for a day.
type Biller struct {
	ID       string `json:"billerId"`
	Name     string `json:"billerName"`
	Category string `json:"billerCategoryName"`
	// FetchRequirement is MANDATORY, OPTIONAL or NOT_SUPPORTED.
	FetchRequirement string `json:"fetchRequirement"`
	// Exactness is EXACT, EXACT_UP (that or more), EXACT_DOWN (that or less) or
	// RANGE.
	Exactness string `json:"paymentAmountExactness"`
	// Pending says that a payment may stay undecided for long.
	Pending bool            `json:"supportPendingStatus"`
	Params  []CustomerParam `json:"customerParams"`
	// DownFrom and DownUntil bound a temporary deactivation; zero without one.
	DownFrom  time.Time `json:"billerTempDeactivationStart,omitzero"`
	DownUntil time.Time `json:"billerTempDeactivationEnd,omitzero"`
}

// CustomerParam is one thing a biller wants to know of its customer.
type CustomerParam struct {
	Name     string `json:"paramName"`
	DataType string `json:"dataType"`
	Optional bool   `json:"optional"`
	// MinLength and MaxLength are in bytes; 0 is no limit.
	MinLength int    `json:"minLength"`
	MaxLength int    `json:"maxLength"`
	Pattern   string `json:"regex"`
}

// keepBiller is how long the master's entry is good for; the network changes it
// once a day.
const keepBiller = 24 * time.Hour

type knownBiller struct {
	Biller

	until time.Time
}

// Biller reads the master's entry of a biller, from the network once a day. An id
// that the network does not have is a NotFoundError.
func (c *Connector) Biller(ctx context.Context, id string) (Biller, error) {
	c.mu.Lock()
	known, kept := c.billers[id]
	c.mu.Unlock()
	if kept && c.clock().Before(known.until) {
		return known.Biller, nil
	}
	var found Biller
	err := c.get(ctx, operationBiller, "v1/billers", id, "a biller", func(body []byte) (err error) {
		found, err = readBiller(body, id)
		return err
	})
	if err != nil {
		return Biller{}, fmt.Errorf("read biller: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.billers[id] = knownBiller{Biller: found, until: c.keepUntil(found)}
	return found, nil
}

// keepUntil asks again soon about a biller that is or will be down.
func (c *Connector) keepUntil(found Biller) time.Time {
	now := c.clock()
	if found.DownUntil.After(now) {
		return now.Add(time.Minute)
	}
	return now.Add(keepBiller)
}

func readBiller(body []byte, id string) (Biller, error) {
	var read struct {
		Biller

		Errors []errorMessage `json:"errorMessages"`
	}
	if err := decode(body, &read); err != nil {
		return Biller{}, err
	}
	if len(read.Errors) > 0 && read.Errors[0].Code == "BILLER_UNKNOWN" {
		return Biller{}, &connectors.NotFoundError{What: "biller"}
	}
	if read.ID != id || len(read.Params) == 0 {
		return Biller{}, errUnreadable
	}
	return read.Biller, nil
}

// down is the error of a biller that is deactivated now.
func (b Biller) down(now time.Time) error {
	if b.DownUntil.After(now) && !b.DownFrom.After(now) {
		return &connectors.UnavailableError{Until: b.DownUntil, Reason: connectors.ReasonMaintenance}
	}
	return nil
}

// fill gives every parameter its value and judges it before anything is sent.
func (b Biller) fill(account string, fields map[string]string) ([]tag, error) {
	filled := make([]tag, 0, len(b.Params))
	accountPlaced := false
	for _, param := range b.Params {
		value, named := fields[param.Name]
		field := param.Name
		if !named && !accountPlaced {
			value, field, accountPlaced = account, connectors.FieldAccount, true
		}
		if value == "" && param.Optional {
			continue
		}
		if !param.accepts(value) {
			return nil, &connectors.InputRejectedError{Field: field, Reason: param.wants()}
		}
		filled = append(filled, tag{Name: param.Name, Value: value})
	}
	return filled, nil
}

// longestValue bounds what a citizen's answer may add to a message, in bytes.
const longestValue = 256

func (p CustomerParam) accepts(value string) bool {
	if value == "" || len(value) > longestValue || len(value) < p.MinLength || (p.MaxLength > 0 && len(value) > p.MaxLength) {
		return false
	}
	if p.DataType == "NUMERIC" && !numeric.MatchString(value) {
		return false
	}
	if p.Pattern == "" {
		return true
	}
	// A pattern that Go cannot read is the biller's to apply.
	pattern, err := regexp.Compile("^(?:" + p.Pattern + ")$")
	return err != nil || pattern.MatchString(value)
}

var numeric = regexp.MustCompile(`^\d+$`)

// wants tells the citizen what the biller accepts.
func (p CustomerParam) wants() string {
	switch {
	case p.MinLength == p.MaxLength && p.MaxLength > 0:
		return fmt.Sprintf("%s: %d characters", p.Name, p.MaxLength)
	case p.MaxLength > 0:
		return fmt.Sprintf("%s: %d to %d characters", p.Name, p.MinLength, p.MaxLength)
	default:
		return p.Name
	}
}
