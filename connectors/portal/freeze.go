package portal

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

const (
	// MaxFrozen is the longest frozen session, in bytes. It travels through
	// workflow history, where a payload should stay small.
	MaxFrozen = 192 << 10
	// maxThawed bounds what a frozen session may unpack to.
	maxThawed = 4 << 20
)

// A frozen session says by its first bytes how it was written.
const frozenVersion = "v1."

// The reasons for which a frozen session cannot be resumed. The visit begins
// anew.
var (
	// ErrSessionExpired says that the time it was frozen for is over.
	ErrSessionExpired = errors.New("portal session expired")
	// ErrSessionForeign says that it was not frozen for this portal with a key
	// we hold, or not as it is now.
	ErrSessionForeign = errors.New("portal session is not ours")
	// ErrSessionTooLarge says that a session holds more than MaxFrozen.
	ErrSessionTooLarge = errors.New("portal session too large to freeze")
)

// Sealer encrypts frozen sessions. Every worker holds the same keys; a rotated
// keyset still opens what older keys sealed.
type Sealer struct{ aead tink.AEAD }

// NewSealer makes the sealer of an AEAD primitive, which usually comes from a
// keyset under a KMS.
func NewSealer(primitive tink.AEAD) *Sealer { return &Sealer{aead: primitive} }

// NewEphemeralSealer makes a sealer whose key dies with the process, for tests
// and development: nothing it sealed can be resumed by another process.
func NewEphemeralSealer() (*Sealer, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a session key: %w", err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("make a session key: %w", err)
	}
	return NewSealer(primitive), nil
}

// frozen is what a session is made of while nobody works on it.
type frozen struct {
	Expires int64           `json:"expires"` // Unix milliseconds
	Asked   int             `json:"asked,omitempty"`
	Cookies []keptCookie    `json:"cookies,omitempty"`
	State   json.RawMessage `json:"state,omitempty"`
}

// Freeze writes the session down as an opaque encrypted value that any worker
// with the same keys can resume within the time: its cookies, and the family's
// state, which is what else the next page needs (hidden fields, tokens, where we
// are) and is encoded as JSON. The value is bound to the portal. It is a secret
// all the same: whoever can hand it to us continues the citizen's visit.
//
// The session must not be used again by the one who froze it.
func (s *Session) Freeze(state any, goodFor time.Duration) (string, error) {
	encoded, err := json.Marshal(state)
	if err != nil {
		return "", fmt.Errorf("freeze portal session: %w", err)
	}
	kept := frozen{Expires: s.client.options.Clock().Add(goodFor).UnixMilli(), Asked: s.asked, State: encoded}
	if s.jar != nil {
		kept.Cookies = s.jar.cookies()
	}
	value, err := s.client.seal(kept)
	if err != nil {
		return "", fmt.Errorf("freeze portal session: %w", err)
	}
	return value, nil
}

// Resume takes a frozen session up again and reads the family's state into
// state. It fails with ErrSessionExpired or ErrSessionForeign.
func (c *Client) Resume(value string, state any) (*Session, error) {
	kept, err := c.unseal(value)
	if err != nil {
		return nil, fmt.Errorf("resume portal session: %w", err)
	}
	if !c.options.Clock().Before(time.UnixMilli(kept.Expires)) {
		return nil, fmt.Errorf("resume portal session: %w", ErrSessionExpired)
	}
	if err := json.Unmarshal(kept.State, state); err != nil {
		return nil, fmt.Errorf("resume portal session: %w: state of another shape", ErrSessionForeign)
	}
	session, err := c.NewSession()
	if err != nil {
		return nil, err
	}
	session.asked = kept.Asked
	return session, session.jar.restore(kept.Cookies)
}

func (c *Client) seal(kept frozen) (string, error) {
	if c.options.Sealer == nil {
		return "", errors.New("no key to seal sessions with")
	}
	encoded, err := json.Marshal(kept)
	if err != nil {
		return "", err
	}
	if len(encoded) > maxThawed {
		return "", ErrSessionTooLarge
	}
	sealed, err := c.options.Sealer.aead.Encrypt(deflate(encoded), c.sealedFor())
	if err != nil {
		return "", errors.New("encrypt")
	}
	value := frozenVersion + base64.RawURLEncoding.EncodeToString(sealed)
	if len(value) > MaxFrozen {
		return "", ErrSessionTooLarge
	}
	return value, nil
}

func (c *Client) unseal(value string) (frozen, error) {
	var kept frozen
	if c.options.Sealer == nil {
		return kept, errors.New("no key to unseal sessions with")
	}
	text, known := strings.CutPrefix(value, frozenVersion)
	if !known || len(value) > MaxFrozen {
		return kept, ErrSessionForeign
	}
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return kept, ErrSessionForeign
	}
	packed, err := c.options.Sealer.aead.Decrypt(sealed, c.sealedFor())
	if err != nil {
		return kept, ErrSessionForeign
	}
	encoded, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxThawed))
	if err != nil || json.Unmarshal(encoded, &kept) != nil {
		return kept, ErrSessionForeign
	}
	return kept, nil
}

// sealedFor is the associated data that binds a frozen session to its purpose
// and its portal.
func (c *Client) sealedFor() []byte { return []byte("jansetu/portal-session/v1\x00" + c.config.Name) }

// deflate shortens view state, of which a session may hold a lot.
func deflate(text []byte) []byte {
	var packed bytes.Buffer
	writer, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil { // only a wrong level is refused
		panic(err)
	}
	_, _ = writer.Write(text)
	_ = writer.Close()
	return packed.Bytes()
}
