package chat

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
)

// Side says who wrote a message.
type Side string

// The two sides of a chat.
const (
	Citizen  Side = "citizen"
	Business Side = "business"
)

// Status is how far a message came. It only moves forward; failed is final.
type Status string

// The statuses of a message, in order.
const (
	Accepted  Status = "accepted"
	Sent      Status = "sent"
	Delivered Status = "delivered"
	Read      Status = "read"
	Failed    Status = "failed"
)

func (s Status) rank() int {
	switch s {
	case Accepted:
		return 1
	case Sent:
		return 2
	case Delivered:
		return 3
	case Read:
		return 4
	default:
		return 5
	}
}

// Media is what a phone shows of a file beside the message's own content.
type Media struct {
	ID       string `json:"id"`
	MIME     string `json:"mime_type"`
	Filename string `json:"filename,omitempty"`
	Size     int64  `json:"file_size"`
}

// Message is one bubble.
type Message struct {
	Seq       int64           `json:"seq"` // grows by one with each message of a chat, from 1
	ID        string          `json:"id"`  // wamid.…
	From      Side            `json:"from"`
	At        time.Time       `json:"at"`
	Type      string          `json:"type"`
	Content   json.RawMessage `json:"content,omitempty"` // the object named by Type, as on the wire
	ContextID string          `json:"context_id,omitempty"`
	Status    Status          `json:"status"`
	ErrorCode int             `json:"error_code,omitempty"`
	Media     []Media         `json:"media,omitempty"`
	Callback  string          `json:"biz_opaque_callback_data,omitempty"`
}

// NewID makes a message id in the form Meta's have: base64 of a small binary record that carries the citizen's key and
// the direction. The emulator finds a message's chat by it; a business must treat it as opaque.
func NewID(key string, from Side) string {
	direction, size := byte(0x11), 9
	if from == Citizen {
		direction, size = 0x12, 10
	}
	random := make([]byte, size)
	_, _ = rand.Read(random)                                            // never fails on supported systems
	record := append([]byte{0x1c, 0x18, byte(len(key) & 0x7f)}, key...) // keys are numbers and user ids, well under 128
	record = append(record, 0x15, 0x02, 0x00, direction, 0x18, byte(2*size))
	record = append(record, strings.ToUpper(hex.EncodeToString(random))...)
	return "wamid." + base64.StdEncoding.EncodeToString(append(record, 0))
}

// keyOf reads the citizen's key (number or user id) out of a message id made by NewID; it is empty for any other id.
func keyOf(messageID string) string {
	encoded, ok := strings.CutPrefix(messageID, "wamid.")
	if !ok {
		return ""
	}
	record, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(record) < 3 || record[0] != 0x1c || len(record) < 3+int(record[2]) {
		return ""
	}
	return string(record[3 : 3+int(record[2])])
}
