// Package webhook delivers notifications as Meta does: envelopes signed over the exact bytes sent, many at once, in no
// promised order, tried again until the answer is 200. It knows nothing of phones or chats; a change is opaque JSON.
package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Change is one update waiting to be told: the {"value":…,"field":…} object of a WABA's entry.
type Change struct {
	ID     int64           `json:"id"`
	WABAID string          `json:"waba"`
	Body   json.RawMessage `json:"body"`
	Ref    string          `json:"ref,omitempty"` // the sender's own mark, never sent
}

type entry struct {
	ID      string            `json:"id"`
	Changes []json.RawMessage `json:"changes"`
}

// envelope packs changes into one body, those of a WABA into one entry, in Meta's byte form: every character outside
// ASCII escaped as \uXXXX in lower case, and every slash escaped when slashes is set (Graph API webhooks guide).
func envelope(changes []Change, slashes bool) ([]byte, error) {
	body := struct {
		Object string  `json:"object"`
		Entry  []entry `json:"entry"`
	}{Object: "whatsapp_business_account"}
	for _, c := range changes {
		if n := len(body.Entry); n > 0 && body.Entry[n-1].ID == c.WABAID {
			body.Entry[n-1].Changes = append(body.Entry[n-1].Changes, c.Body)
			continue
		}
		body.Entry = append(body.Entry, entry{ID: c.WABAID, Changes: []json.RawMessage{c.Body}})
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode webhook: %w", err)
	}
	return escape(raw, slashes), nil
}

// escape rewrites JSON text so that it is pure ASCII. Outside strings JSON holds neither slashes nor other characters.
func escape(raw []byte, slashes bool) []byte {
	var out bytes.Buffer
	out.Grow(len(raw) + len(raw)/2)
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		switch {
		case r == '/' && slashes:
			out.WriteString(`\/`)
		case r < utf8.RuneSelf:
			out.WriteByte(raw[0])
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		raw = raw[size:]
	}
	return out.Bytes()
}

// Sign returns the X-Hub-Signature-256 header for body: "sha256=" and the hex HMAC-SHA256 under the app secret.
func Sign(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
