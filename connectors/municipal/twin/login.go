package twin

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// fields is an answer in the platform's own words.
type fields map[string]any

func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

// refuse answers DIGIT's error shape.
func refuse(w http.ResponseWriter, code, message string) {
	write(w, http.StatusBadRequest, fields{
		"ResponseInfo": nil,
		"Errors":       []fields{{"code": code, "message": message, "description": nil, "params": nil}},
	})
}

func (t *Twin) logIn(w http.ResponseWriter, r *http.Request) {
	client, _, basic := r.BasicAuth()
	if !basic || client != "egov-user-client" {
		write(w, http.StatusUnauthorized, fields{"error": "unauthorized", "error_description": "Full authentication is required"})
		return
	}
	wrong := r.PostFormValue("username") != t.config.Username || r.PostFormValue("password") != t.config.Password ||
		!t.masters.states[r.PostFormValue("tenantId")] || r.PostFormValue("grant_type") != "password"
	if wrong {
		write(w, http.StatusBadRequest, fields{"error": "invalid_request", "error_description": "Invalid login credentials"})
		return
	}
	state := r.PostFormValue("tenantId")
	t.mu.Lock()
	access := rand.Text()
	t.tokens[access] = t.config.Clock().Add(t.config.TokenLife)
	t.mu.Unlock()
	write(w, http.StatusOK, fields{
		"access_token": access, "token_type": "bearer", "refresh_token": rand.Text(),
		"expires_in": int(t.config.TokenLife / time.Second), "scope": "read",
		"UserRequest": fields{
			"id": 7, "uuid": "0b7ad6f3-3f2f-4b53-9d0e-5b0c4cf1a001", "userName": t.config.Username, "name": "Jansetu hub",
			"type": "EMPLOYEE", "tenantId": state, "roles": []fields{{"name": "Customer Support", "code": "CSR", "tenantId": state}},
		},
	})
}

func (t *Twin) knowsToken(access string) bool {
	if _, expired := t.Faults.Take("", TokenExpired); expired {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	until, known := t.tokens[access]
	return known && t.config.Clock().Before(until)
}

func unauthorized(w http.ResponseWriter) {
	write(w, http.StatusUnauthorized, fields{"Errors": []fields{{"code": "InvalidAccessTokenException", "message": "Invalid access token"}}})
}

// guarded lets a call in whose RequestInfo has a token and a user.
func (t *Twin) guarded(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var sent struct {
			Info struct {
				Token string `json:"authToken"`
				User  struct {
					ID string `json:"uuid"`
				} `json:"userInfo"`
			} `json:"RequestInfo"`
		}
		if err != nil || json.Unmarshal(body, &sent) != nil {
			refuse(w, "UNHANDLED_BODY", "JSON parse error")
			return
		}
		if !t.knowsToken(sent.Info.Token) {
			unauthorized(w)
			return
		}
		if sent.Info.User.ID == "" {
			refuse(w, "INVALID_USER_INFO", "UserInfo within RequestInfo cannot be null")
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		serve(w, r)
	}
}
