package flows

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// TokenLife is how long a form that was offered can be opened (Meta advises against more than a few days).
const TokenLife = 72 * time.Hour

const maxToken = 1024

// ErrToken says that a flow_token is not one of ours, or too old.
var ErrToken = errors.New("flow token is not valid")

// Token is what a flow_token means: one draft of one conversation. It is the only thing by which the endpoint knows whose form it is, and neither
// Meta nor the phone can read it.
type Token struct {
	Person string    `json:"p"`
	Number string    `json:"n"` // the business number
	Form   string    `json:"f"` // the draft's own random key; it is used up when the form arrives in the chat
	Until  time.Time `json:"u"`
}

// Tokens makes and reads flow_tokens.
type Tokens struct{ aead cipher.AEAD }

// NewTokens derives a key of its own from a secret of at least 32 characters.
func NewTokens(secret string) (*Tokens, error) {
	const least = 32
	if len(secret) < least {
		return nil, fmt.Errorf("the secret of flow tokens must have at least %d characters", least)
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "jansetu flow_token", 2*aesKeySize)
	if err != nil {
		return nil, fmt.Errorf("derive the key of flow tokens: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key of flow tokens: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("key of flow tokens: %w", err)
	}
	return &Tokens{aead}, nil
}

// Seal makes the flow_token.
func (t *Tokens) Seal(token Token) (string, error) {
	plain, err := json.Marshal(token)
	if err != nil {
		return "", fmt.Errorf("encode flow token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(t.aead.Seal(nil, nil, plain, nil)), nil //nolint:gosec // it makes a nonce of its own
}

// Open reads a flow_token that was made here and is still good. It fails with [ErrToken]; of one that is only too old it also tells whose it was.
func (t *Tokens) Open(sealed string, now time.Time) (token Token, err error) {
	if len(sealed) > maxToken {
		return token, ErrToken
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return token, ErrToken
	}
	plain, err := t.aead.Open(nil, nil, raw, nil)
	if err != nil || json.Unmarshal(plain, &token) != nil {
		return Token{}, ErrToken
	}
	if now.After(token.Until) {
		return token, ErrToken
	}
	return token, nil
}

// NewFormKey is a fresh random key for a draft.
func NewFormKey() string { return rand.Text() }
