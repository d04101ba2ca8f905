package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	choiceMark      = "~"
	choiceSignature = 10 // bytes: 80 bits, against guessing one at a time over a chat
	leastChoiceKey  = 32
)

// choiceSigner makes ids of buttons and list rows that only we can have made, for one conversation: what comes back in a
// webhook is the sender's to choose, and old buttons can be pressed for years.
type choiceSigner struct{ key []byte }

func newChoiceSigner(key string) (choiceSigner, error) {
	if len(key) < leastChoiceKey {
		return choiceSigner{}, errors.New("gateway: the key that signs choices must have at least 32 characters")
	}
	return choiceSigner{key: []byte(key)}, nil
}

func (s choiceSigner) signature(conversation int64, id string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(strconv.FormatInt(conversation, 10) + "|" + id))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:choiceSignature])
}

func (s choiceSigner) sign(conversation int64, id string) string {
	return id + choiceMark + s.signature(conversation, id)
}

// verify returns the id without its signature; false if it is not ours.
func (s choiceSigner) verify(conversation int64, signed string) (string, bool) {
	mark := strings.LastIndex(signed, choiceMark)
	if mark < 0 {
		return "", false
	}
	id, signature := signed[:mark], signed[mark+len(choiceMark):]
	if !hmac.Equal([]byte(signature), []byte(s.signature(conversation, id))) {
		return "", false
	}
	return id, true
}

// signAll returns the bubble with signed ids; the given one is not changed.
func (s choiceSigner) signAll(conversation int64, b bubble.Bubble) bubble.Bubble {
	b.Buttons = s.signChoices(conversation, b.Buttons)
	if b.List != nil {
		list := bubble.List{Label: b.List.Label, Sections: make([]bubble.Section, len(b.List.Sections))}
		for i, section := range b.List.Sections {
			list.Sections[i] = bubble.Section{Title: section.Title, Rows: s.signChoices(conversation, section.Rows)}
		}
		b.List = &list
	}
	return b
}

func (s choiceSigner) signChoices(conversation int64, choices []bubble.Choice) []bubble.Choice {
	signed := make([]bubble.Choice, len(choices))
	for i, choice := range choices {
		choice.ID = s.sign(conversation, choice.ID)
		signed[i] = choice
	}
	return signed
}
