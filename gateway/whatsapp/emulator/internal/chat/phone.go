// Package chat holds the citizens' side: phones, what was said on each, who read what, when the service window opened.
// It knows nothing of HTTP, signatures or Meta's request shapes; a message's content is opaque to it.
package chat

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Reasons the store refuses something.
var (
	ErrUnknownPhone   = errors.New("no such phone")
	ErrInvalidNumber  = errors.New("a phone number has 8 to 15 digits")
	ErrWindowClosed   = errors.New("customer service window is closed")
	ErrPairRate       = errors.New("pair rate limit hit")
	ErrUnknownMessage = errors.New("no such message")
	ErrTooManyPhones  = errors.New("too many phones")
)

// Phone is one citizen's device.
type Phone struct {
	Number  string `json:"number"`  // digits, country code first, no plus sign
	UserID  string `json:"user_id"` // business-scoped user id, e.g. IN.1349…
	Name    string `json:"name"`    // the name in the citizen's own profile
	Hidden  bool   `json:"hides_number"`
	Reads   bool   `json:"reads_at_once"`     // messages are read the moment they arrive
	NoTicks bool   `json:"read_receipts_off"` // the citizen never sends read receipts

	Created time.Time `json:"created"`
}

// Digits strips the writing from a phone number: plus sign, spaces, dashes, brackets, dots.
func Digits(number string) (string, error) {
	digits := number
	if strings.Trim(number, "0123456789") != "" {
		digits = strings.Map(dropWriting, number)
	}
	if len(digits) < 8 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return "", ErrInvalidNumber
	}
	return digits, nil
}

func dropWriting(r rune) rune {
	if strings.ContainsRune("+ -().", r) {
		return -1
	}
	return r
}

// UserID derives a stable business-scoped user id: ISO country code, a dot, digits (Meta, business-scoped-user-ids).
// Generation counts how often the number changed hands, which makes a new id.
func UserID(number string, generation int) string {
	sum := sha256.Sum256([]byte(number + "/" + strconv.Itoa(generation)))
	return fmt.Sprintf("%s.%020d", country(number), binary.BigEndian.Uint64(sum[:8]))
}

func country(number string) string {
	prefixes := []struct{ prefix, code string }{
		{"971", "AE"}, {"977", "NP"}, {"966", "SA"}, {"880", "BD"}, {"91", "IN"}, {"94", "LK"}, {"44", "GB"}, {"65", "SG"}, {"1", "US"},
	}
	for _, p := range prefixes {
		if strings.HasPrefix(number, p.prefix) {
			return p.code
		}
	}
	return "ZZ"
}
