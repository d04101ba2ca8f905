package whatsapp

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"time"
)

// maxResponse bounds what is read of an answer of the Graph API.
const maxResponse = 1 << 20

// ErrUnknownOutcome says that a message may or may not have been taken: the connection ended or the time ran out after the
// request was on its way. The Cloud API has no idempotency key, so only a status can tell (Meta, Send messages).
var ErrUnknownOutcome = errors.New("outcome of the send is unknown")

// APIError is a refusal by the Graph API, or a failure to reach it. The message was not taken.
type APIError struct {
	Status  int    // HTTP; 0: not reached
	Code    int    // Meta's
	Details string // Meta's, for operators
	TraceID string // fbtrace_id, what Meta's support asks for
	Class   Class
	Err     error // the cause when Meta was not reached
}

// Error names code, class and trace; never the message or the person.
func (e *APIError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("whatsapp: %s: %v", e.Class, e.Err)
	}
	return fmt.Sprintf("whatsapp: %s: code %d, http %d, trace %s: %s", e.Class, e.Code, e.Status, e.TraceID, e.Details)
}

// Unwrap gives the cause.
func (e *APIError) Unwrap() error { return e.Err }

// ClientConfig is what a client needs.
type ClientConfig struct {
	URL         string // https://graph.facebook.com, without version
	Version     string // "v23.0"
	AccessToken string
	ProofSecret string        // the app secret, to send appsecret_proof; empty: not sent
	Timeout     time.Duration // of one call; 0: 10 s
	Connections int           // kept alive; 0: 64
}

// Client sends to the Cloud API. It is safe for concurrent use.
type Client struct {
	base    string
	token   string
	proof   string
	timeout time.Duration
	http    *http.Client
}

// NewClient checks the address and prepares the connections; it does not call.
func NewClient(config ClientConfig) (*Client, error) {
	base, err := url.Parse(config.URL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("whatsapp client: %q is not an address", config.URL)
	}
	if config.AccessToken == "" || config.Version == "" {
		return nil, errors.New("whatsapp client: the access token and the API version must be set")
	}
	client := &Client{base: base.JoinPath(config.Version).String(), token: config.AccessToken, timeout: config.Timeout}
	if client.timeout == 0 {
		client.timeout = 10 * time.Second
	}
	if config.ProofSecret != "" {
		mac := hmac.New(sha256.New, []byte(config.ProofSecret))
		mac.Write([]byte(config.AccessToken))
		client.proof = hex.EncodeToString(mac.Sum(nil))
	}
	client.http = &http.Client{Transport: transport(config.Connections), CheckRedirect: refuseRedirect}
	return client, nil
}

func transport(connections int) *http.Transport {
	if connections == 0 {
		connections = 64
	}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		MaxIdleConns:          connections,
		MaxIdleConnsPerHost:   connections,
		IdleConnTimeout:       90 * time.Second,
		DisableCompression:    true,
		ForceAttemptHTTP2:     true,
		ResponseHeaderTimeout: 0, // the call's own deadline
	}
}

// refuseRedirect keeps the token with the host it belongs to.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Send sends one message and returns its wamid: accepted, not delivered. It fails with *APIError when the message was
// certainly not taken, and with ErrUnknownOutcome when nobody can know.
func (c *Client) Send(ctx context.Context, out Outgoing) (wamid string, err error) {
	body, err := json.Marshal(out.body())
	if err != nil {
		return "", fmt.Errorf("encode message: %w", err)
	}
	var answer struct {
		Messages []struct {
			ID looseString `json:"id"`
		} `json:"messages"`
	}
	if err := c.call(ctx, out.PhoneNumberID+"/messages", "application/json", body, &answer); err != nil {
		return "", err
	}
	if len(answer.Messages) == 0 || answer.Messages[0].ID == "" || len(answer.Messages[0].ID) > maxID {
		return "", fmt.Errorf("answer without message id: %w", ErrUnknownOutcome)
	}
	return string(answer.Messages[0].ID), nil
}

// Upload stores a file with Meta for 30 days and returns its media id (Meta, Media: upload).
func (c *Client) Upload(ctx context.Context, phoneNumberID string, file File) (mediaID string, err error) {
	body, contentType, err := file.multipart()
	if err != nil {
		return "", fmt.Errorf("encode upload: %w", err)
	}
	var answer struct {
		ID looseString `json:"id"`
	}
	if err := c.call(ctx, phoneNumberID+"/media", contentType, body, &answer); err != nil {
		return "", err
	}
	if answer.ID == "" || len(answer.ID) > maxID {
		return "", fmt.Errorf("answer without media id: %w", ErrUnknownOutcome)
	}
	return string(answer.ID), nil
}

// File is a document to upload.
type File struct {
	Name     string
	MIMEType string
	Content  []byte
}

func (f File) multipart() (body []byte, contentType string, err error) {
	var buffer bytes.Buffer
	form := multipart.NewWriter(&buffer)
	header := textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", f.Name)},
		"Content-Type":        {f.MIMEType},
	}
	part, err := form.CreatePart(header)
	if err == nil {
		_, err = part.Write(f.Content)
	}
	err = errors.Join(err, form.WriteField("messaging_product", "whatsapp"), form.WriteField("type", f.MIMEType), form.Close())
	return buffer.Bytes(), form.FormDataContentType(), err
}

func (c *Client) call(ctx context.Context, path, contentType string, body []byte, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/"+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("User-Agent", "jansetu")
	if c.proof != "" {
		request.URL.RawQuery = url.Values{"appsecret_proof": {c.proof}}.Encode()
	}
	response, err := c.http.Do(request)
	if err != nil {
		return transportError(err)
	}
	defer func() { _ = response.Body.Close() }() // what matters of it has been read
	return readAnswer(response, answer)
}

// transportError tells a call that never left from one that may have arrived.
func transportError(err error) error {
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op == "dial" {
		// The address in the cause is the API's own, without query.
		return &APIError{Class: ClassUnreachable, Err: operation}
	}
	return fmt.Errorf("%w: %w", ErrUnknownOutcome, withoutURL(err))
}

// withoutURL keeps the app secret's proof out of logs.
func withoutURL(err error) error {
	if withURL, ok := errors.AsType[*url.Error](err); ok {
		return withURL.Err
	}
	return err
}

func readAnswer(response *http.Response, answer any) error {
	body, readErr := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	if response.StatusCode != http.StatusOK {
		return refusal(response.StatusCode, body)
	}
	if readErr != nil {
		return fmt.Errorf("%w: read answer: %w", ErrUnknownOutcome, readErr)
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("%w: decode answer: %w", ErrUnknownOutcome, err)
	}
	return nil
}

// refusal reads Meta's error body. A 5xx without one came from something in between: nobody knows what became of the call
// when that was a gateway's timeout.
func refusal(status int, body []byte) error {
	var answer struct {
		Error *struct {
			Code      int    `json:"code"`
			TraceID   string `json:"fbtrace_id"`
			ErrorData struct {
				Details string `json:"details"`
			} `json:"error_data"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) == nil && answer.Error != nil {
		e := answer.Error
		class := ClassOf(e.Code)
		if class == ClassUnknown && status >= http.StatusInternalServerError {
			class = ClassTransient
		}
		return &APIError{Status: status, Code: e.Code, Details: e.ErrorData.Details, TraceID: e.TraceID, Class: class}
	}
	switch {
	case status == http.StatusGatewayTimeout:
		return fmt.Errorf("%w: http %d", ErrUnknownOutcome, status)
	case status >= http.StatusInternalServerError:
		return &APIError{Status: status, Class: ClassUnreachable}
	case status == http.StatusTooManyRequests:
		return &APIError{Status: status, Class: ClassThrottle}
	default:
		return &APIError{Status: status, Class: ClassUnknown}
	}
}
