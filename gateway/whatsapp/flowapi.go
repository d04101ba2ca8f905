package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
)

// FlowStatus is where a Flow stands (Meta, Flows API: status).
type FlowStatus string

// The statuses of a Flow.
const (
	FlowDraft      FlowStatus = "DRAFT"
	FlowPublished  FlowStatus = "PUBLISHED"
	FlowThrottled  FlowStatus = "THROTTLED" // ten sends an hour
	FlowBlocked    FlowStatus = "BLOCKED"
	FlowDeprecated FlowStatus = "DEPRECATED"
)

// Flow is a Flow of the business account.
type Flow struct {
	ID       string
	Name     string
	Status   FlowStatus
	Endpoint string // where phones' requests go; empty: Meta did not say
}

// FlowFault is why Meta does not take a Flow JSON.
type FlowFault struct {
	Error   string `json:"error"`
	Type    string `json:"error_type"`
	Message string `json:"message"`
	Line    int    `json:"line_start"`
	Column  int    `json:"column_start"`
}

const mostFlowPages = 200

// Flows lists the Flows of a business account.
func (c *Client) Flows(ctx context.Context, account string) ([]Flow, error) {
	var flows []Flow
	after := ""
	for range mostFlowPages {
		var answer struct {
			Data []struct {
				ID       looseString `json:"id"`
				Name     looseString `json:"name"`
				Status   looseString `json:"status"`
				Endpoint looseString `json:"endpoint_uri"`
			} `json:"data"`
			Paging struct {
				Next    string `json:"next"`
				Cursors struct {
					After string `json:"after"`
				} `json:"cursors"`
			} `json:"paging"`
		}
		query := url.Values{"fields": {"id,name,status,endpoint_uri"}, "limit": {"100"}}
		if after != "" {
			query.Set("after", after)
		}
		if err := c.ask(ctx, http.MethodGet, account+"/flows", query, &answer); err != nil {
			return nil, fmt.Errorf("list flows: %w", err)
		}
		for _, one := range answer.Data {
			flows = append(flows, Flow{ID: string(one.ID), Name: string(one.Name), Status: FlowStatus(one.Status), Endpoint: string(one.Endpoint)})
		}
		if after = answer.Paging.Cursors.After; answer.Paging.Next == "" || after == "" {
			return flows, nil
		}
	}
	return flows, nil
}

// CreateFlow makes a Flow without content and returns its id. Endpoint is the address that phones' requests are sent to.
func (c *Client) CreateFlow(ctx context.Context, account, name, endpoint string) (id string, err error) {
	body, err := json.Marshal(map[string]any{"name": name, "categories": []string{"OTHER"}, "endpoint_uri": endpoint})
	if err != nil {
		return "", fmt.Errorf("encode flow: %w", err)
	}
	var answer struct {
		ID looseString `json:"id"`
	}
	if err := c.call(ctx, account+"/flows", "application/json", body, &answer); err != nil {
		return "", fmt.Errorf("create flow: %w", err)
	}
	if answer.ID == "" {
		return "", errors.New("create flow: the answer has no id")
	}
	return string(answer.ID), nil
}

// SetFlowEndpoint changes where a Flow's requests go; Meta takes this of a draft and of a published Flow.
func (c *Client) SetFlowEndpoint(ctx context.Context, flow, endpoint string) error {
	body, err := json.Marshal(map[string]string{"endpoint_uri": endpoint})
	if err != nil {
		return fmt.Errorf("encode flow: %w", err)
	}
	if err := c.done(ctx, flow, "application/json", body); err != nil {
		return fmt.Errorf("set the endpoint of a flow: %w", err)
	}
	return nil
}

// UploadFlow gives a draft its Flow JSON, and returns what Meta finds wrong with it.
func (c *Client) UploadFlow(ctx context.Context, flow string, content []byte) ([]FlowFault, error) {
	var buffer bytes.Buffer
	form := multipart.NewWriter(&buffer)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", "flow.json")}, "Content-Type": {"application/json"},
	})
	if err == nil {
		_, err = part.Write(content)
	}
	if err = errors.Join(err, form.WriteField("name", "flow.json"), form.WriteField("asset_type", "FLOW_JSON"), form.Close()); err != nil {
		return nil, fmt.Errorf("encode flow: %w", err)
	}
	var answer struct {
		Faults []FlowFault `json:"validation_errors"`
	}
	if err := c.call(ctx, flow+"/assets", form.FormDataContentType(), buffer.Bytes(), &answer); err != nil {
		return nil, fmt.Errorf("upload flow: %w", err)
	}
	return answer.Faults, nil
}

// PublishFlow publishes a draft. Meta asks its endpoint for a sign of life before; afterwards the Flow cannot be changed.
func (c *Client) PublishFlow(ctx context.Context, flow string) error {
	return c.done(ctx, flow+"/publish", "application/json", []byte("{}"))
}

// DeprecateFlow keeps a published Flow from being opened.
func (c *Client) DeprecateFlow(ctx context.Context, flow string) error {
	return c.done(ctx, flow+"/deprecate", "application/json", []byte("{}"))
}

// FlowKey is the public key, in PEM, with which phones encrypt for a number; empty: none was given. valid says that Meta knows it to be this account's.
func (c *Client) FlowKey(ctx context.Context, phoneNumberID string) (pem string, valid bool, err error) {
	var answer struct {
		Data []struct {
			Key    string `json:"business_public_key"`
			Status string `json:"business_public_key_signature_status"`
		} `json:"data"`
		Key    string `json:"business_public_key"`
		Status string `json:"business_public_key_signature_status"`
	}
	err = gone(c.ask(ctx, http.MethodGet, phoneNumberID+"/whatsapp_business_encryption", nil, &answer))
	switch {
	case errors.Is(err, ErrMediaGone):
		return "", false, nil
	case err != nil:
		return "", false, fmt.Errorf("read the Flow key: %w", err)
	}
	if len(answer.Data) > 0 {
		answer.Key, answer.Status = answer.Data[0].Key, answer.Data[0].Status
	}
	return answer.Key, answer.Status == "VALID", nil
}

// SetFlowKey gives Meta the public key of a number, in PEM.
func (c *Client) SetFlowKey(ctx context.Context, phoneNumberID string, pem []byte) error {
	body := url.Values{"business_public_key": {string(pem)}}.Encode()
	return c.done(ctx, phoneNumberID+"/whatsapp_business_encryption", "application/x-www-form-urlencoded", []byte(body))
}

func (c *Client) done(ctx context.Context, path, contentType string, body []byte) error {
	var answer struct {
		Success bool `json:"success"`
	}
	if err := c.call(ctx, path, contentType, body, &answer); err != nil {
		return err
	}
	if !answer.Success {
		return errors.New("whatsapp: the call did not succeed")
	}
	return nil
}

func (c *Client) ask(ctx context.Context, method, path string, query url.Values, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if query == nil {
		query = url.Values{}
	}
	if c.proof != "" {
		query.Set("appsecret_proof", c.proof)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+"/"+path+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return fmt.Errorf("make request: %w", withoutURL(err))
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("User-Agent", "jansetu")
	response, err := c.http.Do(request)
	if err != nil {
		return transportError(err)
	}
	defer func() { _ = response.Body.Close() }() // what matters of it has been read
	return readAnswer(response, answer)
}

// FlowFile fetches an encrypted file of a form from where a phone left it, without our token: at most limit bytes. It fails with ErrMediaAddress,
// ErrMediaGone, ErrMediaTooLarge, or with an error that may go away.
func (c *Client) FlowFile(ctx context.Context, address string, limit int) ([]byte, error) {
	if !c.trusts(address) {
		return nil, ErrMediaAddress
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	return c.fetch(ctx, address, limit, http.Header{"User-Agent": {"jansetu"}})
}
