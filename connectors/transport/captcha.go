package transport

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/jsf"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// errWrongAnswer says that the picture was not copied right, or the code of the
// phone not typed right.
var errWrongAnswer = errors.New("what the citizen answered is not right")

// paused is a filled-in page that waits for the citizen: in front of its picture,
// or for the code that was sent to the phone.
type paused struct {
	View jsf.State `json:"view"`
	// Field takes the answer, Button sends it.
	Field  string `json:"field"`
	Button string `json:"button"`
	// Picture is where the picture is drawn; Resend the button that sends
	// another code. One of them is set.
	Picture string `json:"picture,omitempty"`
	Resend  string `json:"resend,omitempty"`
	// Subject binds the visit to what was filled in.
	Subject string `json:"subject"`
}

// errand is one form to be sent with a picture.
type errand struct {
	path, button string
	fields       map[string]string
	papers       []connectors.Enclosure
	operation    string
	// reference marks a change.
	reference string
	answer    *connectors.ChallengeAnswer
	// read takes what is wanted from the page that answers.
	read func(*webform.Page) error
}

func (e errand) subject() string {
	text, err := json.Marshal([]any{e.path, e.reference, e.fields})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// run takes an errand up where its answer left it. It ends in a ChallengeError
// until the picture was copied right.
func (c *Connector) run(ctx context.Context, on errand) error {
	var waiting paused
	session, resumed, err := c.client.Visit(on.answer, &waiting)
	if err != nil {
		return err
	}
	if !resumed || waiting.Subject != on.subject() {
		return c.begin(ctx, on)
	}
	err = finish(ctx, session, waiting, on)
	if errors.Is(err, portal.ErrVisitLost) {
		return c.begin(ctx, on)
	}
	return err
}

// begin fills the form in and relays its picture.
func (c *Connector) begin(ctx context.Context, on errand) error {
	return c.client.Journey(func(session *portal.Session) error {
		view := jsf.NewView(session, pages(on.path))
		if err := view.Start(ctx); err != nil {
			return err
		}
		if message := view.Page().Text(messages); message != "" {
			return &connectors.RefusedError{Code: RefusedNotOffered, Reason: message}
		}
		if err := fill(ctx, view, on.fields, on.papers); err != nil {
			return err
		}
		return pause(ctx, view, on)
	})
}

// pause finds the picture and its place and asks the citizen.
func pause(ctx context.Context, view *jsf.View, on errand) error {
	waiting := paused{Subject: on.subject()}
	var err error
	if waiting.Field, err = view.Form().NameByLabel(labelCaptcha); err != nil {
		return err
	}
	if waiting.Button, err = view.Form().Button(on.button); err != nil {
		return err
	}
	return ask(ctx, view, waiting, "")
}

// ask draws the picture that the page shows, or the one from before, and relays it.
func ask(ctx context.Context, view *jsf.View, waiting paused, prompt string) error {
	if view.Page() != nil {
		picture, err := view.Page().Need(`img[src*="aptcha"]`, "the picture to copy")
		if err != nil {
			return err
		}
		address, err := view.Page().Response().Resolve(picture.First().AttrOr("src", ""))
		if err != nil {
			return err
		}
		waiting.Picture = address.String()
	}
	address, err := url.Parse(waiting.Picture)
	if err != nil {
		return &connectors.ChangedError{Expected: "the picture to copy", Seen: "no address"}
	}
	response, err := view.Session().Do(ctx, portal.Request{
		Operation: operationPicture, Method: http.MethodGet, URL: address, MaxBody: portal.MaxPicture, Check: isPicture,
	})
	if err != nil {
		return err
	}
	waiting.View = view.State()
	return view.Session().Ask(portal.Question{
		Kind: connectors.ChallengeCaptcha, Picture: response.Body, PictureType: response.MediaType(), Prompt: prompt,
	}, waiting)
}

func isPicture(response *portal.Response) error {
	if response.Status/100 == 2 && strings.HasPrefix(response.MediaType(), "image/") && len(response.Body) > 0 {
		return nil
	}
	if err := (webform.Reader{Lost: pages("").Lost}).VisitLost(response); err != nil {
		return err
	}
	return markers().Unexpected(response, "the picture to copy")
}

// finish sends the form with the citizen's answer. The answer's page is read
// within the exchange: one that cannot be read leaves a submission unknown.
func finish(ctx context.Context, session *portal.Session, waiting paused, on errand) error {
	wrong := false
	config := pages(on.path)
	config.Check = func(page *webform.Page) error {
		complaint := complaintOn(page)
		wrong = errors.Is(complaint, errWrongAnswer)
		switch {
		case wrong || complaint == nil && asksCode(page):
			return nil
		case complaint != nil:
			return complaint
		default:
			return explained(page, on.read(page))
		}
	}
	view := jsf.NewView(session, config)
	if err := view.Continue(waiting.View); err != nil {
		return err
	}
	if again := on.answer.Refresh || strings.TrimSpace(on.answer.Answer) == ""; again && waiting.Resend == "" {
		return ask(ctx, view, waiting, "")
	} else if again {
		waiting.Button = waiting.Resend
	} else {
		view.Form().Force(waiting.Field, strings.TrimSpace(on.answer.Answer))
	}
	if err := press(ctx, view, waiting.Button, on); err != nil {
		return err
	}
	if asksCode(view.Page()) {
		return askCode(view, waiting)
	}
	if wrong {
		return ask(ctx, view, waiting, view.Page().Text(messages))
	}
	return nil
}

// press sends the form. One that takes papers is sent whole, as no script can.
func press(ctx context.Context, view *jsf.View, button string, on errand) error {
	event := jsf.Event{Operation: on.operation, Source: button, Reference: on.reference}
	if !view.Form().State().Multipart {
		return view.Ajax(ctx, event)
	}
	if err := attach(view, on.papers); err != nil {
		return err
	}
	return view.Submit(ctx, event)
}

// explained looks again at a page that is not as expected: it may be one of those
// that mean trouble.
func explained(page *webform.Page, err error) error {
	if changed, ok := errors.AsType[*connectors.ChangedError](err); ok {
		return markers().Unexpected(page.Response(), changed.Expected)
	}
	return err
}

// complaintOn is what the page says is wrong: "Label: what is wrong with it", or a
// sentence. Nil when nothing is.
func complaintOn(page *webform.Page) error {
	said := page.Text(messages)
	lower := strings.ToLower(said)
	label, _, labelled := strings.Cut(said, ": ")
	switch {
	case said == "":
		return nil
	case labelled && (same(label, labelCaptcha) || same(label, labelCode)):
		return errWrongAnswer
	case strings.Contains(lower, "no details found"):
		return &connectors.NotFoundError{What: "record"}
	case strings.Contains(lower, "no application found"):
		return &connectors.NotFoundError{What: "application"}
	case strings.Contains(lower, "not on hold"):
		return &connectors.RefusedError{Code: RefusedNoQuery, Reason: said}
	case strings.Contains(lower, "could not open connection"):
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	case strings.Contains(lower, "already holds"), strings.Contains(lower, "not eligible"):
		return &connectors.RefusedError{Code: connectors.RefusedNotEligible, Reason: said}
	case strings.Contains(lower, "reference already used"):
		return &connectors.RefusedError{Code: connectors.RefusedDuplicate, Reason: said}
	case labelled:
		return &connectors.InputRejectedError{Field: label, Reason: said}
	default:
		return page.Changed("a message we know")
	}
}

// The refusals of a portal besides those of package connectors.
const (
	// RefusedNotOffered: the portal does not have the service, or takes nothing
	// for it now.
	RefusedNotOffered = "not_offered"
	// RefusedNoQuery: nothing is asked about the application any more.
	RefusedNoQuery = "no_query"
	// RefusedNoFee: the portal takes no fee for the application, or not from an
	// agency.
	RefusedNoFee = "no_fee"
)

// messages matches what a page says is wrong.
const messages = ".ui-messages-error-detail"

// The labels of what the citizen is asked for.
const (
	labelCaptcha = "Verification Code"
	labelCode    = "One Time Password"
)

func wrapped(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
