package appeal_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/appeal"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

const application = "JS-7K3M-Q2PX"

func newAppeals(t *testing.T) (*appeal.Activities, *store.Store, string) {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{
		Reference: application, Person: person, Conversation: conversation, Service: "income-certificate", Kind: "application", Portal: "ap-revenue",
		Department: "Revenue", Language: "te", Answers: map[string]string{"applicant_name": "Sita Devi"},
	})
	return appeal.New(s, services), s, person
}

func day(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 12, 0, 0, 0, connectors.IndianTime)
}

func input(t *testing.T, cause workflows.AppealCause, level workflows.AppealLevel) workflows.AppealInput {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	service, known := services.Service("income-certificate")
	require.True(t, known)
	return workflows.AppealInput{
		RequestInput: workflows.RequestInput{
			Reference: workflows.AppealReference(application, cause, level), Service: service.ID, Portal: service.Portal.Name, Language: "te",
			Kind: workflows.KindAppeal, Terms: workflows.Terms{Clock: service.Clock}, ConfirmedAt: day(12, 10),
		},
		Case: workflows.AppealCase{
			Cause: cause, Level: level, Application: application, Number: "EINC26001234", Applicant: "Sita Devi", Applied: day(11, 24), Due: day(12, 1),
			Decided: day(12, 5), Reason: "Not in the records", FirstFiled: day(12, 12), Written: day(12, 10),
		},
	}
}

func TestAnAppealIsARequestOfItsOwnAndStartsOnce(t *testing.T) {
	t.Parallel()
	activities, s, person := newAppeals(t)
	started := input(t, workflows.AppealLate, workflows.AppealFirst)
	for range 3 {
		require.NoError(t, activities.StartAppeal(t.Context(), started))
	}
	request, err := s.Request(t.Context(), application+"-A1")
	require.NoError(t, err)
	require.Equal(t, person, request.Person)
	require.Equal(t, "appeal", request.Kind)
	require.Equal(t, "Revenue", request.Department)
	require.Empty(t, request.Answers)
	require.True(t, request.Open)

	var starts []store.WorkflowStart
	for _, row := range storetest.Outbox(t, s) {
		var start store.WorkflowStart
		require.NoError(t, json.Unmarshal(row.Payload, &start))
		starts = append(starts, start)
	}
	require.Len(t, starts, 1)
	require.Equal(t, workflows.WorkflowAppeal, starts[0].Workflow)
	require.NotContains(t, starts[0].Summary, "Sita")
	var carried workflows.AppealInput
	require.NoError(t, json.Unmarshal(starts[0].Input, &carried))
	require.Equal(t, started.Case.Number, carried.Case.Number)
}

func TestAnAppealOfNothingIsNoRequest(t *testing.T) {
	t.Parallel()
	activities, s, _ := newAppeals(t)
	for name, change := range map[string]func(*workflows.AppealInput){
		"of another's reference":       func(i *workflows.AppealInput) { i.Reference = "JS-OTHER-A1" },
		"of no application":            func(i *workflows.AppealInput) { i.Case.Application = "JS-NONE" },
		"under a reference of no kind": func(i *workflows.AppealInput) { i.Reference = application + "-X1" },
	} {
		wrong := input(t, workflows.AppealLate, workflows.AppealFirst)
		change(&wrong)
		err := activities.StartAppeal(t.Context(), wrong)
		var application *temporal.ApplicationError
		require.ErrorAs(t, err, &application, name)
		require.True(t, application.NonRetryable(), name)
	}
	require.Empty(t, storetest.Outbox(t, s))
}

func TestTheLetterSaysTheFactsToTheOfficerInBothLanguages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		cause workflows.AppealCause
		level workflows.AppealLevel
		said  []string
	}{
		{workflows.AppealLate, workflows.AppealFirst, []string{
			"మొదటి అప్పీలు", "First appeal", "రెవెన్యూ డివిజనల్ అధికారి", "24 November 2026", "1 December 2026", "7 days",
			"the time limit that the department has announced", "శాఖ ప్రకటించిన గడువు"}},
		{workflows.AppealLate, workflows.AppealRevision, []string{"Second appeal", "జాయింట్ కలెక్టర్", "12 Dec 2026", "has not been decided in time"}},
		{workflows.AppealRefused, workflows.AppealFirst, []string{"First appeal", "Not in the records", "refused on 5 Dec 2026", "తిరస్కరణ"}},
		{workflows.AppealRefused, workflows.AppealRevision, []string{"Second appeal", "Not in the records"}},
	}
	for _, test := range tests {
		t.Run(string(test.cause)+" "+string(test.level), func(t *testing.T) {
			t.Parallel()
			activities, s, _ := newAppeals(t)
			letter := input(t, test.cause, test.level)
			require.NoError(t, activities.StartAppeal(t.Context(), letter))
			written, err := activities.WriteAppeal(t.Context(), letter)
			require.NoError(t, err)
			again, err := activities.WriteAppeal(t.Context(), letter)
			require.NoError(t, err)
			require.Equal(t, written, again, "the same letter")
			document, err := s.Document(t.Context(), written.ID)
			require.NoError(t, err)
			text := strings.Join(strings.Fields(pdftest.Text(t, document.Content)), " ")
			for _, words := range append(test.said, "Sita Devi", "EINC26001234") {
				require.Contains(t, text, words)
			}
		})
	}
}
