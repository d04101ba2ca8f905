package paper

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/documents/legibility"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/documents/recognition"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/workflows"
)

// CheckPapers takes all papers of a request: what can be kept and is in order is kept, everything else is a finding with its reason. A paper
// with a finding that was not waived is not kept. It fails only for what is not about the papers, and may then be repeated.
func (a *Activities) CheckPapers(ctx context.Context, input workflows.CheckPapersInput) (workflows.CheckedPapers, error) {
	defer beating(ctx)()
	var checked workflows.CheckedPapers
	source, err := a.config.Store.PaperSource(ctx, input.Reference)
	if err != nil {
		return checked, final(err)
	}
	for _, answer := range input.Papers {
		check := check{Activities: a, sentPaper: sentPaper{PaperAnswer: answer, reference: input.Reference, source: source},
			language: input.Language, applicant: input.Applicant}
		taken, err := check.run(ctx)
		if err != nil {
			return workflows.CheckedPapers{}, final(err)
		}
		checked.Findings = append(checked.Findings, check.findings...)
		if taken != nil {
			checked.Papers = append(checked.Papers, *taken)
		}
	}
	return checked, nil
}

// check is one paper while it is looked at.
type check struct {
	*Activities
	sentPaper

	language  catalog.Language
	applicant string
	file      upload.File
	masked    bool
	findings  []workflows.PaperFinding
}

func (c *check) run(ctx context.Context) (*workflows.TakenPaper, error) {
	if c.Media == "" {
		if !c.Optional {
			c.find(workflows.PaperMissing)
		}
		return nil, nil //nolint:nilnil // an optional paper that was not sent
	}
	free, err := c.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	c.file, err = c.Activities.file(ctx, c.sentPaper)
	if finding, refused := refusal(c.Field, err); refused {
		c.findings = append(c.findings, finding)
		return nil, c.recordRefusal(ctx, c.sentPaper, finding)
	}
	if err != nil {
		return nil, err
	}
	facts, err := c.look(ctx)
	if err != nil {
		return nil, err
	}
	if len(c.findings) > 0 {
		return nil, c.recordRefusal(ctx, c.sentPaper, c.findings[0])
	}
	taken, err := c.keep(ctx, c.sentPaper, c.file, c.masked)
	if err != nil {
		return nil, err
	}
	taken.Suggestions = suggestions(facts)
	return &taken, nil
}

// find notes what is wrong, unless the citizen wants the paper sent all the same.
func (c *check) find(reason workflows.PaperReason) {
	finding := workflows.PaperFinding{Field: c.Field, Reason: reason, Text: textOf(reason), Waivable: waivable(reason)}
	if reason == workflows.PaperTooLarge {
		finding.MaxMB = c.MaxMB
	}
	if !finding.Waivable || !c.AsItIs {
		c.findings = append(c.findings, finding)
	}
}

// waivable is what we may be wrong about.
func waivable(reason workflows.PaperReason) bool {
	switch reason {
	case workflows.PaperMissing, workflows.PaperTooLarge, workflows.PaperIsAadhaar, workflows.PaperBlank:
		return false
	default: // everything else
		return true
	}
}

const mega = 1_000_000

func (c *check) look(ctx context.Context) (recognition.Facts, error) {
	if c.MaxMB > 0 && float64(len(c.file.Content)) > c.MaxMB*mega {
		c.find(workflows.PaperTooLarge)
	}
	grey, err := c.picture(ctx)
	if err != nil {
		return recognition.Facts{}, err
	}
	if grey != nil {
		if reason := legibility.Check(grey); reason != "" {
			c.find(workflows.PaperReason(reason))
			if len(c.findings) > 0 {
				return recognition.Facts{}, nil // what cannot be read is not read
			}
		}
	}
	text, err := c.read(ctx, grey)
	if err != nil {
		return recognition.Facts{}, err
	}
	facts := recognition.Recognise(text)
	c.compare(text, facts)
	return facts, c.hideNumbers(ctx, facts)
}

// picture is what the paper looks like; nil: nobody can show it.
func (c *check) picture(ctx context.Context) (*image.Gray, error) {
	if c.file.MIMEType != upload.PDF || c.config.Pages == nil {
		return c.file.Grey, nil
	}
	grey, err := c.config.Pages.FirstPage(ctx, c.file.Content, legibility.Longest)
	if errors.Is(err, reading.ErrFailed) {
		c.config.Log.WarnContext(ctx, "a PDF could not be shown; its picture is not checked", "request", c.reference, "error", err)
		grey, err = nil, nil // as without Poppler
	}
	return grey, err
}

// read is what is written: in a PDF by its own letters, else by its picture. Nothing, when nobody can read.
func (c *check) read(ctx context.Context, grey *image.Gray) (reading.Text, error) {
	if c.file.MIMEType == upload.PDF && c.config.Pages != nil {
		text, err := c.config.Pages.Text(ctx, c.file.Content)
		if err == nil && text.Words() > 0 || err != nil && !errors.Is(err, reading.ErrFailed) {
			return text, err
		}
	}
	if c.config.Reader == nil || grey == nil {
		return reading.Text{}, nil
	}
	text, err := c.readPicture(ctx, grey)
	if err != nil || text.Words() == 0 || text.Confidence() >= sure {
		return text, err
	}
	turned, err := c.readPicture(ctx, upsideDown(grey))
	if err == nil && turned.Words() >= text.Words()/2 && turned.Confidence() >= sure {
		c.find(workflows.PaperUpsideDown)
		return turned, nil
	}
	return text, err
}

// sure is the mean confidence of a text that was read the right way up.
const sure = 60

func (c *check) readPicture(ctx context.Context, grey *image.Gray) (reading.Text, error) {
	text, err := c.config.Reader.Read(ctx, grey, string(c.language))
	if errors.Is(err, reading.ErrFailed) {
		c.config.Log.WarnContext(ctx, "a paper could not be read; it is kept unread", "request", c.reference, "error", err)
		return reading.Text{}, nil
	}
	if err != nil {
		return reading.Text{}, fmt.Errorf("read paper: %w", err)
	}
	return text, nil
}

func upsideDown(grey *image.Gray) *image.Gray {
	turned := &image.Gray{Pix: slices.Clone(grey.Pix), Stride: grey.Stride, Rect: grey.Rect}
	slices.Reverse(turned.Pix)
	return turned
}

// compare holds what was read against what was asked for.
func (c *check) compare(text reading.Text, facts recognition.Facts) {
	kind := workflows.PaperKind(facts.Kind)
	if kind != "" && len(c.Accepts) > 0 && !slices.Contains(c.Accepts, kind) {
		c.find(workflows.PaperWrongKind)
	}
	if !facts.GoodUntil.IsZero() && c.today().After(facts.GoodUntil) {
		before := len(c.findings)
		c.find(workflows.PaperExpired)
		for i := before; i < len(c.findings); i++ {
			c.findings[i].Expired = facts.GoodUntil
		}
	}
	if c.applicant != "" && recognition.Compare(c.applicant, text) == recognition.Absent {
		c.find(workflows.PaperOtherName)
	}
}

func (c *check) today() time.Time {
	year, month, day := c.config.Now().In(connectors.IndianTime).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// hideNumbers paints over all but the last four digits of identity numbers; a paper on which they cannot be painted over is not kept.
func (c *check) hideNumbers(ctx context.Context, facts recognition.Facts) error {
	unseen := facts.Kind == recognition.Aadhaar && !facts.Numbers && !facts.Masked
	switch {
	case unseen, facts.Numbers && (len(facts.Hide) == 0 || c.file.MIMEType == upload.PDF):
		c.find(workflows.PaperIsAadhaar)
		return nil
	case !facts.Numbers:
		return nil
	}
	hidden, err := c.config.Inspector.Hide(ctx, c.file, facts.Hide)
	if err != nil {
		return fmt.Errorf("paint over an identity number: %w", err)
	}
	c.file, c.masked = hidden, true
	return nil
}

func suggestions(facts recognition.Facts) map[workflows.Suggestion]string {
	found := map[workflows.Suggestion]string{}
	if facts.Name != "" {
		found[workflows.SuggestedName] = facts.Name
	}
	if !facts.BirthDate.IsZero() {
		found[workflows.SuggestedBirthDate] = facts.BirthDate.Format(time.DateOnly)
	}
	if len(found) == 0 {
		return nil
	}
	return found
}
