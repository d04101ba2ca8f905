package webform

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// pair is one name and value that a form sends.
type pair struct{ name, value string }

// Submit makes the request that pressing the button sends: its name, or empty
// for a form that a script sends without a button.
func (f *Form) Submit(operation, button string) (portal.Request, error) {
	pairs, err := f.successful(button)
	if err != nil {
		return portal.Request{}, err
	}
	request := portal.Request{Operation: operation, Method: f.method, URL: f.action}
	switch {
	case f.method == http.MethodGet:
		target := *f.action
		target.RawQuery = encode(pairs)
		request.URL = &target
	case f.multi:
		request.Body, request.ContentType, err = f.multipart(pairs)
	default:
		request.Body, request.ContentType = []byte(encode(pairs)), "application/x-www-form-urlencoded"
	}
	return request, err
}

// SubmitFields makes the request that a script sends which reads the form's fields
// and leaves its files alone: never multipart.
func (f *Form) SubmitFields(operation string) (portal.Request, error) {
	fields := *f
	fields.multi = false
	return fields.Submit(operation, "")
}

// successful collects the pairs in the page's order (HTML standard, section
// "Constructing the entry list").
func (f *Form) successful(button string) ([]pair, error) {
	pairs := make([]pair, 0, len(f.controls)+1)
	pressed := button == ""
	for _, control := range f.controls {
		if control.isButton() {
			if button != "" && control.Name == button && !pressed && !control.Disabled {
				pressed = true
				pairs = append(pairs, control.pressed()...)
			}
			continue
		}
		for _, value := range control.values() {
			pairs = append(pairs, pair{control.Name, value})
		}
	}
	if !pressed {
		return nil, f.changed("a button " + button)
	}
	return pairs, nil
}

// pressed is what a button sends; a picture sends where it was hit.
func (c *Control) pressed() []pair {
	if c.Kind == KindImage {
		return []pair{{c.Name + ".x", "1"}, {c.Name + ".y", "1"}}
	}
	return []pair{{c.Name, c.Value}}
}

// encode writes pairs in their order: some portals read the body by position.
func encode(pairs []pair) string {
	var text strings.Builder
	for i, each := range pairs {
		if i > 0 {
			text.WriteByte('&')
		}
		text.WriteString(url.QueryEscape(each.name))
		text.WriteByte('=')
		text.WriteString(url.QueryEscape(each.value))
	}
	return text.String()
}

func (f *Form) multipart(pairs []pair) (body []byte, contentType string, err error) {
	var buffer bytes.Buffer
	writer := multipart.NewWriter(&buffer)
	for _, each := range pairs {
		if err := writer.WriteField(each.name, each.value); err != nil {
			return nil, "", fmt.Errorf("encode form: %w", err)
		}
	}
	for _, control := range f.controls {
		if control.Kind != KindFile || control.Name == "" || control.Disabled {
			continue
		}
		if err := writeFile(writer, control); err != nil {
			return nil, "", fmt.Errorf("encode form: %w", err)
		}
	}
	if err := writer.Close(); err != nil {
		return nil, "", fmt.Errorf("encode form: %w", err)
	}
	return buffer.Bytes(), writer.FormDataContentType(), nil
}

// writeFile sends a file control; one without a file sends an empty part, as
// browsers do.
func writeFile(writer *multipart.Writer, control *Control) error {
	file := control.file
	if file == nil {
		file = &connectors.Enclosure{MIMEType: "application/octet-stream"}
	}
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", `form-data; name="`+quoted(control.Name)+`"; filename="`+quoted(file.Filename)+`"`)
	header.Set("Content-Type", strings.NewReplacer("\r", "", "\n", "").Replace(file.MIMEType))
	part, err := writer.CreatePart(header)
	if err != nil {
		return err
	}
	_, err = part.Write(file.Content)
	return err
}

// quoted escapes as browsers do (HTML standard, "multipart/form-data").
func quoted(text string) string {
	return strings.NewReplacer("\r", "%0D", "\n", "%0A", `"`, "%22").Replace(text)
}
