package twin

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Kind names one way to misbehave. The kinds below concern HTTP and are played
// by Dial.Wrap; a twin may add kinds of its own and ask for them with Dial.Take.
type Kind string

// The kinds every twin understands.
const (
	Slow            Kind = "slow"             // wait DelayMS, then answer
	Hang            Kind = "hang"             // never answer, do nothing
	ServerError     Kind = "server_error"     // 500
	BadGateway      Kind = "bad_gateway"      // 502 with an HTML page
	Unavailable     Kind = "unavailable"      // 503, Retry-After when set
	TooMany         Kind = "too_many"         // 429, Retry-After when set
	ErrorPage       Kind = "error_page"       // 200 with an HTML error page
	MaintenancePage Kind = "maintenance_page" // 200 with an HTML notice
	StrangePage     Kind = "strange_page"     // 200 with an HTML login form
	DropBefore      Kind = "drop_before"      // connection dropped, nothing done
	ResponseLost    Kind = "response_lost"    // done, connection dropped
	ResponseHangs   Kind = "response_hangs"   // done, never answered
	HalfBody        Kind = "half_body"        // done, connection dropped half-way through the answer
	CutPage         Kind = "cut_page"         // done, the answer ends in the middle as if it were whole
	WrongCharset    Kind = "wrong_charset"    // done, the answer declares ISO-8859-1 whatever it is
	HugeBody        Kind = "huge_body"        // done, the answer has 50 MB
	SessionLost     Kind = "session_lost"     // done without the request's cookies
)

// Latency makes every answer later, besides what else the dial says: by a
// log-normal wait whose median is DelayMS and whose 99th percentile is TailMS.
const Latency Kind = "latency"

// The kinds that concern a portal's pages. A twin that can play one passes it to
// NewDial and asks for it with Dial.Take; the conformance suite plays those that
// a dial knows.
const (
	CaptchaAlways     Kind = "captcha_always"      // every answer to a captcha is called wrong
	CaptchaExpired    Kind = "captcha_expired"     // the picture is too old when the answer comes
	OTPLate           Kind = "otp_late"            // the code arrives after it has expired
	DuplicateRows     Kind = "duplicate_rows"      // a row of a table comes twice
	RenamedIDs        Kind = "renamed_ids"         // ids and names of controls as after a release
	MovedColumns      Kind = "moved_columns"       // columns of a table in another order
	NewMandatoryField Kind = "new_mandatory_field" // a form asks for something more
	SessionExpires    Kind = "session_expires"     // the portal forgets the session and says so its own way
)

// DriftKinds lists the kinds by which a portal becomes another than the one we
// know.
func DriftKinds() []Kind { return []Kind{RenamedIDs, MovedColumns, NewMandatoryField} }

// HTTPKinds lists the kinds that Wrap plays.
func HTTPKinds() []Kind {
	return []Kind{
		Slow, Hang, ServerError, BadGateway, Unavailable, TooMany, ErrorPage,
		MaintenancePage, StrangePage, DropBefore, ResponseLost, ResponseHangs,
		HalfBody, CutPage, WrongCharset, HugeBody, SessionLost,
	}
}

// Fault is one setting of the dial.
type Fault struct {
	Kind Kind `json:"kind"`
	// Operation limits the fault to one operation of the twin; empty is all.
	Operation string `json:"operation,omitempty"`
	// Times is how often it happens; 0 is until it is cleared.
	Times int `json:"times,omitempty"`
	// DelayMS is the wait of Slow and the median of Latency, in milliseconds.
	DelayMS int `json:"delay_ms,omitempty"`
	// TailMS is the 99th percentile of Latency, in milliseconds; at or below
	// DelayMS every wait is DelayMS.
	TailMS int `json:"tail_ms,omitempty"`
	// ForMS ends the fault that long after the dial was set, in milliseconds;
	// 0 keeps it. It makes a maintenance window of MaintenancePage.
	ForMS int `json:"for_ms,omitempty"`
	// RetryAfter of Unavailable and TooMany, in seconds.
	RetryAfter int `json:"retry_after,omitempty"`
}

// Dial holds the faults a twin shows now. It is safe for concurrent use.
type Dial struct {
	mu     sync.Mutex
	known  []Kind
	faults []Fault
	set    time.Time
	taken  int
}

// NewDial makes a dial at rest that knows the HTTP kinds, Latency and the given
// ones.
func NewDial(own ...Kind) *Dial {
	return &Dial{known: slices.Concat(HTTPKinds(), []Kind{Latency}, own)}
}

// Kinds lists what the dial can be set to.
func (d *Dial) Kinds() []Kind { return slices.Clone(d.known) }

// Set replaces the faults. The first that fits a request is played.
func (d *Dial) Set(faults ...Fault) error {
	for _, fault := range faults {
		if !slices.Contains(d.known, fault.Kind) {
			return fmt.Errorf("no fault of kind %q, have %v", fault.Kind, d.known)
		}
		if min(fault.Times, fault.DelayMS, fault.TailMS, fault.ForMS, fault.RetryAfter) < 0 {
			return fmt.Errorf("fault %q: number below zero", fault.Kind)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults, d.set, d.taken = slices.Clone(faults), time.Now(), 0
	return nil
}

// Clear turns all faults off.
func (d *Dial) Clear() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = nil
}

// Faults shows the dial.
func (d *Dial) Faults() []Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dropEnded()
	return slices.Clone(d.faults)
}

// Taken counts the faults played since the dial was set.
func (d *Dial) Taken() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.taken
}

// Take uses up one occurrence of the first fault that fits the operation and is
// of one of the kinds.
func (d *Dial) Take(operation string, kinds ...Kind) (Fault, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dropEnded()
	for i, fault := range d.faults {
		if !slices.Contains(kinds, fault.Kind) || (fault.Operation != "" && fault.Operation != operation) {
			continue
		}
		if fault.Times == 1 {
			d.faults = slices.Delete(d.faults, i, i+1)
		} else if fault.Times > 1 {
			d.faults[i].Times--
		}
		d.taken++
		return fault, true
	}
	return Fault{}, false
}

// dropEnded needs the lock.
func (d *Dial) dropEnded() {
	elapsed := time.Since(d.set)
	d.faults = slices.DeleteFunc(d.faults, func(fault Fault) bool {
		return fault.ForMS > 0 && elapsed >= time.Duration(fault.ForMS)*time.Millisecond
	})
}
