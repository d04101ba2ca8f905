package emulator

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/webhook"
)

// Faults is what may go wrong, as the control API takes it. The zero value is good weather. Fields named Next count
// down as they are used.
type Faults struct {
	// Webhooks out.
	Duplicate DuplicateFault `json:"duplicate"`
	Reorder   CountFault     `json:"reorder"` // the next Next webhooks arrive in reverse order
	Delay     DelayFault     `json:"delay"`
	// StatusesOff sends no status webhooks at all.
	StatusesOff bool `json:"statuses_off"`

	// Calls of the business.
	DropResponse CountFault `json:"drop_response"` // accepted and delivered, but the connection closes without an answer
	Throttle     CountFault `json:"throttle"`      // refused with 130429
	Refuse       CodeFault  `json:"refuse"`        // refused with Code
	Fail         CodeFault  `json:"fail"`          // accepted, then status failed with Code; the citizen sees nothing
	Slow         DelayFault `json:"slow"`          // answered late
	Down         DownFault  `json:"down"`

	// ClockShiftMS moves the clock of the 24-hour service window: 90 000 000 (25 h) closes every window.
	ClockShiftMS int64 `json:"clock_shift_ms"`
}

// CountFault concerns the next Next calls.
type CountFault struct {
	Next int `json:"next"`
}

// DuplicateFault delivers each of the next Next webhooks Copies times more.
type DuplicateFault struct {
	Next   int `json:"next"`
	Copies int `json:"copies"`
}

// DelayFault delays the next Next by MS milliseconds.
type DelayFault struct {
	Next int   `json:"next"`
	MS   int64 `json:"ms"`
}

// CodeFault answers the next Next with an error code.
type CodeFault struct {
	Next    int    `json:"next"`
	Code    int    `json:"code"`
	Details string `json:"details,omitempty"`
}

// DownFault makes the Graph API unavailable for ForMS milliseconds: Mode "503" answers so, "refuse" (default) closes
// the connection without an answer.
type DownFault struct {
	ForMS int64     `json:"for_ms"`
	Mode  string    `json:"mode,omitempty"`
	Until time.Time `json:"until,omitzero"`
}

// faultBoard holds the faults set. While none is, a call costs one atomic load.
type faultBoard struct {
	armed  atomic.Bool
	mu     sync.Mutex
	faults Faults
	hold   int // size of the running reorder
}

// SetFaults replaces all faults; the zero value ends them.
func (e *Emulator) SetFaults(f Faults) {
	b := &e.faults
	b.mu.Lock()
	if f.Down.ForMS > 0 {
		f.Down.Until = e.now().Add(time.Duration(f.Down.ForMS) * time.Millisecond)
	}
	b.faults, b.hold = f, f.Reorder.Next
	b.armed.Store(f != Faults{})
	b.mu.Unlock()
	if e.hooks != nil {
		e.hooks.Release()
	}
}

// Faults returns what is set, with the counts that are left.
func (e *Emulator) Faults() Faults {
	e.faults.mu.Lock()
	defer e.faults.mu.Unlock()
	return e.faults.faults
}

func (b *faultBoard) use(do func(*Faults)) {
	if !b.armed.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	do(&b.faults)
}

func spend(next *int) bool {
	if *next <= 0 {
		return false
	}
	*next--
	return true
}

// treat decides what happens to the next webhook.
func (b *faultBoard) treat() (t webhook.Treatment) {
	b.use(func(f *Faults) {
		if spend(&f.Duplicate.Next) {
			t.Copies = max(1, f.Duplicate.Copies)
		}
		if spend(&f.Delay.Next) {
			t.Delay = time.Duration(f.Delay.MS) * time.Millisecond
		}
		if spend(&f.Reorder.Next) {
			t.Hold = b.hold
		}
	})
	return t
}

func (b *faultBoard) statusesOff() (off bool) {
	b.use(func(f *Faults) { off = f.StatusesOff })
	return off
}

func (b *faultBoard) clockShift() (shift time.Duration) {
	b.use(func(f *Faults) { shift = time.Duration(f.ClockShiftMS) * time.Millisecond })
	return shift
}

func (b *faultBoard) dropsResponse() (drop bool) {
	b.use(func(f *Faults) { drop = spend(&f.DropResponse.Next) })
	return drop
}

func (b *faultBoard) slowness() (wait time.Duration) {
	b.use(func(f *Faults) {
		if spend(&f.Slow.Next) {
			wait = time.Duration(f.Slow.MS) * time.Millisecond
		}
	})
	return wait
}

// refusal returns the error code the next send is refused with, or 0.
func (b *faultBoard) refusal() (code int, details string) {
	b.use(func(f *Faults) {
		switch {
		case spend(&f.Throttle.Next):
			code, details = 130429, "Cloud API message throughput has been reached."
		case spend(&f.Refuse.Next):
			code, details = f.Refuse.Code, f.Refuse.Details
		}
	})
	return code, details
}

// failure returns the error code the next accepted message fails with, or 0.
func (b *faultBoard) failure() (code int, details string) {
	b.use(func(f *Faults) {
		if spend(&f.Fail.Next) {
			code, details = f.Fail.Code, f.Fail.Details
		}
	})
	return code, details
}

func (b *faultBoard) down(now time.Time) (mode string) {
	b.use(func(f *Faults) {
		if now.Before(f.Down.Until) {
			mode = f.Down.Mode
			if mode == "" {
				mode = "refuse"
			}
		}
	})
	return mode
}
