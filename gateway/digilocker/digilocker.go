// Package digilocker hands documents that we issued to DigiLocker, for citizens who want to keep them there: Pull URI and Pull Doc of
// NeGD's issuer API (Digital Locker Issuer API Specification 1.12; DataContent as in the partner checklist for version 3.0).
//
// A caller proves itself by an HMAC over the raw body with the API key, by the key's hash with the time, by a time of now, and by never
// using a transaction twice; who fails in one of these is told nothing. A document is found by the number printed on it, and handed out
// only when the name that DigiLocker knows from the account is the one on the document. Its address holds a keyed hash of the account, so
// that no other account can pull it. An Aadhaar number in a request is neither read nor logged.
//
// It knows neither Temporal nor WhatsApp, and writes nothing but which transactions were used.
package digilocker

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/store"
)

// The paths of the two calls, below the gateway's address; DigiLocker is told them when the issuer is registered.
const (
	PathPullURI = "/digilocker/pulluri"
	PathPullDoc = "/digilocker/pulldoc"
)

// HeaderHMAC carries base64(HMAC-SHA256(API key, raw body)).
const HeaderHMAC = "X-Digilocker-Hmac"

const (
	// mostBody leaves room for the account's photo.
	mostBody = 1 << 20
	// mostSkew is how far a request's time may be from ours.
	mostSkew = 5 * time.Minute
	// answerLimit is within what DigiLocker waits for.
	answerLimit = 8 * time.Second
)

// Records are the documents that we issued; *store.Store is.
type Records interface {
	IssuedByFingerprint(ctx context.Context, fingerprint []byte) (store.IssuedDocument, error)
	Document(ctx context.Context, id string) (store.Document, error)
}

// Used remembers transactions for at least twice mostSkew, over all processes. It answers false for one that was there before.
type Used interface {
	Use(ctx context.Context, transaction string) (fresh bool, err error)
}

// DocType is one of the types of documents that DigiLocker lists for the issuer.
type DocType struct {
	Kind  string // of our document, such as "certificate"
	Title string // as DigiLocker shows it
}

// Config is what the issuer needs; all of it is required.
type Config struct {
	OrgID    string             // as registered
	IssuerID string             // the first part of every address, such as "in.gov.ap.jansetu"
	Issuer   string             // the department's name in the document's data
	APIKeys  []string           // one, or two during rotation
	LinkKey  []byte             // binds addresses to accounts; at least 32 bytes
	DocTypes map[string]DocType // by five letters, such as "INCER"
	Records  Records
	Used     Used
	Log      *slog.Logger
	Now      func() time.Time
}

// Issuer answers DigiLocker.
type Issuer struct{ config Config }

// New checks the configuration.
func New(config Config) (*Issuer, error) {
	const shortest = 32
	complete := config.OrgID != "" && config.IssuerID != "" && config.Issuer != "" && len(config.APIKeys) > 0 && len(config.LinkKey) >= shortest &&
		len(config.DocTypes) > 0 && config.Records != nil && config.Used != nil && config.Log != nil && config.Now != nil
	if !complete {
		return nil, errors.New("digilocker: organisation, issuer, keys, types of documents, records, used transactions, log and clock must be set")
	}
	if slices.Contains(config.APIKeys, "") {
		return nil, errors.New("digilocker: an API key is empty")
	}
	return &Issuer{config}, nil
}

// Handlers are the two calls by their path.
func (i *Issuer) Handlers() map[string]http.Handler {
	return map[string]http.Handler{PathPullURI: i.call("PullURIRequest", i.pullURI), PathPullDoc: i.call("PullDocRequest", i.pullDoc)}
}

// call is what both calls have in common: who calls, and only once.
func (i *Issuer) call(name string, answer func(context.Context, request) response) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		key, ours := i.signedWith(r.Header.Get(HeaderHMAC), body)
		if !ours {
			i.refuse(r.Context(), w, http.StatusUnauthorized, "signature")
			return
		}
		asked, err := parseRequest(name, body)
		if err != nil {
			i.refuse(r.Context(), w, http.StatusBadRequest, "form")
			return
		}
		if reason := i.suspect(key, asked); reason != "" {
			i.refuse(r.Context(), w, http.StatusUnauthorized, reason)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), answerLimit)
		defer cancel()
		fresh, err := i.config.Used.Use(ctx, asked.OrgID+" "+asked.Transaction)
		switch {
		case err != nil:
			i.config.Log.WarnContext(ctx, "transactions of DigiLocker cannot be looked up", "error", err)
			w.WriteHeader(http.StatusServiceUnavailable) // without them a replay would pass
			return
		case !fresh:
			i.refuse(ctx, w, http.StatusUnauthorized, "replay")
			return
		}
		i.write(w, name, asked, answer(ctx, asked))
	})
}

// signedWith finds the API key that the body was signed with, in constant time.
func (i *Issuer) signedWith(header string, body []byte) (key string, found bool) {
	given, err := base64.StdEncoding.DecodeString(header)
	if err != nil {
		return "", false
	}
	for _, each := range i.config.APIKeys {
		if hmac.Equal(given, sign(each, body)) {
			key, found = each, true
		}
	}
	return key, found
}

func sign(key string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = mac.Write(body) // never fails
	return mac.Sum(nil)
}

// suspect says why a signed request is not taken; empty: it is.
func (i *Issuer) suspect(key string, asked request) string {
	at, err := time.Parse(time.RFC3339, asked.Time)
	sum := sha256.Sum256([]byte(key + asked.Time))
	switch {
	case err != nil || at.Sub(i.config.Now()).Abs() > mostSkew:
		return "time"
	case subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(asked.KeyHash)) != 1:
		return "key hash"
	case subtle.ConstantTimeCompare([]byte(asked.OrgID), []byte(i.config.OrgID)) != 1:
		return "organisation"
	}
	return ""
}

func (i *Issuer) refuse(ctx context.Context, w http.ResponseWriter, status int, reason string) {
	i.config.Log.WarnContext(ctx, "a caller that says it is DigiLocker was refused", "reason", reason)
	w.WriteHeader(status)
}

// newest finds the version of a document that counts. It fails with store.ErrNotIssued.
func (i *Issuer) newest(ctx context.Context, number string) (store.IssuedDocument, error) {
	const mostVersions = 50
	for version := 1; version < mostVersions; version++ {
		fingerprint := seal.Document{Number: number, Version: version}.Fingerprint()
		found, err := i.config.Records.IssuedByFingerprint(ctx, fingerprint[:])
		if err != nil || found.State != store.IssueReplaced {
			return found, err
		}
	}
	return store.IssuedDocument{}, store.ErrNotIssued
}
