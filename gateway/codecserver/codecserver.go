// Package codecserver decodes payloads for Temporal's web UI, for officers who may read them and for nobody else: every decoding is
// in the audit log before the answer leaves. It only decodes.
//
// Protocol: Temporal, Codec Server: POST /decode with a JSON Payloads, https://docs.temporal.io/codec-server.
package codecserver

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	commonpb "go.temporal.io/api/common/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/store/vault"
	"github.com/jansetu/jansetu/worker/codec"
)

const (
	maxBody     = 8 << 20
	maxPayloads = 1000
)

// Officers tells who makes a request. *login.Login does.
type Officers interface {
	Officer(w http.ResponseWriter, r *http.Request) (login.Officer, bool)
}

// Reading is one decoding: whose payloads of which workflow somebody read.
type Reading struct {
	Officer  string
	Person   string
	Workflow string
	Payloads int
}

// Config is what a server needs; all of it is required.
type Config struct {
	Codec    *codec.Codec
	Officers Officers
	Group    string // whose members may read payloads
	UIOrigin string // of Temporal's UI: scheme, host and port
	// Audit records readings. When it fails nothing is read.
	Audit func(ctx context.Context, readings []Reading) error
	Log   *slog.Logger
}

// Server decodes payloads.
type Server struct{ config Config }

// New checks the configuration.
func New(config Config) (*Server, error) {
	if config.Codec == nil || config.Officers == nil || config.Group == "" || config.UIOrigin == "" || config.Audit == nil || config.Log == nil {
		return nil, errors.New("codec server: codec, officers, group, UI origin, audit and log must be set")
	}
	return &Server{config}, nil
}

// Handler serves POST decode below the path where it is mounted.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("OPTIONS /decode", s.preflight)
	mux.HandleFunc("POST /decode", s.decode)
	return mux
}

// allow answers to the UI's pages alone; without its origin nothing is decoded, and so no other page can have it done.
func (s *Server) allow(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Vary", "Origin")
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get("Origin") != s.config.UIOrigin {
		http.Error(w, "not from here", http.StatusForbidden)
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", s.config.UIOrigin)
	w.Header().Set("Access-Control-Allow-Credentials", "true")
	return true
}

func (s *Server) preflight(w http.ResponseWriter, r *http.Request) {
	if !s.allow(w, r) {
		return
	}
	w.Header().Set("Access-Control-Allow-Methods", "POST")
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type, X-Namespace")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) decode(w http.ResponseWriter, r *http.Request) {
	if !s.allow(w, r) {
		return
	}
	officer, known := s.config.Officers.Officer(w, r)
	switch {
	case !known:
		http.Error(w, "log in at the gateway first: "+login.PathLogin, http.StatusUnauthorized)
		return
	case !officer.In(s.config.Group):
		http.Error(w, "you may not read payloads", http.StatusForbidden)
		return
	}
	payloads, err := read(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "not a list of payloads", http.StatusBadRequest)
		return
	}
	s.answer(w, r, officer, payloads)
}

func read(body io.Reader) (*commonpb.Payloads, error) {
	content, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	payloads := &commonpb.Payloads{}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(content, payloads); err != nil {
		return nil, err
	}
	if len(payloads.GetPayloads()) > maxPayloads {
		return nil, errors.New("too many payloads")
	}
	return payloads, nil
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, officer login.Officer, payloads *commonpb.Payloads) {
	plain := &commonpb.Payloads{}
	for _, payload := range payloads.GetPayloads() {
		opened, err := s.config.Codec.Decrypt(r.Context(), payload)
		switch {
		case errors.Is(err, vault.ErrErased):
			opened = note("The person was erased.")
		case errors.Is(err, vault.ErrUnreadable):
			opened = note("Cannot be read: damaged, or not ours.")
		case err != nil:
			s.config.Log.Warn("payloads not decoded", "error", err)
			http.Error(w, "the keys cannot be read now", http.StatusServiceUnavailable)
			return
		}
		plain.Payloads = append(plain.Payloads, opened)
	}
	if err := s.config.Audit(r.Context(), readings(officer, payloads)); err != nil {
		s.config.Log.Error("reading of payloads could not be recorded; it was refused", "error", err)
		http.Error(w, "the audit log cannot be written now", http.StatusServiceUnavailable)
		return
	}
	encoded, err := protojson.Marshal(plain)
	if err != nil {
		http.Error(w, "cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(encoded) // the reader may have gone
}

// readings counts what is read, by person and workflow. What was not encrypted is no reading.
func readings(officer login.Officer, payloads *commonpb.Payloads) []Reading {
	var list []Reading
	place := map[[2]string]int{}
	for _, payload := range payloads.GetPayloads() {
		person, workflow, err := codec.Whose(payload)
		if !codec.Encrypted(payload) || err != nil {
			continue
		}
		key := [2]string{person, workflow}
		if _, seen := place[key]; !seen {
			place[key] = len(list)
			list = append(list, Reading{Officer: officer.Subject, Person: person, Workflow: workflow})
		}
		list[place[key]].Payloads++
	}
	return list
}

// note stands for a payload that cannot be shown.
func note(text string) *commonpb.Payload {
	encoded, _ := protojson.Marshal(structpb.NewStringValue(text)) // a text
	return &commonpb.Payload{Metadata: map[string][]byte{"encoding": []byte("json/plain")}, Data: encoded}
}
