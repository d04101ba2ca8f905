package formserver

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
)

// The hidden fields of every WebForms page.
const (
	FieldViewState  = "__VIEWSTATE"
	FieldGenerator  = "__VIEWSTATEGENERATOR"
	FieldValidation = "__EVENTVALIDATION"
	FieldTarget     = "__EVENTTARGET"
	FieldArgument   = "__EVENTARGUMENT"
)

// The failures of Open. ASP.NET shows them with these words and status 500.
var (
	ErrMAC = errors.New("Validation of viewstate MAC failed. If this application is hosted by a Web Farm or cluster, " +
		"ensure that <machineKey> configuration specifies the same validationKey and validation algorithm.")
	ErrValidation = errors.New("Invalid postback or callback argument. Event validation is enabled using " +
		"<pages enableEventValidation=\"true\"/> in configuration or <%@ Page EnableEventValidation=\"true\" %> in a page.")
)

// Sealer makes and reads view states that carry an S.
type Sealer[S any] struct{ key []byte }

// NewSealer makes a sealer with a key of its own.
func NewSealer[S any]() *Sealer[S] {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails, says the package
	return &Sealer[S]{key: key}
}

// View is what a page carries in its hidden fields.
type View struct{ State, Generator, Validation string }

// sealed is what is inside a view state. The nonce makes every one different.
type sealed[S any] struct {
	State S      `json:"state"`
	Nonce string `json:"nonce"`
}

// Seal makes the hidden fields for a page that stands at state.
func (s *Sealer[S]) Seal(state S) View {
	plain, err := json.Marshal(sealed[S]{State: state, Nonce: rand.Text()})
	if err != nil {
		panic("formserver: state does not encode: " + err.Error())
	}
	view := base64.StdEncoding.EncodeToString(append(s.mac(plain), plain...))
	return View{State: view, Generator: "CA0B0334", Validation: s.validation(view)}
}

// Open reads the state back out of a posted form.
func (s *Sealer[S]) Open(form url.Values) (S, error) {
	var inside sealed[S]
	view := form.Get(FieldViewState)
	raw, err := base64.StdEncoding.DecodeString(view)
	if err != nil || len(raw) < sha256.Size || !hmac.Equal(raw[:sha256.Size], s.mac(raw[sha256.Size:])) {
		return inside.State, ErrMAC
	}
	if form.Get(FieldValidation) != s.validation(view) {
		return inside.State, ErrValidation
	}
	if err := json.Unmarshal(raw[sha256.Size:], &inside); err != nil {
		return inside.State, ErrMAC
	}
	return inside.State, nil
}

func (s *Sealer[S]) mac(plain []byte) []byte {
	hash := hmac.New(sha256.New, s.key)
	_, _ = hash.Write(plain)
	return hash.Sum(nil)
}

func (s *Sealer[S]) validation(view string) string {
	return base64.StdEncoding.EncodeToString(s.mac([]byte("events of " + view)))
}
