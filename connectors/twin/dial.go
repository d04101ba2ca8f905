package twin

import (
	"fmt"
	"slices"
	"sync"
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
)

// HTTPKinds lists the kinds that Wrap plays.
func HTTPKinds() []Kind {
	return []Kind{
		Slow, Hang, ServerError, BadGateway, Unavailable, TooMany, ErrorPage,
		MaintenancePage, StrangePage, DropBefore, ResponseLost, ResponseHangs,
	}
}

// Fault is one setting of the dial.
type Fault struct {
	Kind Kind `json:"kind"`
	// Operation limits the fault to one operation of the twin; empty is all.
	Operation string `json:"operation,omitempty"`
	// Times is how often it happens; 0 is until it is cleared.
	Times int `json:"times,omitempty"`
	// DelayMS is the wait of Slow, in milliseconds.
	DelayMS int `json:"delay_ms,omitempty"`
	// RetryAfter of Unavailable and TooMany, in seconds.
	RetryAfter int `json:"retry_after,omitempty"`
}

// Dial holds the faults a twin shows now. It is safe for concurrent use.
type Dial struct {
	mu     sync.Mutex
	known  []Kind
	faults []Fault
}

// NewDial makes a dial at rest that knows the HTTP kinds and the given ones.
func NewDial(own ...Kind) *Dial { return &Dial{known: append(HTTPKinds(), own...)} }

// Kinds lists what the dial can be set to.
func (d *Dial) Kinds() []Kind { return slices.Clone(d.known) }

// Set replaces the faults. The first that fits a request is played.
func (d *Dial) Set(faults ...Fault) error {
	for _, fault := range faults {
		if !slices.Contains(d.known, fault.Kind) {
			return fmt.Errorf("no fault of kind %q, have %v", fault.Kind, d.known)
		}
		if fault.Times < 0 || fault.DelayMS < 0 || fault.RetryAfter < 0 {
			return fmt.Errorf("fault %q: number below zero", fault.Kind)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = slices.Clone(faults)
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
	return slices.Clone(d.faults)
}

// Take uses up one occurrence of the first fault that fits the operation and is
// of one of the kinds.
func (d *Dial) Take(operation string, kinds ...Kind) (Fault, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, fault := range d.faults {
		if !slices.Contains(kinds, fault.Kind) || (fault.Operation != "" && fault.Operation != operation) {
			continue
		}
		if fault.Times == 1 {
			d.faults = slices.Delete(d.faults, i, i+1)
		} else if fault.Times > 1 {
			d.faults[i].Times--
		}
		return fault, true
	}
	return Fault{}, false
}
