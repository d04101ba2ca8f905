package municipal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// earlier is how long before its end a token is given up, so that none ends on
// the way.
const earlier = time.Minute

// token is a login at DIGIT with the user it belongs to, as DIGIT describes it.
type token struct {
	access string
	user   json.RawMessage
	until  time.Time
}

// login keeps one token for all calls. Whoever finds none fetches it while the
// others wait.
type login struct {
	client *portal.Client
	clock  func() time.Time
	form   url.Values
	// name and secret are the OAuth client's.
	name, secret string
	// turn is held by whoever reads or replaces held. It is a channel because
	// waiting must end with the caller's context.
	turn chan struct{}
	held token
}

func newLogin(client *portal.Client, agreed terms, clock func() time.Time, credentials map[string]string) *login {
	made := &login{
		client: client, clock: clock, turn: make(chan struct{}, 1),
		name: credentials[CredentialClient], secret: credentials[CredentialClientSecret],
		form: url.Values{
			"grant_type": {"password"}, "scope": {"read"}, "tenantId": {agreed.tenant}, "userType": {agreed.userType},
			"username": {credentials[CredentialUsername]}, "password": {credentials[CredentialPassword]},
		},
	}
	if made.name == "" {
		made.name = "egov-user-client"
	}
	return made
}

// take answers a token that still holds. A stale one is the token that was just
// refused; it is fetched anew unless somebody else did that already.
func (l *login) take(ctx context.Context, stale string) (token, error) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return token{}, fmt.Errorf("wait for login: %w", ctx.Err())
	}
	if l.held.access != "" && l.held.access != stale && l.clock().Before(l.held.until) {
		return l.held, nil
	}
	fresh, err := l.fetch(ctx)
	if err != nil {
		return token{}, fmt.Errorf("log in: %w", err)
	}
	l.held = fresh
	return fresh, nil
}

func (l *login) fetch(ctx context.Context) (token, error) {
	var fresh token
	_, err := l.client.Do(ctx, portal.Request{
		Operation: "login", Method: http.MethodPost, Path: "user/oauth/token",
		Username: l.name, Password: l.secret,
		Body: []byte(l.form.Encode()), ContentType: "application/x-www-form-urlencoded",
		Check: func(response *portal.Response) (err error) {
			fresh, err = readToken(response, l.clock())
			return err
		},
	})
	return fresh, err
}

// readToken reads Spring's OAuth answer with DIGIT's UserRequest beside it.
func readToken(response *portal.Response, now time.Time) (token, error) {
	var answer struct {
		Access  string          `json:"access_token"`
		Expires int64           `json:"expires_in"`
		User    json.RawMessage `json:"UserRequest"`
		Error   string          `json:"error"`
	}
	err := json.Unmarshal(response.Body, &answer)
	if err == nil && answer.Error != "" {
		return token{}, &connectors.ChangedError{Expected: "our credentials to be accepted", Seen: "OAuth error"}
	}
	if err != nil || response.Status != http.StatusOK || answer.Access == "" || len(answer.User) == 0 {
		return token{}, knownPages().Unexpected(response, "an access token")
	}
	valid := time.Duration(min(max(answer.Expires, 0), 7*24*3600)) * time.Second
	return token{access: answer.Access, user: answer.User, until: now.Add(valid - earlier)}, nil
}
