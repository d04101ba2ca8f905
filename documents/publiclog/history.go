package publiclog

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrMisissued says that a log holds what must not be in it.
var ErrMisissued = errors.New("the log holds what must not be in it")

// Skew is how far the clocks of a log and of those who watch it may differ.
const Skew = 10 * time.Minute

// History knows what the leaves so far allow the next ones to be: no time goes backwards, nothing is issued twice, nothing ends that
// was not issued.
type History struct {
	last      time.Time      // of the last leaf
	slots     map[Hash]int64 // of what was issued, by leaf
	documents map[Hash]bool  // that were issued; true: they still count
	base      *History       // what was before a trial; nil: this is no trial
}

// NewHistory is that of an empty log.
func NewHistory() *History {
	return &History{slots: map[Hash]int64{}, documents: map[Hash]bool{}}
}

// Trial takes leaves without h remembering them.
func (h *History) Trial() *History {
	next := NewHistory()
	next.last, next.base = h.last, h
	return next
}

func (h *History) slot(hash Hash) (index int64, taken bool) {
	if index, taken = h.slots[hash]; !taken && h.base != nil {
		return h.base.slot(hash)
	}
	return index, taken
}

func (h *History) document(hash Hash) (counts, known bool) {
	if counts, known = h.documents[hash]; !known && h.base != nil {
		return h.base.document(hash)
	}
	return counts, known
}

// Window is when leaves may have come into the log. A zero time does not bind.
type Window struct{ From, To time.Time }

// Add takes the next leaf, whether it is in order or not. It fails with ErrMisissued. Accepted leaves are in order because people
// looked into them.
func (h *History) Add(index int64, raw []byte, within Window, accepted ...int64) error {
	leaf, err := ParseLeaf(raw)
	if err != nil {
		return fmt.Errorf("%w: leaf %d: %w", ErrMisissued, index, err)
	}
	if err = h.check(leaf, within); err != nil && !slices.Contains(accepted, index) {
		err = fmt.Errorf("%w: leaf %d: %w", ErrMisissued, index, err)
	} else {
		err = nil
	}
	if leaf.At.After(h.last) {
		h.last = leaf.At
	}
	if leaf.Kind == Issued {
		h.slots[leaf.Slot] = index
	}
	h.documents[leaf.Document] = leaf.Kind == Issued
	return err
}

func (h *History) check(leaf Leaf, within Window) error {
	if err := h.checkTime(leaf.At, within); err != nil {
		return err
	}
	counts, known := h.document(leaf.Document)
	if leaf.Kind != Issued {
		if !known || !counts {
			return fmt.Errorf("a document is %s that was not issued, or ended before", leaf.Kind)
		}
		return nil
	}
	if known {
		return errors.New("a document is issued a second time under one number")
	}
	if first, taken := h.slot(leaf.Slot); taken {
		return fmt.Errorf("the same thing is issued twice: leaf %d has it too", first)
	}
	return nil
}

func (h *History) checkTime(at time.Time, within Window) error {
	switch {
	case at.IsZero():
		return errors.New("it has no time")
	case at.Before(h.last):
		return fmt.Errorf("back-dated: %s, after a leaf of %s", at.Format(time.RFC3339), h.last.Format(time.RFC3339))
	case !within.From.IsZero() && at.Before(within.From):
		return fmt.Errorf("back-dated: %s, and it was not in the log at %s", at.Format(time.RFC3339), within.From.Format(time.RFC3339))
	case !within.To.IsZero() && at.After(within.To):
		return fmt.Errorf("post-dated: %s", at.Format(time.RFC3339))
	}
	return nil
}
