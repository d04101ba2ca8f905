package edistrict

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// draft fills the form of the service, saves it, attaches the papers and asks
// for the captcha. Nothing is submitted by that.
func (c *Connector) draft(ctx context.Context, session *portal.Session, first page, application connectors.Application) error {
	form, err := c.fill(first, application)
	if err != nil {
		return shapes()[operationCheckOTP].Explain(first.Response(), explained(first.Response(), err))
	}
	request, err := form.Submit(operationSave, "")
	if err != nil {
		return err
	}
	shown, err := open(ctx, session, request, accepted)
	if err != nil {
		return err
	}
	if shown.Has(`input[type="file"]`) {
		if shown, err = enclose(ctx, session, shown, application.Enclosures); err != nil {
			return err
		}
	} else if len(application.Enclosures) > 0 {
		return shown.Changed("a page for the papers")
	}
	return relayCaptcha(ctx, session, shown, application.Reference)
}

// accepted answers what the page says is wrong with the form that was sent.
func accepted(shown page) error {
	if rejected := shown.complaint(); rejected != nil {
		return rejected
	}
	if !shown.Has(`input[type="file"]`) && !shown.Has(`input[name="captchaText"]`) {
		return shown.Changed("the papers or the captcha after the form")
	}
	return nil
}

// fill puts the answers into the form, with our reference where it has a place.
func (c *Connector) fill(shown page, application connectors.Application) (*webform.Form, error) {
	fields := maps.Clone(application.Fields)
	delete(fields, FieldMobile)
	if c.referenceField != "" {
		fields[c.referenceField] = application.Reference
	}
	form, err := shown.FormWith(slices.Sorted(maps.Keys(fields))...)
	if err != nil {
		return nil, err
	}
	for _, control := range form.Controls() {
		answer, given := fields[control.Name]
		if !given {
			continue
		}
		delete(fields, control.Name) // the buttons of a group share their name
		if control.Required && strings.TrimSpace(answer) == "" {
			return nil, &connectors.InputRejectedError{Field: control.Name, Reason: "This is needed."}
		}
		if control.Kind == webform.KindSelect {
			answer = valueOf(control.Options, answer)
		}
		if err := form.Set(control.Name, webform.Day(answer, dateLayout)); err != nil {
			return nil, err
		}
	}
	if err := form.Complete(); err != nil {
		return nil, err
	}
	return form, nil
}

// valueOf turns the text of an option into its value, and leaves a value as it
// is.
func valueOf(options []connectors.Option, answer string) string {
	for _, option := range options {
		if strings.EqualFold(option.Label, strings.TrimSpace(answer)) && option.Value != "" {
			return option.Value
		}
	}
	return answer
}

// The controls of a paper: its type and its file, each with the annexure's
// number.
const (
	typePrefix = "docType_"
	filePrefix = "file_"
)

// enclose attaches the papers to the draft.
func enclose(ctx context.Context, session *portal.Session, shown page, papers []connectors.Enclosure) (page, error) {
	form, err := shown.Form(`form:has(input[type="file"])`)
	if err != nil {
		return page{}, err
	}
	kinds := map[string]string{}
	for _, paper := range papers {
		annexure, kind, _ := strings.Cut(paper.Kind, "/")
		kinds[annexure] = paper.Kind
		if err := attach(form, annexure, kind, paper); err != nil {
			return page{}, err
		}
	}
	request, err := form.Submit(operationEnclose, "")
	if err != nil {
		return page{}, err
	}
	return open(ctx, session, request, func(shown page) error {
		if rejected := shown.complaint(); rejected != nil {
			return ofPaper(rejected, kinds)
		}
		_, err := shown.FormWith("captchaText")
		return err
	})
}

// attach puts one paper into its place and chooses its type. A place with a
// single type needs none named.
func attach(form *webform.Form, annexure, kind string, paper connectors.Enclosure) error {
	if err := form.Attach(filePrefix+annexure, paper); err != nil {
		return err
	}
	offered, err := form.Options(typePrefix + annexure)
	if err != nil {
		return err
	}
	chosen := valueOf(offered, kind)
	if kind == "" {
		offered = slices.DeleteFunc(offered, func(option connectors.Option) bool { return option.Value == "" })
		if len(offered) != 1 {
			return &connectors.InputRejectedError{Field: paper.Kind, Reason: "The kind of paper is not said."}
		}
		chosen = offered[0].Value
	}
	if err := form.Set(typePrefix+annexure, chosen); err != nil {
		return &connectors.InputRejectedError{Field: paper.Kind, Reason: "The portal does not take this kind of paper."}
	}
	return nil
}

// ofPaper names the paper that a complaint is about as the caller did.
func ofPaper(rejected *connectors.InputRejectedError, kinds map[string]string) error {
	annexure := strings.TrimPrefix(strings.TrimPrefix(rejected.Field, filePrefix), typePrefix)
	if kind, sent := kinds[annexure]; sent {
		annexure = kind
	}
	return &connectors.InputRejectedError{Field: annexure, Reason: rejected.Reason}
}

// relayCaptcha asks the citizen for the captcha of the page.
func relayCaptcha(ctx context.Context, session *portal.Session, shown page, reference string) error {
	form, err := shown.FormWith("captchaText")
	if err != nil {
		return err
	}
	picture, err := shown.Need(`img[src*="aptcha"]`, "a captcha picture")
	if err != nil {
		return err
	}
	source, err := shown.Response().Resolve(picture.First().AttrOr("src", ""))
	if err != nil {
		return err
	}
	prompt := ""
	if wrong := shown.complaint(); wrong != nil {
		prompt = wrong.Reason
	}
	return askCaptcha(ctx, session, state{Step: stepCaptcha, Reference: reference, Form: form.State(), Picture: source.String()}, prompt)
}

// askCaptcha draws a new picture and relays it.
func askCaptcha(ctx context.Context, session *portal.Session, waiting state, prompt string) error {
	source, err := url.Parse(waiting.Picture)
	if err != nil {
		return &connectors.ChangedError{Expected: "a captcha picture", Seen: "no address"}
	}
	request := follow(operationCaptcha, source)
	lost := false
	request.MaxBody = portal.MaxPicture
	request.Check = func(response *portal.Response) error {
		if strings.HasPrefix(response.MediaType(), "image/") && len(response.Body) > 0 {
			return nil
		}
		shown, err := pageOf(response)
		if err == nil && shown.sessionLost() {
			lost = true
			return nil
		}
		if err == nil {
			err = markers().Unexpected(response, "a captcha picture")
		}
		return err
	}
	response, err := session.Do(ctx, request)
	if err != nil {
		return err
	}
	if lost {
		return errSessionLost
	}
	return session.Ask(portal.Question{
		Kind: connectors.ChallengeCaptcha, Picture: response.Body, PictureType: response.MediaType(), Prompt: prompt,
	}, waiting)
}
