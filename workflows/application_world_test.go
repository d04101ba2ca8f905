package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/activities/clock"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/workflows"
)

// office is a world with a department that takes applications: each function is how it behaves, counted from call 1.
type office struct {
	*world

	terms   workflows.Terms
	answers map[string]string
	papers  func(call int, input workflows.CheckPapersInput) workflows.CheckedPapers
	submit  func(call int, input workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error)
	lookUp  func(call int) (workflows.SubmittedApplication, error)
	status  func(call int) (connectors.ApplicationStatus, error)
	fetch   func(call int) (workflows.Document, error)
	reply   func(call int, input workflows.AnswerQueryInput) error
	replied func(call int) error

	charged []workflows.OpenOrderInput
	replies []workflows.AnswerQueryInput
	sent    []workflows.SubmitApplicationInput
	stages  []workflows.SetStageInput
	appeals []workflows.AppealInput
	due     map[string]time.Time
}

const number = "EINC26001234"

// actual is the calendar of Andhra Pradesh.
func actual(t *testing.T) *catalog.Catalog {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	return services
}

// sevenDays is a limit with officers as an Act has them.
func sevenDays() *catalog.Clock {
	limit, month := catalog.Limit{Days: 7, Working: true}, catalog.Limit{Days: 30}
	return &catalog.Clock{
		Limit: limit, Starts: catalog.StartsSubmitted, Stops: []catalog.ClockStop{catalog.StopsQuery}, Extension: catalog.Limit{Days: 3, Working: true},
		Source: "an Act, 2017", Officers: catalog.Officers{
			Designated: &catalog.Officer{Title: catalog.Text{"en": "Tahsildar"}},
			Appeal:     &catalog.Officer{Title: catalog.Text{"en": "Sub-Collector"}, Limit: month, DecidesIn: month},
			Revision:   &catalog.Officer{Title: catalog.Text{"en": "Collector"}, Limit: month, DecidesIn: month},
		},
	}
}

// newOffice is one where everything goes well: the application is taken at once and granted at the third look.
func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{world: newWorld(t), due: map[string]time.Time{}, answers: map[string]string{}}
	o.SetTestTimeout(time.Minute)
	o.terms = workflows.Terms{
		Clock: sevenDays(), Delivers: catalog.DeliversCertificate, Fee: &catalog.Fee{Amount: "0", Source: "2020"},
		QuietHours: catalog.QuietHours{Hours: catalog.Hours{From: "21:00", To: "08:00"}, UTCOffsetMinutes: 330},
	}
	o.papers = func(_ int, input workflows.CheckPapersInput) workflows.CheckedPapers { return taken(input) }
	o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		return workflows.SubmittedApplication{Number: number, SubmittedAt: o.Now()}, nil
	}
	o.lookUp = func(int) (workflows.SubmittedApplication, error) {
		return workflows.SubmittedApplication{}, &connectors.NotFoundError{What: "application"}
	}
	o.status = granted(3)
	o.fetch = func(int) (workflows.Document, error) {
		return workflows.Document{ID: "sha-c", Filename: "certificate.pdf", MIMEType: "application/pdf"}, nil
	}
	o.reply = func(int, workflows.AnswerQueryInput) error { return nil }
	o.replied = func(int) error { return &connectors.NotFoundError{What: "reply"} }
	o.registerOffice(actual(t))
	return o
}

// taken are all papers without a finding.
func taken(input workflows.CheckPapersInput) (checked workflows.CheckedPapers) {
	for _, paper := range input.Papers {
		if paper.Media != "" {
			checked.Papers = append(checked.Papers, workflows.TakenPaper{Field: paper.Field, ID: "kept-" + paper.Media})
		}
	}
	return checked
}

// granted works on it until the n-th look, by which it is approved.
func granted(n int) func(int) (connectors.ApplicationStatus, error) {
	return func(call int) (connectors.ApplicationStatus, error) {
		if call < n {
			return working(), nil
		}
		return connectors.ApplicationStatus{Number: number, State: connectors.ApplicationDelivered}, nil
	}
}

func working() connectors.ApplicationStatus {
	return connectors.ApplicationStatus{Number: number, State: connectors.ApplicationInProgress, Officer: "Revenue Inspector", UpdatedAt: noon}
}

func (o *office) registerOffice(services *catalog.Catalog) {
	o.as(workflows.ActivityOpenOrder, func(_ context.Context, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
		o.charged = append(o.charged, input)
		return o.opened(input, workflows.OpenedOrder{
			Order: workflows.OrderID(reference, input.Purpose), URL: "https://pay.example/1", ExpiresAt: o.Now().Add(input.ValidFor),
		}), nil
	})
	o.as(workflows.ActivityCheckPapers, func(_ context.Context, input workflows.CheckPapersInput) (workflows.CheckedPapers, error) {
		return o.papers(o.count("papers"), input), nil
	})
	o.as(workflows.ActivitySubmitApplication, func(_ context.Context, input workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		o.sent = append(o.sent, input)
		submitted, err := o.submit(o.count("submit"), input)
		return submitted, answer.Error(err, o.Now())
	})
	o.as(workflows.ActivityFindApplication, func(context.Context, workflows.FindApplicationInput) (workflows.SubmittedApplication, error) {
		return outside(o.scene, "look up", o.lookUp)
	})
	o.as(workflows.ActivityApplicationStatus, func(context.Context, workflows.ApplicationAt) (connectors.ApplicationStatus, error) {
		return outside(o.scene, "status", o.status)
	})
	o.as(workflows.ActivityFetchCertificate, func(context.Context, workflows.ApplicationAt) (workflows.Document, error) {
		return outside(o.scene, "fetch certificate", o.fetch)
	})
	o.as(workflows.ActivityAnswerQuery, func(_ context.Context, input workflows.AnswerQueryInput) error {
		o.replies = append(o.replies, input)
		return answer.Error(o.reply(o.count("reply"), input), o.Now())
	})
	o.as(workflows.ActivityQueryAnswered, func(context.Context, workflows.AnswerQueryInput) error {
		return answer.Error(o.replied(o.count("replied")), o.Now())
	})
	o.as(workflows.ActivitySetStage, func(_ context.Context, input workflows.SetStageInput) error {
		keep(o.scene, &o.stages, input)
		return nil
	})
	o.as(workflows.ActivityStartAppeal, func(_ context.Context, input workflows.AppealInput) error {
		o.appeals = append(o.appeals, input)
		return nil
	})
	o.as(workflows.ActivityWriteAppeal, func(context.Context, workflows.AppealInput) (workflows.Document, error) {
		return workflows.Document{ID: "sha-l", Filename: "Appeal.pdf", MIMEType: "application/pdf"}, nil
	})
	o.RegisterActivity(clock.New(o, services))
}

// SetDue is the store's.
func (o *office) SetDue(_ context.Context, reference string, due time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.due[reference] = due
	return nil
}

// apply runs the application to its end.
func (o *office) apply(t *testing.T) workflows.ApplicationOutcome {
	t.Helper()
	return end[workflows.ApplicationOutcome](t, o.environment, workflows.Application, workflows.ApplicationInput{RequestInput: o.request()})
}

func (o *office) request() workflows.RequestInput {
	return workflows.RequestInput{
		Reference: reference, Person: "p1", Conversation: 7, Service: "income-certificate", Department: "Revenue", Kind: catalog.KindApplication,
		Portal: "edistrict", Language: "en", Answers: o.answers, ConfirmedAt: noon, Terms: o.terms,
	}
}

// wants adds papers to the form, answered with a file of the same name.
func (o *office) wants(papers ...string) {
	for _, paper := range papers {
		o.terms.Form = append(o.terms.Form, workflows.TermsField{
			ID: paper, Type: catalog.FieldDocument, PortalField: "101/" + paper, Paper: &workflows.PaperAnswer{Field: paper},
		})
		o.answers[paper] = paper
	}
}

// findings are what is found on papers whose file has not been sent anew.
func findings(input workflows.CheckPapersInput, found map[string]workflows.PaperFinding) workflows.CheckedPapers {
	checked := taken(input)
	for _, paper := range input.Papers {
		if finding, bad := found[paper.Media]; bad && (!paper.AsItIs || !finding.Waivable) {
			finding.Field = paper.Field
			checked.Findings = append(checked.Findings, finding)
		}
	}
	return checked
}

// saidOnce requires that the texts were said in this order, whatever else was.
func (o *office) saidOnce(t *testing.T, keys ...string) {
	t.Helper()
	var said []string
	for _, key := range o.said {
		if slices.Contains(keys, key) {
			said = append(said, key)
		}
	}
	require.Equal(t, keys, said, "of %v", o.said)
}
