package portal_test

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// step is a family's state between two pages.
type step struct {
	Token string `json:"token"`
	Where string `json:"where"`
}

// clinic asks for the cookie that its first page set.
func clinic(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/start" {
		http.SetCookie(w, &http.Cookie{Name: "visit", Value: "v-7", HttpOnly: true, MaxAge: 600})
		http.SetCookie(w, &http.Cookie{Name: "gone", Value: "x"})
		http.SetCookie(w, &http.Cookie{Name: "gone", MaxAge: -1})
		return
	}
	names := make([]string, 0, 2)
	for _, cookie := range r.Cookies() {
		names = append(names, cookie.Name+"="+cookie.Value)
	}
	_, _ = w.Write([]byte(strings.Join(names, ";")))
}

func withSealer(sealer *portal.Sealer, name string) func(*connectors.PortalConfig, *portal.Options) {
	return func(config *connectors.PortalConfig, options *portal.Options) {
		config.Name = name
		options.Sealer = sealer
	}
}

func newSealer(t *testing.T) *portal.Sealer {
	t.Helper()
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	return sealer
}

func started(t *testing.T, client *portal.Client) *portal.Session {
	t.Helper()
	session, err := client.NewSession()
	require.NoError(t, err)
	_, err = session.Do(t.Context(), portal.Request{Method: http.MethodGet, Path: "/start"})
	require.NoError(t, err)
	return session
}

func TestFrozenSessionIsResumedByAnotherWorker(t *testing.T) {
	t.Parallel()
	sealer := newSealer(t)
	address := ""
	first := serve(t, clinic, withSealer(sealer, "clinic"), func(config *connectors.PortalConfig, _ *portal.Options) { address = config.URL })
	second := serve(t, nil, withSealer(sealer, "clinic"), func(config *connectors.PortalConfig, _ *portal.Options) { config.URL = address })

	frozen, err := started(t, first).Freeze(step{Token: "secret-token", Where: "captcha"}, time.Minute)
	require.NoError(t, err)
	require.NotContains(t, frozen, "secret-token")
	var state step
	session, err := second.Resume(frozen, &state)
	require.NoError(t, err)
	require.Equal(t, step{Token: "secret-token", Where: "captcha"}, state)
	response, err := session.Do(t.Context(), portal.Request{Method: http.MethodGet, Path: "/next"})
	require.NoError(t, err)
	require.Equal(t, "visit=v-7", string(response.Body))
}

func TestFrozenSessionOfElsewhereIsRefused(t *testing.T) {
	t.Parallel()
	sealer := newSealer(t)
	client := serve(t, clinic, withSealer(sealer, "clinic"))
	frozen, err := started(t, client).Freeze(step{}, time.Minute)
	require.NoError(t, err)
	flipped := []byte(frozen)
	flipped[len(flipped)/2] ^= 1
	attempts := map[string]struct {
		client *portal.Client
		value  string
	}{
		"another portal": {serve(t, clinic, withSealer(sealer, "library")), frozen},
		"another key":    {serve(t, clinic, withSealer(newSealer(t), "clinic")), frozen},
		"changed":        {client, string(flipped)},
		"cut":            {client, frozen[:len(frozen)-4]},
		"nonsense":       {client, "v1.???"},
		"empty":          {client, ""},
		"too long":       {client, "v1." + strings.Repeat("A", portal.MaxFrozen)},
	}
	for name, attempt := range attempts {
		var state step
		_, err := attempt.client.Resume(attempt.value, &state)
		require.ErrorIs(t, err, portal.ErrSessionForeign, name)
	}
}

func TestFrozenSessionExpires(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime)
	client := serve(t, clinic, withSealer(newSealer(t), "clinic"), func(_ *connectors.PortalConfig, options *portal.Options) {
		options.Clock = func() time.Time { return now }
	})
	frozen, err := started(t, client).Freeze(step{}, time.Minute)
	require.NoError(t, err)
	now = now.Add(time.Minute)
	var state step
	_, err = client.Resume(frozen, &state)
	require.ErrorIs(t, err, portal.ErrSessionExpired)
	_, resumed, err := client.Visit(&connectors.ChallengeAnswer{Session: frozen}, &state)
	require.NoError(t, err)
	require.False(t, resumed, "an expired session begins anew")
}

func TestSessionThatIsTooLargeIsNotFrozen(t *testing.T) {
	t.Parallel()
	client := serve(t, clinic, withSealer(newSealer(t), "clinic"))
	noise := make([]byte, portal.MaxFrozen)
	_, err := rand.Read(noise)
	require.NoError(t, err)
	_, err = started(t, client).Freeze(step{Token: hex.EncodeToString(noise)}, time.Minute)
	require.ErrorIs(t, err, portal.ErrSessionTooLarge)
	_, err = started(t, client).Freeze(step{Token: strings.Repeat("view state ", portal.MaxFrozen/8)}, time.Minute)
	require.NoError(t, err, "what repeats is packed")
}

func TestQuestionIsAskedAgainInTheSameVisit(t *testing.T) {
	t.Parallel()
	client := serve(t, clinic, withSealer(newSealer(t), "clinic"))
	session, asked := started(t, client), (*connectors.ChallengeError)(nil)
	for attempt := 1; attempt <= 3; attempt++ { // wrong, then refreshed
		err := session.Ask(portal.Question{
			Kind: connectors.ChallengeCaptcha, Picture: []byte("png"), PictureType: "image/png", Prompt: "for Lakshmi",
		}, step{Where: "captcha"})
		require.ErrorAs(t, err, &asked)
		require.Equal(t, attempt, asked.Attempt)
		require.False(t, asked.ExpiresAt.IsZero())
		require.NotContains(t, err.Error(), "Lakshmi")
		var state step
		var resumed bool
		session, resumed, err = client.Visit(&connectors.ChallengeAnswer{Session: asked.Session, Answer: "x7k"}, &state)
		require.NoError(t, err)
		require.True(t, resumed)
		require.Equal(t, "captcha", state.Where)
	}
	err := session.Ask(portal.Question{Kind: connectors.ChallengeCaptcha, Picture: make([]byte, portal.MaxPicture+1)}, step{})
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}

func TestWithoutAKeyNothingIsFrozen(t *testing.T) {
	t.Parallel()
	client := serve(t, clinic)
	_, err := started(t, client).Freeze(step{}, time.Minute)
	require.ErrorContains(t, err, "no key")
}

func FuzzResume(f *testing.F) {
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(f, err)
	client, err := portal.New(connectors.PortalConfig{Name: "clinic", URL: "http://127.0.0.1:1"}, portal.Options{Sealer: sealer})
	require.NoError(f, err)
	session, err := client.NewSession()
	require.NoError(f, err)
	frozen, err := session.Freeze(step{Token: "t"}, time.Hour)
	require.NoError(f, err)
	f.Add(frozen)
	f.Add("v1.")
	f.Fuzz(func(t *testing.T, value string) {
		var state step
		if _, err := client.Resume(value, &state); err != nil {
			require.NotEqual(t, frozen, value)
		}
	})
}
