package edistrict

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// step is where a frozen visit stands.
type step string

const (
	stepOTP     step = "otp"
	stepCaptcha step = "captcha"
)

// state is what a visit needs, besides its cookies, to go on. It is a secret.
type state struct {
	Step step `json:"step"`
	// Reference binds the visit to one submission.
	Reference string `json:"reference"`
	// Form waits for the answer; Again sends another OTP; Picture is where the
	// captcha is drawn.
	Form    webform.State  `json:"form"`
	Again   *webform.State `json:"again,omitempty"`
	Picture string         `json:"picture,omitempty"`
}

// visit is where a call takes a submission up: nowhere, or at a question that
// the citizen has answered.
type visit struct {
	session *portal.Session
	waiting state
}

// resume opens the session that an answer belongs to. Without an answer, or with
// one to something else, the visit starts from nowhere.
func (c *Connector) resume(reference string, answer *connectors.ChallengeAnswer) (*visit, error) {
	var waiting state
	session, resumed, err := c.client.Visit(answer, &waiting)
	if err != nil {
		return nil, err
	}
	if !resumed || waiting.Reference != reference {
		waiting = state{Reference: reference}
	}
	return &visit{session, waiting}, nil
}

// anewAfter makes a lost session an unknown outcome and the next try begin anew.
// A portal that asks to log in again has not committed; that is looked up all
// the same, where it can be.
func (v *visit) anewAfter(err error) error {
	if !errors.Is(err, errSessionLost) {
		return err
	}
	v.waiting.Step = ""
	return &connectors.OutcomeUnknownError{Reference: v.waiting.Reference, Answered: true}
}

// entrance finds the link to the login, on a new session.
type entrance func(ctx context.Context, session *portal.Session) (*url.URL, error)

// journey is one submission of one citizen: how it enters the portal, who logs
// in and what is asked of the portal once logged in.
type journey struct {
	reference string
	mobile    string
	enter     entrance
	// inside goes on from the first page after the login.
	inside func(ctx context.Context, session *portal.Session, first page) error
}

// begin opens the login and has an OTP sent. It always ends in an error, a
// ChallengeError when all is well. A session lost on the way is begun once more.
func (c *Connector) begin(ctx context.Context, trip journey) error {
	if strings.TrimSpace(trip.mobile) == "" {
		return &connectors.InputRejectedError{Field: FieldMobile, Reason: "A mobile number is needed to log in."}
	}
	for range 2 {
		session, err := c.client.NewSession()
		if err != nil {
			return err
		}
		if err = askOTP(ctx, session, trip); !errors.Is(err, errSessionLost) {
			return err
		}
	}
	return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
}

func askOTP(ctx context.Context, session *portal.Session, trip journey) error {
	login, err := trip.enter(ctx, session)
	if err != nil {
		return err
	}
	var form *webform.Form
	_, err = open(ctx, session, follow(operationLogin, login), func(shown page) (err error) {
		form, err = shown.FormWith(FieldMobile)
		return err
	})
	if err != nil {
		return err
	}
	if err := form.Fill(map[string]string{FieldMobile: strings.TrimSpace(trip.mobile)}); err != nil {
		return err
	}
	return sendOTP(ctx, session, form, trip.reference)
}

// sendOTP sends the form that makes the portal send an OTP, and relays it.
func sendOTP(ctx context.Context, session *portal.Session, form *webform.Form, reference string) error {
	request, err := form.Submit(operationSendOTP, "")
	if err != nil {
		return err
	}
	shown, err := open(ctx, session, request, func(shown page) error {
		if rejected := shown.complaint(); rejected != nil && rejected.Field == FieldMobile {
			return rejected
		}
		_, err := shown.FormWith("otp")
		return err
	})
	if err != nil {
		return err
	}
	return relayOTP(session, shown, reference)
}

// otpLife is how long the portal's OTP is good for.
const otpLife = 5 * time.Minute

// relayOTP asks the citizen for the OTP of the page.
func relayOTP(session *portal.Session, shown page, reference string) error {
	form, err := shown.FormWith("otp")
	if err != nil {
		return err
	}
	waiting := state{Step: stepOTP, Reference: reference, Form: form.State()}
	if again, err := shown.FormWith("resend"); err == nil {
		resend := again.State()
		waiting.Again = &resend
	}
	prompt := shown.Text(".info")
	if wrong := shown.complaint(); wrong != nil {
		prompt = strings.TrimSpace(wrong.Reason + " " + prompt)
	}
	return session.Ask(portal.Question{Kind: connectors.ChallengeOTP, Prompt: prompt, GoodFor: otpLife}, waiting)
}

// logIn answers the OTP that a visit waits for and goes on inside. What the
// portal has forgotten begins anew.
func (c *Connector) logIn(ctx context.Context, at *visit, answer *connectors.ChallengeAnswer, trip journey) error {
	err := logInOnce(ctx, at, answer, trip)
	if errors.Is(err, errSessionLost) {
		return c.begin(ctx, trip)
	}
	return err
}

func logInOnce(ctx context.Context, at *visit, answer *connectors.ChallengeAnswer, trip journey) error {
	if answer.Refresh && at.waiting.Again != nil {
		again, err := webform.Restore(*at.waiting.Again)
		if err != nil {
			return err
		}
		return sendOTP(ctx, at.session, again, trip.reference)
	}
	form, err := webform.Restore(at.waiting.Form)
	if err != nil {
		return err
	}
	if err := form.Set("otp", strings.TrimSpace(answer.Answer)); err != nil {
		return err
	}
	request, err := form.Submit(operationCheckOTP, "")
	if err != nil {
		return err
	}
	shown, err := open(ctx, at.session, request, nil)
	if err != nil {
		return err
	}
	if shown.Has(`input[name="otp"]`) {
		return relayOTP(at.session, shown, trip.reference)
	}
	return trip.inside(ctx, at.session, shown)
}
