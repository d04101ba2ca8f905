package panchayat_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/panchayat"
	standin "github.com/jansetu/jansetu/connectors/panchayat/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func november() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime) }

func connect(t testing.TB, handler http.Handler, change ...func(*connectors.PortalConfig)) *panchayat.Connector {
	t.Helper()
	config := connectors.PortalConfig{Name: "panchayat", Settings: settings()}
	for _, apply := range change {
		apply(&config)
	}
	return conformance.Connect(t, handler, panchayat.Family{Clock: november}.New, config)
}

func TestPanchayatsOfADistrictAreChosenFromTheFormsOwnList(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: november}))
	chosen := map[string]string{panchayat.FieldDistrict: "guntur"}
	offered, err := connector.Choices(t.Context(), "13", "cmbGP", chosen)
	require.NoError(t, err)
	require.Contains(t, offered, connectors.Option{Value: "Penamaluru", Label: "Penamaluru"})
	require.NotContains(t, offered, connectors.Option{Value: "", Label: "--select--"}, "the line that asks to choose")

	var rejected *connectors.InputRejectedError
	_, err = connector.Choices(t.Context(), "13", "txtDoor", chosen)
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, "txtDoor", rejected.Field)
	_, err = connector.Choices(t.Context(), "13", "cmbGP", map[string]string{panchayat.FieldDistrict: "elsewhere"})
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, panchayat.FieldDistrict, rejected.Field)
}

func TestDemandIsReadWhole(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: november}))
	bill, err := connector.FetchBill(t.Context(), house("5060100002"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connectors.Bill{
		Account: "5060100002", Name: "P VENKATA RAO", Number: "2610100002", Period: "2026-10",
		IssuedOn: time.Date(2026, 10, 1, 0, 0, 0, 0, connectors.IndianTime), DueDate: time.Date(2026, 12, 31, 0, 0, 0, 0, connectors.IndianTime),
		Amount: 86_000, Arrears: 43_550, Total: 129_550, Status: connectors.BillDue, AsOf: november(),
	}, bill))
	large, err := connector.FetchBill(t.Context(), house("5060100006"))
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(12_345_678), large.Total, "commas of lakhs")
}

func TestHalfYearsBeginInAprilAndOctober(t *testing.T) {
	t.Parallel()
	for month, period := range map[time.Month]string{time.March: "2025-10", time.April: "2026-04", time.September: "2026-04", time.October: "2026-10"} {
		clock := func() time.Time { return time.Date(2026, month, 15, 9, 0, 0, 0, connectors.IndianTime) }
		bill, err := connect(t, newTwin(t, standin.Config{Clock: clock})).FetchBill(t.Context(), house("5060100001"))
		require.NoError(t, err)
		require.Equal(t, period, bill.Period, month)
	}
}

func in(district string, query connectors.BillQuery) connectors.BillQuery {
	query.Fields = map[string]string{panchayat.FieldDistrict: district}
	return query
}

func TestOneDistrictDownLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, func(config *connectors.PortalConfig) {
		config.Breaker = connectors.Breaker{Failures: 2, OpenFor: time.Hour}
	})
	stand.DistrictDown("krishna", true)
	for range 3 {
		_, err := connector.FetchBill(t.Context(), in("krishna", house("5060100001")))
		require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err))
	}
	_, err := connector.FetchBill(t.Context(), in("krishna", house("5060100001")))
	var unavailable *connectors.UnavailableError
	require.ErrorAs(t, err, &unavailable)
	require.Equal(t, connectors.ReasonBreakerOpen, unavailable.Reason)
	for _, district := range []string{"guntur", "ntr"} {
		_, err := connector.FetchBill(t.Context(), in(district, house("5060100001")))
		require.NoError(t, err, district)
	}
}

func TestDistrictsKeepBooksOfTheirOwn(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	posting := postingFor(t, connector, in("krishna", house("5060100001")))
	_, err := connector.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	for district, status := range map[string]connectors.BillStatus{"krishna": connectors.BillPaid, "guntur": connectors.BillDue} {
		bill, err := connector.FetchBill(t.Context(), in(district, house("5060100001")))
		require.NoError(t, err)
		require.Equal(t, status, bill.Status, district)
	}
}

func postingFor(t *testing.T, connector *panchayat.Connector, query connectors.BillQuery) connectors.Posting {
	t.Helper()
	bill, err := connector.FetchBill(t.Context(), query)
	require.NoError(t, err)
	return connectors.Posting{
		Reference: "AP-1/post", Account: query.Account, Fields: query.Fields, BillNumber: bill.Number, Amount: bill.Total,
		PaidAt: november(), GatewayPaymentID: "pay_1",
	}
}

func TestDistrictMustBeOneThatIsServed(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	for _, district := range []string{"", "atlantis"} {
		_, err := connector.FetchBill(t.Context(), in(district, house("5060100001")))
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected)
		require.Equal(t, panchayat.FieldDistrict, rejected.Field)
	}
}

func TestDistrictMayHaveAnAddressOfItsOwn(t *testing.T) {
	t.Parallel()
	far := newTwin(t, standin.Config{Districts: []string{"eluru"}})
	address := conformance.Serve(t, far) + "/eluru"
	connector := connect(t, newTwin(t, standin.Config{}), func(config *connectors.PortalConfig) {
		config.Settings = map[string]string{panchayat.SettingDistricts: "krishna,eluru", panchayat.SettingServerPrefix + "eluru": address}
	})
	for _, district := range []string{"krishna", "eluru"} {
		_, err := connector.FetchBill(t.Context(), in(district, house("5060100001")))
		require.NoError(t, err, district)
	}
}

// A server may refuse our own repeated posting; that must not look like a
// refusal, or the citizen would be refunded for a tax that is paid.
func TestRepeatedPostingThatTheServerRefusesIsOurReceipt(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand)
	posting := postingFor(t, connector, house("5060100001"))
	first, err := connector.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.RefuseDuplicate}))
	again, err := connector.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Len(t, stand.Postings(), 1)
}

func TestPagesOfTroubleAreNotAnswers(t *testing.T) {
	t.Parallel()
	for _, kind := range []twin.Kind{standin.DatabaseError, standin.Busy} {
		stand := newTwin(t, standin.Config{})
		connector := connect(t, stand)
		posting := postingFor(t, connector, house("5060100001"))
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		_, err := connector.FetchBill(t.Context(), house("5060100001"))
		require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), kind)
		_, err = connector.PostPayment(t.Context(), posting)
		require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err), "%s proves nothing about a payment", kind)
	}
}

func TestEveryCertificateIsAppliedFor(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{Clock: november})
	connector := connect(t, stand)
	own := map[string]map[string]string{
		"11": {"txtChild": "V Sahasra", "txtDOB": "03-02-2019"},
		"12": {"txtDeceased": "V Ramaiah", "txtDOD": "2021-08-17"},
		"13": {"txtDoor": "4-77/B"},
		"14": {"txtAssNo": "5060100001"},
	}
	for service, fields := range own {
		application := residence(0, "AP-"+service+"/submit")
		application.Service = service
		application.Fields = map[string]string{panchayat.FieldDistrict: "guntur", "cmbGP": "Tadepalli", "txtName": "V Radhika", "txtFather": "Chinna Rao"}
		maps.Copy(application.Fields, fields)
		if service != "13" {
			application.Enclosures = nil
		}
		submitted, err := connector.Submit(t.Context(), application)
		require.NoError(t, err, service)
		require.Regexp(t, `^GUN/2026/\d{5}$`, submitted.Number)
		require.Equal(t, november(), submitted.SubmittedAt)
		require.Equal(t, "29-11-2026", submitted.DueBy.Format("02-01-2006"))
	}
	require.Len(t, stand.Applications(), len(own))
}

func TestWhatTheCitizenGaveIsAskedAgainByName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*connectors.Application)
		field  string
	}{
		"nothing":              {func(a *connectors.Application) { a.Fields["txtFather"] = " " }, "txtFather"},
		"an unknown panchayat": {func(a *connectors.Application) { a.Fields["cmbGP"] = "Atlantis" }, "cmbGP"},
		"a paper too large":    {func(a *connectors.Application) { a.Enclosures[0].Content = make([]byte, 400<<10) }, "fileProof"},
		"a date the server refuses": {func(a *connectors.Application) {
			a.Service, a.Enclosures = "11", nil
			a.Fields = map[string]string{
				panchayat.FieldDistrict: "krishna", "cmbGP": "Penamaluru", "txtName": "V Radhika", "txtFather": "Chinna Rao",
				"txtChild": "V Sahasra", "txtDOB": "2019",
			}
		}, "txtDOB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			application := residence(0, "AP-1/submit")
			test.change(&application)
			_, err := connect(t, newTwin(t, standin.Config{})).Submit(t.Context(), application)
			var rejected *connectors.InputRejectedError
			require.ErrorAs(t, err, &rejected)
			require.Equal(t, test.field, rejected.Field)
			require.NotEmpty(t, rejected.Reason)
		})
	}
}

func TestDriftOfTheFormStopsTheApplication(t *testing.T) {
	t.Parallel()
	for kind, expected := range map[twin.Kind]string{twin.RenamedIDs: "fileProof", twin.NewMandatoryField: "txtWard"} {
		stand := newTwin(t, standin.Config{})
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		_, err := connect(t, stand).Submit(t.Context(), residence(0, "AP-1/submit"))
		var changed *connectors.ChangedError
		require.ErrorAs(t, err, &changed, kind)
		require.Contains(t, changed.Expected, expected)
		require.Empty(t, stand.Applications())
	}
}

func TestCertificateThatIsNotOffered(t *testing.T) {
	t.Parallel()
	application := residence(0, "AP-1/submit")
	application.Service = "19"
	_, err := connect(t, newTwin(t, standin.Config{})).Submit(t.Context(), application)
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, panchayat.RefusedNotOffered, refused.Code)
}

func TestStatusFollowsTheApplication(t *testing.T) {
	t.Parallel()
	clock := conformance.NewClock(november())
	stand := newTwin(t, standin.Config{Clock: clock.Now})
	connector := connect(t, stand)
	application := residence(0, "AP-1/submit")
	submitted, err := connector.Submit(t.Context(), application)
	require.NoError(t, err)
	asked := connectors.ApplicationQuery{Number: submitted.Number, Fields: application.Fields}
	for i, want := range []connectors.ApplicationStatus{
		{State: connectors.ApplicationReceived}, {State: connectors.ApplicationInProgress, Officer: "Panchayat Secretary"},
		{State: connectors.ApplicationDelivered},
	} {
		want.Number, want.UpdatedAt = submitted.Number, clock.Now()
		for _, kind := range []twin.Kind{twin.DuplicateRows, twin.MovedColumns, twin.WrongCharset} {
			require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
			status, err := connector.Status(t.Context(), asked)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(want, status), "step %d under %s", i, kind)
		}
		clock.Move(time.Minute)
	}
	document, err := connector.Document(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, "image/jpeg", document.MIMEType)
	require.Equal(t, "KRI-2026-00001.jpg", document.Filename)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.CutPage}))
	_, err = connector.Document(t.Context(), asked)
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "half a picture is no certificate")
}

func TestRejectionCarriesItsReason(t *testing.T) {
	t.Parallel()
	clock := conformance.NewClock(november())
	connector := connect(t, newTwin(t, standin.Config{Clock: clock.Now}))
	application := residence(0, "AP-1/submit")
	application.Fields["txtName"] = "G SURYA PRAKASH"
	submitted, err := connector.Submit(t.Context(), application)
	require.NoError(t, err)
	clock.Move(time.Hour)
	asked := connectors.ApplicationQuery{Number: submitted.Number, Fields: application.Fields}
	status, err := connector.Status(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, connectors.ApplicationRejected, status.State)
	require.Equal(t, "Not a resident as per records", status.Note)
	_, err = connector.Document(t.Context(), asked)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
}

func TestOpenRefusesAPortalWithoutDistricts(t *testing.T) {
	t.Parallel()
	registry, err := connectors.NewRegistry(panchayat.Family{})
	require.NoError(t, err)
	_, err = registry.Open(connectors.PortalConfig{Name: "p", Family: panchayat.FamilyName, URL: "http://127.0.0.1:1"})
	require.ErrorContains(t, err, "district")
	_, err = registry.Open(connectors.PortalConfig{
		Name: "p", Family: panchayat.FamilyName, URL: "http://127.0.0.1:1",
		Settings: map[string]string{panchayat.SettingDistricts: "krishna,eluru", panchayat.SettingServerPrefix + "eluru": "not an address"},
	})
	require.Error(t, err)
}
