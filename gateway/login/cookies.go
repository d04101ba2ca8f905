package login

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	cookieSession = "jansetu-session"
	cookieAttempt = "jansetu-login"

	leastSessionKey = 32
	cookieKeySize   = 32
)

// cookies keeps small things in the browser, unreadable and unchangeable there.
type cookies struct {
	aead   cipher.AEAD
	secure bool
}

func newCookies(config Config) (cookies, error) {
	if len(config.SessionKey) < leastSessionKey {
		return cookies{}, fmt.Errorf("login: the session key must have at least %d bytes", leastSessionKey)
	}
	key, err := hkdf.Key(sha256.New, config.SessionKey, nil, "jansetu login cookies v1", cookieKeySize)
	if err != nil {
		return cookies{}, fmt.Errorf("derive the cookies' key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return cookies{}, fmt.Errorf("make the cookies' cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return cookies{}, fmt.Errorf("make the cookies' cipher: %w", err)
	}
	return cookies{aead: aead, secure: strings.HasPrefix(config.PublicURL, "https://")}, nil
}

// name has the prefix that makes browsers hold a cookie to this host, path and https (RFC 6265bis §4.1.3.2).
func (c cookies) name(name string) string {
	if c.secure {
		return "__Host-" + name
	}
	return name // development, without https
}

func (c cookies) cookie(name, value string, lifetime time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure is off only in development, on http
		Name: c.name(name), Value: value, Path: "/", MaxAge: int(lifetime.Seconds()), Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func (c cookies) write(w http.ResponseWriter, name string, value any, lifetime time.Duration) error {
	plain, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode cookie: %w", err)
	}
	sealed := c.aead.Seal(nil, nil, plain, []byte(name)) //nolint:gosec // this AEAD makes its own nonce
	const most = 3500                                    // browsers keep 4,096 bytes of a cookie
	if len(sealed) > most*3/4 {
		return errors.New("cookie too large: the officer is in too many groups")
	}
	http.SetCookie(w, c.cookie(name, base64.RawURLEncoding.EncodeToString(sealed), lifetime))
	return nil
}

func (c cookies) clear(w http.ResponseWriter, name string) {
	http.SetCookie(w, c.cookie(name, "", -time.Second))
}

func (c cookies) read(r *http.Request, name string, into any) bool {
	cookie, err := r.Cookie(c.name(name))
	if err != nil {
		return false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return false
	}
	plain, err := c.aead.Open(nil, nil, sealed, []byte(name))
	return err == nil && json.Unmarshal(plain, into) == nil
}

func same(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
