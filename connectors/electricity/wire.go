package electricity

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// wire is one shape of requests and answers.
type wire interface {
	fetch(query connectors.BillQuery) portal.Request
	post(posting connectors.Posting) portal.Request
	find(query connectors.PostingQuery) portal.Request
	// readBill and readPosted answer an error of package connectors for a code
	// they know and any other error for an answer they cannot read.
	readBill(body []byte) (connectors.Bill, error)
	readPosted(body []byte) (connectors.Posted, error)
}

// The shapes, as PortalConfig.Settings["shape"] names them.
const (
	ShapeRegNo     = "regno"
	ShapeRequestNo = "requestno"
	ShapeWSS       = "wss"
)

func wireNamed(shape string, clock func() time.Time) (wire, error) {
	switch shape {
	case ShapeRegNo:
		return regnoWire{}, nil
	case ShapeRequestNo:
		return requestnoWire{}, nil
	case ShapeWSS:
		return wssWire{clock: clock}, nil
	default:
		return nil, fmt.Errorf("setting %s is %q, want %q, %q or %q", SettingShape, shape, ShapeRegNo, ShapeRequestNo, ShapeWSS)
	}
}

// The names of metrics' operations, the same for all shapes.
const (
	operationFetch = "fetch_bill"
	operationPost  = "post_payment"
	operationFind  = "find_payment"
)

const (
	dateLayout     = "02/01/2006"
	dateTimeLayout = "02/01/2006 15:04:05"
)

func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

// reader turns a portal's strings into values and keeps the first failure, so
// that an answer is read in one go and judged once.
type reader struct{ err error }

func (r *reader) paise(text string) connectors.Paise {
	amount, err := connectors.ParsePaise(text)
	if err != nil {
		r.fail()
	}
	return amount
}

// optionalPaise reads an amount that portals leave out when it is zero.
func (r *reader) optionalPaise(text string) connectors.Paise {
	if text == "" {
		return 0
	}
	return r.paise(text)
}

func (r *reader) time(layout, text string) time.Time {
	moment, err := time.ParseInLocation(layout, text, connectors.IndianTime)
	if err != nil {
		r.fail()
	}
	return moment
}

// optionalDate reads a date that portals leave out when there is none.
func (r *reader) optionalDate(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	return r.time(dateLayout, text)
}

func (r *reader) required(text string) string {
	if text == "" {
		r.fail()
	}
	return text
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = errUnreadable
	}
}

// settle makes the parts of a bill agree: only a bill that is due has a total,
// and a due bill of nothing, or a credit, is nothing to pay.
func settle(bill connectors.Bill) connectors.Bill {
	if bill.Status == connectors.BillDue && bill.Total <= 0 {
		bill.Status = connectors.BillPaid
	}
	if bill.Status != connectors.BillDue {
		bill.Total = 0
	}
	return bill
}

// meaning is what an error code of a portal stands for.
type meaning string

const (
	meaningBadAccount  meaning = "bad_account"
	meaningBadMobile   meaning = "bad_mobile"
	meaningBadUnit     meaning = "bad_unit"
	meaningNoConsumer  meaning = "no_consumer"
	meaningAlreadyPaid meaning = "already_paid"
	meaningWrongAmount meaning = "wrong_amount"
	meaningDuplicate   meaning = "duplicate"
	meaningNoPosting   meaning = "no_posting"
	meaningNotAccepted meaning = "not_accepted"
	meaningBusy        meaning = "busy"
	fieldMobile                = "MOBILE"
	refusedNotAccepted         = "not_accepted"
	whatConsumer               = "consumer"
	whatPosting                = "posting"
)

// failure turns a portal's code into an error. An unknown code is an answer we
// cannot read.
func failure(known meaning, reason string) error {
	switch known {
	case meaningBadAccount:
		return &connectors.InputRejectedError{Field: connectors.FieldAccount, Reason: reason}
	case meaningBadMobile:
		return &connectors.InputRejectedError{Field: fieldMobile, Reason: reason}
	case meaningBadUnit:
		return &connectors.InputRejectedError{Field: fieldBillingUnit, Reason: reason}
	case meaningNoConsumer:
		return &connectors.NotFoundError{What: whatConsumer}
	case meaningNoPosting:
		return &connectors.NotFoundError{What: whatPosting}
	case meaningAlreadyPaid:
		return &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid, Reason: reason}
	case meaningWrongAmount:
		return &connectors.RefusedError{Code: connectors.RefusedAmount, Reason: reason}
	case meaningDuplicate:
		return &connectors.RefusedError{Code: connectors.RefusedDuplicate, Reason: reason}
	case meaningNotAccepted:
		return &connectors.RefusedError{Code: refusedNotAccepted, Reason: reason}
	case meaningBusy:
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	default:
		return errUnreadable
	}
}
