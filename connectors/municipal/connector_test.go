package municipal_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/municipal"
	standin "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func november() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime) }

func settings() map[string]string {
	return map[string]string{
		municipal.SettingTenant: "pb", municipal.SettingSettle: "200ms",
		municipal.SettingRegistry + "PT": "property-services/property/_search?propertyIds#Properties",
	}
}

func credentials() map[string]string {
	return map[string]string{
		municipal.CredentialUsername: standin.Username, municipal.CredentialPassword: standin.Password,
	}
}

func newTwin(t testing.TB, config standin.Config) *standin.Twin {
	t.Helper()
	made, err := standin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

func connect(t testing.TB, handler http.Handler, changes ...func(*municipal.Family, *connectors.PortalConfig)) *municipal.Connector {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	family := municipal.Family{}
	config := connectors.PortalConfig{
		Name: "towns", URL: server.URL, Settings: settings(), Credentials: credentials(),
		Budget:  connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6, Concurrent: 64},
		Breaker: connectors.Breaker{Failures: 1 << 20},
	}
	for _, change := range changes {
		change(&family, &config)
	}
	connector, err := family.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return connector
}

func inNovember(family *municipal.Family, _ *connectors.PortalConfig) { family.Clock = november }

func TestBillAddsUpItsPeriods(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: november}), inNovember)
	day := func(year, month, date int) time.Time {
		return time.Date(year, time.Month(month), date, 0, 0, 0, 0, connectors.IndianTime)
	}
	bill, err := connector.FetchBill(t.Context(), account("PB-PT-2026-000102"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connectors.Bill{
		Account: "PB-PT-2026-000102", Name: "Gurdev Singh", Number: "BILLNO-PT-26000102", Period: "2026-04",
		IssuedOn: day(2026, 4, 15), DueDate: day(2027, 3, 31), Amount: 186_000, Arrears: 312_000, Total: 498_000,
		Status: connectors.BillDue, AsOf: november(),
	}, bill))
	paid, err := connector.FetchBill(t.Context(), account("PB-PT-2026-000103"))
	require.NoError(t, err)
	require.Equal(t, day(2026, 5, 5), paid.PaidOn)
	require.Equal(t, "PT/107/2026/000001", paid.Receipt)
}

func TestTheTownOfABillMayBeNamedAsInAComplaint(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: november}), inNovember)
	query := account("PB-PT-2026-000102")
	query.Fields = map[string]string{connectors.FieldTenant: standin.Town}
	bill, err := connector.FetchBill(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, "PB-PT-2026-000102", bill.Account)
	query.Fields = map[string]string{connectors.FieldTenant: "pb.jalandhar"}
	_, err = connector.FetchBill(t.Context(), query)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
}

func TestWithoutARegisterAnAccountWithoutDemandsIsUnknown(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}), func(_ *municipal.Family, config *connectors.PortalConfig) {
		delete(config.Settings, municipal.SettingRegistry+"PT")
	})
	_, err := connector.FetchBill(t.Context(), account("PB-PT-2026-000104"))
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
}

func TestExpiredBillIsForTheNextTry(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand)
	query := account("PB-PT-2026-000101")
	bill, err := connector.FetchBill(t.Context(), query)
	require.NoError(t, err)
	posting := connectors.Posting{
		Reference: "PB-1/post", Service: query.Service, Account: query.Account, Fields: query.Fields,
		BillNumber: bill.Number, Amount: bill.Total, PaidAt: november(), GatewayPaymentID: "pay_1",
	}
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.BillExpired, Times: 1}))
	_, err = connector.PostPayment(t.Context(), posting)
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "nothing was paid: %v", err)
	posted, err := connector.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	require.Equal(t, bill.Total, posted.Amount)
	require.Equal(t, "pay_1", stand.Paid()[0].Instrument)
}

func TestOneLoginServesManyCallsAndIsRenewedWhenRefused(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	var logins atomic.Int32
	connector := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/user/oauth/token" {
			logins.Add(1)
		}
		stand.ServeHTTP(w, r)
	}))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := connector.Categories(t.Context(), standin.Town); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, logins.Load())

	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.TokenExpired, Times: 1}))
	_, err := connector.File(t.Context(), grievance(0, "PB-1/file"))
	require.NoError(t, err, "a refused token proves that nothing was filed")
	require.EqualValues(t, 2, logins.Load())
	require.Len(t, stand.Complaints(), 1)

	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.TokenExpired}))
	_, err = connector.File(t.Context(), grievance(1, "PB-2/file"))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%v", err)
}

func TestWrongPasswordIsForTheOperator(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}), func(_ *municipal.Family, config *connectors.PortalConfig) {
		config.Credentials[municipal.CredentialPassword] = "wrong"
	})
	_, err := connector.Categories(t.Context(), "")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
	require.NotContains(t, err.Error(), "wrong")
}

func TestPhotosGoToTheFileStoreFirst(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand)
	filing := grievance(0, "PB-1/file")
	filing.Attachments = []connectors.Enclosure{
		{Filename: "खंभा \"1\".jpg", MIMEType: "image/jpeg", Content: []byte("jpeg")},
		{Filename: "2.png", MIMEType: "image/png", Content: []byte("png")},
	}
	_, err := connector.File(t.Context(), filing)
	require.NoError(t, err)
	require.Equal(t, 2, stand.Complaints()[0].Files)

	filing.Reference, filing.Attachments[0].MIMEType = "PB-2/file", "video/mp4\r\nX: y"
	_, err = connector.File(t.Context(), filing)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, municipal.FieldAttachments, rejected.Field)
	require.Len(t, stand.Complaints(), 1)
}

func TestWhatPGRSendsBackNamesItsField(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	for field, change := range map[string]func(*connectors.Grievance){
		municipal.FieldCitizenMobile: func(g *connectors.Grievance) { g.Mobile = "" },
		municipal.FieldLocality:      func(g *connectors.Grievance) { g.Locality = "JLC476" },
		municipal.FieldCategory:      func(g *connectors.Grievance) { g.Category = "NoStreetlight" },
	} {
		filing := grievance(0, "PB-1/file")
		change(&filing)
		_, err := connector.File(t.Context(), filing)
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected, field)
		require.Equal(t, field, rejected.Field)
	}
}

func TestFindWaitsForTheQueueBeforeItSaysNotThere(t *testing.T) {
	t.Parallel()
	clock, searches := conformance.NewClock(november()), atomic.Int32{}
	stand := newTwin(t, standin.Config{Lag: time.Minute, Clock: clock.Now})
	connector := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/request/_search") && searches.Add(1) == 3 {
			clock.Move(time.Minute) // the queue gets through while Find is looking
		}
		stand.ServeHTTP(w, r)
	}), func(family *municipal.Family, _ *connectors.PortalConfig) { family.Clock = clock.Now })
	filing := grievance(0, "PB-1/file")
	filed, err := connector.File(t.Context(), filing)
	require.NoError(t, err)
	query := connectors.GrievanceQuery{Reference: filing.Reference, Tenant: filing.Tenant, Mobile: filing.Mobile, Category: filing.Category, FiledAfter: filed.FiledAt}
	_, err = connector.Track(t.Context(), connectors.GrievanceQuery{Tenant: filing.Tenant, Number: filed.Number})
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "a search right after shows nothing")
	found, err := connector.Find(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, filed.Number, found.Number)
	require.EqualValues(t, 3, searches.Load())

	query.Reference = "PB-2/file"
	started := time.Now()
	_, err = connector.Find(t.Context(), query)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
	require.GreaterOrEqual(t, time.Since(started), 200*time.Millisecond)
}

// A worker that died after the answer left sends the filing again.
func TestFilingSentAgainIsTheFirst(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand)
	first, err := connector.File(t.Context(), grievance(0, "PB-1/file"))
	require.NoError(t, err)
	again, err := connector.File(t.Context(), grievance(0, "PB-1/file"))
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Len(t, stand.Complaints(), 1)
}

func TestContractsNameOfTheListIsTakenToo(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.OldNames}))
	filed, err := connect(t, stand).File(t.Context(), grievance(0, "PB-1/file"))
	require.NoError(t, err)
	require.NotEmpty(t, filed.Number)
}

func TestReopeningAfterTenDaysIsTooLate(t *testing.T) {
	t.Parallel()
	var days atomic.Int64
	clock := func() time.Time { return november().AddDate(0, 0, int(days.Load())) }
	stand := newTwin(t, standin.Config{Clock: clock})
	connector := connect(t, stand, func(family *municipal.Family, _ *connectors.PortalConfig) { family.Clock = clock })
	filed, err := connector.File(t.Context(), grievance(0, "PB-1/file"))
	require.NoError(t, err)
	stand.Resolve(filed.Number)
	status, err := connector.Track(t.Context(), connectors.GrievanceQuery{Tenant: standin.Town, Number: filed.Number})
	require.NoError(t, err)
	require.Equal(t, november().AddDate(0, 0, 10), status.ReopenUntil)
	require.Equal(t, "Work is done.", status.Note)
	days.Store(11)
	_, err = connector.Reopen(t.Context(), connectors.Reopening{Reference: "PB-1/reopen", Tenant: standin.Town, Number: filed.Number})
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, connectors.RefusedTooLate, refused.Code)
}

func TestRatingNeedsAResolvedComplaintAndOneToFiveStars(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	filed, err := connector.File(t.Context(), grievance(0, "PB-1/file"))
	require.NoError(t, err)
	rating := connectors.Rating{Reference: "PB-1/rate", Tenant: standin.Town, Number: filed.Number, Stars: 6}
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(connector.Rate(t.Context(), rating)))
	rating.Stars = 5
	require.Equal(t, connectors.ClassRefused, connectors.ClassOf(connector.Rate(t.Context(), rating)))
}

func TestLocalitiesAreATownsOwn(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	options, err := connector.Localities(t.Context(), "pb.jalandhar")
	require.NoError(t, err)
	require.Contains(t, options, connectors.Option{Value: "JLC478", Label: "Preet Nagar"})
	options, err = connector.Localities(t.Context(), "pb.nowhere")
	require.NoError(t, err)
	require.Empty(t, options)
}

func TestCategoriesCarryPromiseAndKeywords(t *testing.T) {
	t.Parallel()
	categories, err := connect(t, newTwin(t, standin.Config{})).Categories(t.Context(), "")
	require.NoError(t, err)
	for _, category := range categories {
		require.NotEqual(t, "NoStreetlight", category.Code, "inactive types are left out")
		if category.Code == "StreetLightNotWorking" {
			require.Equal(t, 336*time.Hour, category.ResolveWithin)
			require.Contains(t, category.Keywords, "streetlight")
			require.Equal(t, "StreetLights", category.Group)
		}
	}
}

func TestOpenRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*connectors.PortalConfig){
		"tenant":                        func(c *connectors.PortalConfig) { c.Settings[municipal.SettingTenant] = "pb.amritsar" },
		"credentials":                   func(c *connectors.PortalConfig) { c.Credentials = nil },
		municipal.SettingSettle:         func(c *connectors.PortalConfig) { c.Settings[municipal.SettingSettle] = "soon" },
		municipal.SettingReopenWithin:   func(c *connectors.PortalConfig) { c.Settings[municipal.SettingReopenWithin] = "10d" },
		municipal.SettingRegistry + "W": func(c *connectors.PortalConfig) { c.Settings[municipal.SettingRegistry+"W"] = "x" },
	} {
		config := connectors.PortalConfig{
			Name: "p", Family: municipal.FamilyName, URL: "http://127.0.0.1:1", Settings: settings(), Credentials: credentials(),
		}
		change(&config)
		registry, err := connectors.NewRegistry(municipal.Family{})
		require.NoError(t, err)
		_, err = registry.Open(config)
		require.ErrorContains(t, err, name)
	}
}
