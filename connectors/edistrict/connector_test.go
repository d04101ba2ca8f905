package edistrict_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/edistrict"
	standin "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestApplicationGoesThroughThreeWorkers(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	submitted := office.submit(t, income(0, "AP-7/submit"))
	require.Empty(t, cmp.Diff(connectors.Submitted{
		Reference: "AP-7/submit", Number: "EINC/2026/00001", SubmittedAt: office.clock.Now(),
		DueBy: time.Date(2026, 11, 29, 0, 0, 0, 0, connectors.IndianTime),
	}, submitted))
	kept := office.Submissions()
	require.Len(t, kept, 1)
	require.Equal(t, "2~Krishna", kept[0].Fields["17001"], "the text of an option is turned into its value")
	require.Equal(t, "2~Smt", kept[0].Fields["14201"])
	require.Len(t, kept[0].Papers, 2)
	require.Equal(t, []string{"10101", "10302"}, []string{kept[0].Papers[0].Type, kept[0].Papers[1].Type})
}

// The promise of the family: a service is its number and its controls.
func TestHundredsOfServicesNeedNoCode(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	numbers := []string{"1042", "1043", "1044", "1047", "1051"}
	for i := 0; i < 400; i += 9 {
		numbers = append(numbers, standin.ServiceNumber(i))
	}
	for _, number := range numbers {
		service, known := standin.FindService(number)
		require.True(t, known)
		office.submit(t, filled(service, "AP-"+number+"/submit"))
	}
	require.Len(t, office.Submissions(), len(numbers))
	require.Zero(t, office.Drafts())
	require.Zero(t, office.DoubleSubmissions())
}

// filled answers every control of a service as its definition would.
func filled(service standin.Service, reference string) connectors.Application {
	application := connectors.Application{Reference: reference, Service: service.Number, Fields: map[string]string{edistrict.FieldMobile: mobile}}
	byLabel := map[string]string{"PIN Code": "521121", "Mobile Number of Shop": "9000000009"}
	for _, field := range service.Fields {
		value := byLabel[field.Label]
		switch {
		case value != "":
		case len(field.Options) > 0:
			value = field.Options[0].Value
		case strings.Contains(field.Label, "Date") || field.Label == "Resident since":
			value = "05/11/1988"
		case strings.Contains(field.Label, "Rs."):
			value = "72000"
		default:
			value = "Venkata Lakshmi"
		}
		application.Fields[field.Name] = value
	}
	for _, annexure := range service.Annexures {
		application.Enclosures = append(application.Enclosures, connectors.Enclosure{
			Kind: annexure.ID + "/" + annexure.Types[0].Text, Filename: "p.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4\n%%EOF"),
		})
	}
	return application
}

func TestDayOfTheCatalogIsWrittenAsThePortalDoes(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	service, _ := standin.FindService("1044")
	application := filled(service, "AP-1044/submit")
	application.Fields["14407"] = "2012-06-15"
	office.submit(t, application)
	require.Equal(t, "15/06/2012", office.Submissions()[0].Fields["14407"])
}

func TestSubmittingAgainAnswersTheFirstSubmission(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	first := office.submit(t, income(0, "AP-1/submit"))
	again, err := office.worker(t).Submit(t.Context(), income(0, "AP-1/submit"))
	require.NoError(t, err)
	require.Equal(t, first.Number, again.Number)
	require.Len(t, office.Submissions(), 1)
}

func TestDraftIsNotASubmission(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	office.toCaptcha(t, application)
	require.Equal(t, 1, office.Drafts())
	_, err := office.worker(t).Find(t.Context(), query(application, connectors.Submitted{}))
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
}

func TestStatusFollowsTheApplicationToItsCertificate(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	asked := query(application, office.submit(t, application))
	connector := office.worker(t)
	for _, want := range []connectors.ApplicationStatus{
		{State: connectors.ApplicationReceived, Officer: "Applicant"},
		{State: connectors.ApplicationInProgress, Officer: "Revenue Inspector", Note: "Sent for field verification"},
		{State: connectors.ApplicationApproved, Officer: "Tahsildar", Note: "Approved"},
		{State: connectors.ApplicationDelivered, Officer: "Tahsildar", Note: "Certificate is ready for download"},
	} {
		want.Number, want.UpdatedAt = asked.Number, office.clock.Now()
		status, err := connector.Status(t.Context(), asked)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, status))
		office.clock.Move(time.Minute)
	}
	document, err := connector.Document(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, "application/pdf", document.MIMEType)
	require.Equal(t, "EINC-2026-00001.pdf", document.Filename)
	require.Equal(t, "application/pdf", http.DetectContentType(document.Content))
}

func TestRejectionCarriesItsReason(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	application.Fields[edistrict.FieldMobile] = "9000000003"
	asked := query(application, office.submit(t, application))
	office.clock.Move(time.Hour)
	status, err := office.worker(t).Status(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, connectors.ApplicationRejected, status.State)
	require.Equal(t, "Particulars do not match the records", status.Note)
	_, err = office.worker(t).Document(t.Context(), asked)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
}

func TestOfficersQueryIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	application.Fields[edistrict.FieldMobile] = "9000000002"
	asked := query(application, office.submit(t, application))
	office.clock.Move(2 * time.Minute)
	connector := office.worker(t)
	status, err := connector.Status(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, connectors.ApplicationQueried, status.State)
	require.Equal(t, "Please upload the latest salary slip", status.Query.Text)

	reply := connectors.QueryAnswer{
		Reference: "AP-1/query-1", Service: "1042", Number: asked.Number, QueryID: status.Query.ID, Text: "Salary slip of October attached.",
		Fields: application.Fields, Enclosures: application.Enclosures[1:],
	}
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(connector.QueryAnswered(t.Context(), reply)))
	otp := asks(t, connectors.ChallengeOTP, connector.AnswerQuery(t.Context(), reply))
	reply.Answer = answer(otp, office.OTP("9000000002"))
	require.NoError(t, office.worker(t).AnswerQuery(t.Context(), reply))
	require.NoError(t, connector.QueryAnswered(t.Context(), reply))
	require.NoError(t, connector.AnswerQuery(t.Context(), reply), "the same answer again is the first one")
	kept := office.Submissions()[0]
	require.Equal(t, "Salary slip of October attached.", kept.Answer)
	require.Len(t, kept.Papers, 3)

	reply.Reference, reply.Answer = "AP-1/query-2", nil
	var refused *connectors.RefusedError
	require.ErrorAs(t, connector.AnswerQuery(t.Context(), reply), &refused)
	require.Equal(t, edistrict.RefusedNoQuery, refused.Code)
}

func TestStatusPageIsReadByItsLabels(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	asked := query(application, office.submit(t, application))
	office.clock.Move(time.Minute)
	connector := office.worker(t)
	want, err := connector.Status(t.Context(), asked)
	require.NoError(t, err)
	for _, kind := range []twin.Kind{twin.MovedColumns, twin.DuplicateRows} {
		require.NoError(t, office.Faults.Set(twin.Fault{Kind: kind}))
		status, err := connector.Status(t.Context(), asked)
		require.NoError(t, err, kind)
		require.Empty(t, cmp.Diff(want, status), kind)
	}
}

func TestDriftOfTheFormStopsBeforeADraft(t *testing.T) {
	t.Parallel()
	for kind, expected := range map[twin.Kind]string{twin.RenamedIDs: "14201", twin.NewMandatoryField: "99999"} {
		office := openOffice(t)
		application := income(0, "AP-1/submit")
		asked := office.toOTP(t, application)
		require.NoError(t, office.Faults.Set(twin.Fault{Kind: kind}))
		application.Answer = answer(asked, office.OTP(mobile))
		_, err := office.worker(t).Submit(t.Context(), application)
		var changed *connectors.ChangedError
		require.ErrorAs(t, err, &changed, kind)
		require.Contains(t, changed.Expected, expected)
		require.Zero(t, office.Drafts())
	}
}

func TestServicesThatTakeNoApplication(t *testing.T) {
	t.Parallel()
	connector := openOffice(t).worker(t)
	for number, code := range map[string]string{"1099": edistrict.RefusedClosed, "7777": edistrict.RefusedNotOffered} {
		application := income(0, "AP-1/submit")
		application.Service = number
		_, err := connector.Submit(t.Context(), application)
		var refused *connectors.RefusedError
		require.ErrorAs(t, err, &refused, number)
		require.Equal(t, code, refused.Code)
		require.NotEmpty(t, refused.Reason)
	}
}

func TestWhatTheCitizenGaveIsAskedAgainByName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*connectors.Application)
		field  string
	}{
		"a value the portal refuses": {func(a *connectors.Application) { a.Fields["14206"] = "much" }, "14206"},
		"an option not offered":      {func(a *connectors.Application) { a.Fields["17001"] = "Atlantis" }, "17001"},
		"nothing":                    {func(a *connectors.Application) { a.Fields["14202"] = "  " }, "14202"},
		"a file too large": {func(a *connectors.Application) {
			a.Enclosures[0].Content = append([]byte("%PDF-1.4"), make([]byte, 600<<10)...)
		}, "101/Voter ID"},
		"a file of another kind":  {func(a *connectors.Application) { a.Enclosures[1].Content = []byte("MZ") }, "103/10302"},
		"a paper not on the list": {func(a *connectors.Application) { a.Enclosures[0].Kind = "101/Passport" }, "101/Passport"},
		"a paper of no kind":      {func(a *connectors.Application) { a.Enclosures[0].Kind = "101" }, "101"},
		"a paper missing":         {func(a *connectors.Application) { a.Enclosures = a.Enclosures[:1] }, "103"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := openOffice(t)
			application := income(0, "AP-1/submit")
			test.change(&application)
			application.Answer = answer(office.toOTP(t, application), office.OTP(mobile))
			_, err := office.worker(t).Submit(t.Context(), application)
			var rejected *connectors.InputRejectedError
			require.ErrorAs(t, err, &rejected)
			require.Equal(t, test.field, rejected.Field)
			require.NotEmpty(t, rejected.Reason)
		})
	}
}

func TestLoginNeedsAMobileNumber(t *testing.T) {
	t.Parallel()
	connector := openOffice(t).worker(t)
	for _, given := range []string{"", "12345"} {
		application := income(0, "AP-1/submit")
		application.Fields[edistrict.FieldMobile] = given
		_, err := connector.Submit(t.Context(), application)
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected)
		require.Equal(t, edistrict.FieldMobile, rejected.Field)
	}
}

func TestPortalWithoutAPlaceForOurReference(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	connector := office.worker(t, edistrict.SettingReferenceField, edistrict.NoReferenceField)
	application := income(0, "AP-1/submit")
	_, err := connector.Find(t.Context(), query(application, connectors.Submitted{}))
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err), "who cannot look up says so")
	for _, kind := range []connectors.ChallengeKind{connectors.ChallengeOTP, connectors.ChallengeCaptcha} {
		_, err = connector.Submit(t.Context(), application)
		asked := asks(t, kind, err)
		application.Answer = answer(asked, citizen(office.Twin, mobile)(asked))
	}
	submitted, err := connector.Submit(t.Context(), application)
	require.NoError(t, err)
	require.Equal(t, "AP-1/submit", submitted.Reference)
	require.Empty(t, office.Submissions()[0].Kiosk)
}

func TestOpenNeedsASealer(t *testing.T) {
	t.Parallel()
	registry, err := connectors.NewRegistry(edistrict.Family{})
	require.NoError(t, err)
	_, err = registry.Open(connectors.PortalConfig{Name: "p", Family: edistrict.FamilyName, URL: "http://127.0.0.1:1"})
	require.ErrorContains(t, err, "sealer")
}
