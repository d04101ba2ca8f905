package open311

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// The fields of a grievance as InputRejectedError.Field names them, besides the
// codes of attributes.
const (
	FieldCategory    = "category"
	FieldDescription = "description"
	FieldLocation    = "location"
	FieldAttachments = "attachments"
	FieldMobile      = "mobile"
)

// FieldMediaURL is the key in Grievance.Fields of a picture's public address.
const FieldMediaURL = "media_url"

// maxDescription is the specification's limit, in characters.
const maxDescription = 4000

// tokenTries is how often File asks for the number of a token, as FixMyStreet.
const tokenTries = 5

// File implements connectors.Grievances. What the category asks is checked
// before anything is sent. A complaint that the town numbers later comes back
// with its Token. One whose answer is lost is looked up before it is sent again.
func (c *Connector) File(ctx context.Context, grievance connectors.Grievance) (connectors.Filed, error) {
	query := connectors.GrievanceQuery{
		Reference: grievance.Reference, Tenant: grievance.Tenant, Category: grievance.Category, FiledAfter: c.clock(),
	}
	filed, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Filed]{
		Reference: grievance.Reference,
		Submit:    func(ctx context.Context) (connectors.Filed, error) { return c.file(ctx, grievance, query) },
		Find:      func(ctx context.Context) (connectors.Filed, error) { return c.find(ctx, query) },
		// The server is not, but file looks for an earlier filing, and goes on
		// where that cannot be told: a town that hides descriptions would
		// otherwise take no complaint at all.
		Idempotent: true,
	})
	if err != nil {
		return connectors.Filed{}, fmt.Errorf("file grievance: %w", err)
	}
	return filed, nil
}

func (c *Connector) file(ctx context.Context, grievance connectors.Grievance, query connectors.GrievanceQuery) (connectors.Filed, error) {
	offered, err := c.offered(ctx, c.place(grievance.Tenant))
	if err != nil {
		return connectors.Filed{}, err
	}
	category, known := offered.category(grievance.Category)
	if !known {
		return connectors.Filed{}, &connectors.InputRejectedError{Field: FieldCategory}
	}
	if err := check(grievance, category); err != nil {
		return connectors.Filed{}, err
	}
	list, err := c.search(ctx, query)
	if earlier, found := among(list, grievance.Reference); err != nil || found {
		return earlier.filed(grievance.Reference), err
	}
	return c.send(ctx, grievance, category)
}

func (c *Connector) send(ctx context.Context, grievance connectors.Grievance, category connectors.Category) (connectors.Filed, error) {
	var answer requestWire
	err := c.call(ctx, exchange{
		operation: "file_grievance", path: "requests", form: c.form(grievance, category), reference: grievance.Reference,
		expected: "a list of one request", meaning: rejection(grievance),
		read: func(body string) error {
			list, err := readList[requestWire](c.terms.format, body)
			if err != nil || len(list) != 1 {
				return errUnreadable
			}
			answer = list[0]
			return nil
		},
	})
	if err != nil {
		return connectors.Filed{}, err
	}
	filed := connectors.Filed{Reference: grievance.Reference, Number: answer.ID.String(), Token: answer.Token.String(), FiledAt: c.clock()}
	if filed.Number == "" && filed.Token != "" {
		filed.Number = c.redeem(ctx, c.place(grievance.Tenant), filed.Token)
	}
	return filed, nil
}

// check is what a strict server would refuse.
func check(grievance connectors.Grievance, category connectors.Category) error {
	switch {
	case grievance.Location == nil && grievance.Address == "":
		return &connectors.InputRejectedError{Field: FieldLocation}
	case len([]rune(signed(grievance))) > maxDescription:
		return &connectors.InputRejectedError{Field: FieldDescription}
	case len(grievance.Attachments) > 0:
		return &connectors.InputRejectedError{Field: FieldAttachments}
	}
	for _, attribute := range category.Attributes {
		answers := answersOf(grievance, attribute.Code)
		if attribute.Required && len(answers) == 0 {
			return &connectors.InputRejectedError{Field: attribute.Code}
		}
		for _, answer := range answers {
			offered := slices.ContainsFunc(attribute.Options, func(o connectors.Option) bool { return o.Value == answer })
			if len(attribute.Options) > 0 && !offered {
				return &connectors.InputRejectedError{Field: attribute.Code}
			}
		}
	}
	return nil
}

func answersOf(grievance connectors.Grievance, code string) []string {
	return slices.DeleteFunc(strings.Split(grievance.Fields[code], "\n"), func(answer string) bool { return answer == "" })
}

// signed is the description with our reference at its end.
func signed(grievance connectors.Grievance) string {
	return strings.TrimSpace(grievance.Description) + " " + mark(grievance.Reference)
}

func mark(reference string) string { return "[" + reference + "]" }

func (c *Connector) form(grievance connectors.Grievance, category connectors.Category) url.Values {
	form := within(c.place(grievance.Tenant))
	set := func(name, value string) {
		if value != "" {
			form.Set(name, value)
		}
	}
	set("api_key", c.terms.apiKey)
	set("service_code", category.Code)
	set("description", signed(grievance))
	set("device_id", grievance.Reference)
	set("phone", grievance.Mobile)
	set("email", c.terms.email)
	set("media_url", grievance.Fields[FieldMediaURL])
	first, last, _ := strings.Cut(strings.TrimSpace(grievance.Name), " ")
	set("first_name", first)
	set("last_name", last)
	if at := grievance.Location; at != nil {
		set("lat", strconv.FormatFloat(at.Latitude, 'f', -1, 64))
		set("long", strconv.FormatFloat(at.Longitude, 'f', -1, 64))
	} else {
		set("address_string", strings.TrimSpace(grievance.Address+" "+grievance.Landmark))
	}
	for _, attribute := range category.Attributes {
		name := "attribute[" + attribute.Code + "]"
		if attribute.Multiple {
			name += "[]"
		}
		for _, answer := range answersOf(grievance, attribute.Code) {
			form.Add(name, answer)
		}
	}
	return form
}

// rejection looks for what an error is about in its words: there is no field in
// it.
func rejection(grievance connectors.Grievance) func(int, errorWire) error {
	return func(status int, told errorWire) error {
		words := strings.ToLower(told.Description.String())
		rejected := func(field string) error {
			return &connectors.InputRejectedError{Field: field, Reason: told.Description.String()}
		}
		for code := range grievance.Fields {
			if strings.Contains(words, "["+strings.ToLower(code)+"]") {
				return rejected(code)
			}
		}
		for _, about := range [][2]string{
			{"service_code", FieldCategory}, {"lat", FieldLocation}, {"address", FieldLocation}, {"jurisdiction area", FieldLocation},
			{"description", FieldDescription}, {"phone", FieldMobile},
		} {
			if strings.Contains(words, about[0]) {
				return rejected(about[1])
			}
		}
		if status == http.StatusNotFound {
			return rejected(FieldCategory)
		}
		return nil
	}
}

// redeem asks what became of a token. Whatever goes wrong, the token is kept and
// the number comes later.
func (c *Connector) redeem(ctx context.Context, jurisdiction, token string) string {
	for try := range tokenTries {
		if try > 0 && !pause(ctx, c.terms.tokenWait) {
			return ""
		}
		number := ""
		err := c.call(ctx, exchange{
			operation: "token", path: "tokens/" + url.PathEscape(token), query: within(jurisdiction), expected: "a token",
			read: func(body string) error {
				list, err := readList[requestWire](c.terms.format, body)
				if err != nil || len(list) != 1 {
					return errUnreadable
				}
				number = list[0].ID.String()
				return nil
			},
		})
		if err != nil || number != "" {
			return number
		}
	}
	return ""
}

func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
