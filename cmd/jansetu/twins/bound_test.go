package twins_test

import (
	"cmp"
	"errors"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/apisetu"
	"github.com/jansetu/jansetu/connectors/edistrict"
	edistricttwin "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/deploy"
)

// eachPortal calls for every portal of a family, or of any, of every state that ships, with the services bound to it.
func eachPortal(t *testing.T, family string, check func(t *testing.T, portal *catalog.Portal, bound []*catalog.Service)) {
	t.Helper()
	states, err := fs.ReadDir(deploy.Files, "states")
	require.NoError(t, err)
	for _, state := range states {
		services, err := catalog.Load(deploy.Files, state.Name())
		if err != nil {
			t.Logf("%s does not load, as the test of deploy says", state.Name())
			continue
		}
		for _, portal := range services.Portals() {
			if bound := twins.Bound(services, portal.Name); (family == "" || portal.Family == family) && len(bound) > 0 {
				t.Run(state.Name()+"/"+portal.Name, func(t *testing.T) {
					t.Parallel()
					check(t, portal, bound)
				})
			}
		}
	}
}

func open(t *testing.T, of *catalog.Portal, bound []*catalog.Service) (twins.Twin, connectors.PortalConfig) {
	t.Helper()
	credentials := twins.Credentials(of.Family)
	twin, err := twins.New(twins.Portal{
		Family: of.Family, Settings: of.Settings, Credentials: credentials, Services: bound, Quick: true, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	server := httptest.NewServer(twin)
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, twin.Close())
	})
	return twin, connectors.PortalConfig{
		Name: of.Name, URL: server.URL, Settings: of.Settings, Credentials: credentials,
		Budget: connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6, Concurrent: 64}, Breaker: connectors.Breaker{Failures: 1 << 20},
	}
}

// Every application that any state binds to an e-District portal is taken by its stand-in with the answers of the form's examples, and
// none without a paper or an answer that the form requires.
func TestEveryApplicationOfEveryStateIsTakenByItsPortal(t *testing.T) {
	t.Parallel()
	eachPortal(t, edistrict.FamilyName, func(t *testing.T, of *catalog.Portal, bound []*catalog.Service) {
		t.Helper()
		twin, config := open(t, of, bound)
		sealer, err := portal.NewEphemeralSealer()
		require.NoError(t, err)
		connector, err := edistrict.Family{Sealer: sealer}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		for _, service := range bound {
			if service.Kind != catalog.KindApplication {
				continue
			}
			stand, _ := twin.(*edistricttwin.Twin)
			_, err := submit(t, stand, connector, answered(service))
			require.NoError(t, err, service.ID)
		}
	})
}

// plain answers suit questions that have no example.
var plain = map[catalog.FieldType]string{
	catalog.FieldText: "12 Temple Street", catalog.FieldName: "Sita Devi", catalog.FieldNumber: "4", catalog.FieldMoney: "500",
	catalog.FieldDigits: "123456", catalog.FieldPhone: "9848012345", catalog.FieldDate: "2001-05-17", catalog.FieldPeople: "Sita Devi, 34, f",
}

// answered fills the form with what a careful citizen would answer.
func answered(service *catalog.Service) connectors.Application {
	made := connectors.Application{Reference: service.ID + "/submit", Service: service.Portal.Service, Fields: map[string]string{}}
	for _, field := range service.Form {
		switch {
		case field.PortalField == "":
		case field.Type == catalog.FieldDocument:
			made.Enclosures = append(made.Enclosures, connectors.Enclosure{
				Kind: field.PortalField, Filename: "paper.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4\n%%EOF"),
			})
		case field.Type == catalog.FieldChoose && field.Example == "":
			made.Fields[field.PortalField] = field.Choices[0].ID
		default:
			value, problem := field.Check(cmp.Or(field.Example, plain[field.Type]))
			if problem == nil {
				made.Fields[field.PortalField] = value
			}
		}
	}
	return made
}

// submit goes through the portal's questions as the person with the phone would.
func submit(t *testing.T, stand *edistricttwin.Twin, connector *edistrict.Connector, application connectors.Application) (connectors.Submitted, error) {
	t.Helper()
	for range 3 {
		submitted, err := connector.Submit(t.Context(), application)
		var asked *connectors.ChallengeError
		if !errors.As(err, &asked) {
			return submitted, err
		}
		answer := stand.OTP(application.Fields[edistrict.FieldMobile])
		if asked.Kind == connectors.ChallengeCaptcha {
			answer = stand.Read(asked.Image)
		}
		application.Answer = &connectors.ChallengeAnswer{Session: asked.Session, Answer: answer}
	}
	return connectors.Submitted{}, errors.New("the portal asks and asks")
}

const solvency = `id: solvency
kind: application
category: papers
department: Revenue
availability: live
title: {en: Solvency certificate}
asked_as: [solvency]
portal: {name: office, service: "31"}
fee: {amount: "45.00", source: "invented, 2026"}
delivers: certificate
clock: {limit: 9 days, starts: submitted, source: "invented, 2026", officers: {designated: {title: {en: Sub-Collector}}}}
source: invented, 2026
form:
  - {id: name, type: name, portal_field: "1", min_length: 3, max_length: 10, example: Sita, label: {en: Name}, prompt: {en: Name?}}
  - {id: amount, type: number, portal_field: "2", min: "100", max: "5000.50", example: "200", label: {en: Amount}, prompt: {en: Amount?}}
  - {id: use, type: choice, portal_field: "3", optional: true, choices: [{id: Loan, title: {en: Loan}}, {id: Court, title: {en: Court}}], label: {en: Use}, prompt: {en: Use?}}
  - {id: agree, type: choice, portal_field: "4", choices: [{id: "Y", title: {en: "Yes"}}], label: {en: Agreed}, prompt: {en: Agreed?}}
  - {id: mobile, type: phone, portal_field: mobileNo, example: "9848012345", label: {en: Mobile}, prompt: {en: Mobile?}}
  - {id: deed, type: document, portal_field: 118/Sale Deed, max_mb: 0.1, label: {en: Deed}, prompt: {en: Deed?}}
  - {id: note, type: text, example: not told, label: {en: Note}, prompt: {en: Note?}}
`

// A portal checks what the form says, so that a form that asks for less than its portal is found out.
func TestAPortalIsAsStrictAsTheFormThatIsBoundToIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*connectors.Application)
		field  string
		reason string
	}{
		"as it should be":      {func(*connectors.Application) {}, "", ""},
		"without the optional": {func(a *connectors.Application) { delete(a.Fields, "3") }, "", ""},
		"too short":            {func(a *connectors.Application) { a.Fields["1"] = "Si" }, "1", "Name is not valid"},
		"too long":             {func(a *connectors.Application) { a.Fields["1"] = "Sita Mahalakshmi" }, "1", "Name is not valid"},
		"too little":           {func(a *connectors.Application) { a.Fields["2"] = "99.99" }, "2", "Amount is not valid"},
		"too much":             {func(a *connectors.Application) { a.Fields["2"] = "5000.51" }, "2", "Amount is not valid"},
		"not agreed":           {func(a *connectors.Application) { a.Fields["4"] = "" }, "4", ""},
		"no such choice":       {func(a *connectors.Application) { a.Fields["3"] = "Fun" }, "3", ""},
		"the paper is missing": {func(a *connectors.Application) { a.Enclosures = nil }, "118", "Please attach Deed"},
		"the paper is too large": {func(a *connectors.Application) {
			a.Enclosures[0].Content = append([]byte("%PDF-1.4\n"), make([]byte, 100_000)...)
		}, "118/Sale Deed", "File size must not exceed 100 KB"},
		"a paper of another kind": {func(a *connectors.Application) { a.Enclosures[0].Kind = "118/Gift Deed" }, "118/Gift Deed", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stand, connector, service := solvencyOffice(t)
			application := answered(service)
			c.change(&application)
			submitted, err := submit(t, stand, connector, application)
			if c.field == "" {
				require.NoError(t, err)
				require.Regexp(t, `^ESC/\d{4}/00001$`, submitted.Number)
				require.Equal(t, submitted.SubmittedAt.AddDate(0, 0, 9).Format(time.DateOnly), submitted.DueBy.Format(time.DateOnly))
				return
			}
			var rejected *connectors.InputRejectedError
			require.ErrorAs(t, err, &rejected)
			require.Equal(t, c.field, rejected.Field)
			require.Contains(t, rejected.Reason, c.reason)
			require.Empty(t, stand.Submissions())
		})
	}
}

func solvencyOffice(t *testing.T) (*edistricttwin.Twin, *edistrict.Connector, *catalog.Service) {
	t.Helper()
	services := loadState(t, "- {name: office, family: edistrict, title: {en: Office}}\n", solvency)
	of, _ := services.Portal("office")
	twin, config := open(t, of, twins.Bound(services, "office"))
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	connector, err := edistrict.Family{Sealer: sealer}.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	service, _ := services.Service("solvency")
	stand, _ := twin.(*edistricttwin.Twin)
	return stand, connector, service
}

// Every document that any state binds to API Setu is given for the numbers of the form's examples.
func TestEveryDocumentOfEveryStateIsGiven(t *testing.T) {
	t.Parallel()
	eachPortal(t, apisetu.FamilyName, func(t *testing.T, of *catalog.Portal, bound []*catalog.Service) {
		t.Helper()
		_, config := open(t, of, bound)
		connector, err := apisetu.Family{}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		for _, service := range bound {
			query := connectors.RecordQuery{Service: service.Portal.Service, Fields: answered(service).Fields}
			query.Consent, err = connector.Consent(query, connectors.Agreement{Reference: "AP-1", At: time.Now(), Until: time.Now().Add(time.Hour), Purpose: "A test."})
			require.NoError(t, err, service.ID)
			record, err := connector.Extract(t.Context(), query)
			require.NoError(t, err, service.ID)
			require.NotEmpty(t, record.Document.Content, service.ID)
		}
	})
}

// Every bill that any state pays is due for the account of the form's example, whatever the family of its portal.
func TestEveryBillOfEveryStateIsDueForItsExample(t *testing.T) {
	t.Parallel()
	registry := families(t)
	eachPortal(t, "", func(t *testing.T, of *catalog.Portal, bound []*catalog.Service) {
		t.Helper()
		bills := slices.DeleteFunc(slices.Clone(bound), func(each *catalog.Service) bool { return each.Kind != catalog.KindBill })
		if len(bills) == 0 {
			return
		}
		_, config := open(t, of, bound)
		config.Family = of.Family
		connector, err := connectors.OpenAs[connectors.BillFetcher](registry, config)
		require.NoError(t, err)
		for _, service := range bills {
			fields := answered(service).Fields
			query := connectors.BillQuery{Service: service.Portal.Service, Account: fields[connectors.FieldAccount], Fields: fields}
			bill, err := connector.FetchBill(t.Context(), query)
			if assert.NoError(t, err, service.ID) {
				assert.Equal(t, connectors.BillDue, bill.Status, service.ID)
			}
		}
	})
}

// Every complaint that any state takes is of a kind, a town and a locality that its portal has.
func TestEveryComplaintOfEveryStateIsKnownToItsTowns(t *testing.T) {
	t.Parallel()
	registry := families(t)
	type office interface {
		connectors.Grievances
		connectors.Localities
	}
	eachPortal(t, "", func(t *testing.T, of *catalog.Portal, bound []*catalog.Service) {
		t.Helper()
		for _, service := range bound {
			if service.Kind != catalog.KindGrievance {
				continue
			}
			_, config := open(t, of, bound)
			config.Family = of.Family
			connector, err := connectors.OpenAs[office](registry, config)
			require.NoError(t, err)
			given := answered(service).Fields
			categories, err := connector.Categories(t.Context(), given["tenant"])
			require.NoError(t, err)
			for code := range service.Grievance.Categories {
				require.True(t, slices.ContainsFunc(categories, func(each connectors.Category) bool { return each.Code == code }), code)
			}
			localities, err := connector.Localities(t.Context(), given["tenant"])
			require.NoError(t, err)
			require.True(t, slices.ContainsFunc(localities, func(each connectors.Option) bool { return each.Label == given["locality"] }), given["locality"])
		}
	})
}

func loadState(t *testing.T, portals, service string) *catalog.Catalog {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"state.yaml":        "title: {en: State}\nlanguages: [en]\ntime_zone: Asia/Kolkata\n",
		"categories.yaml":   "- {id: papers, title: {en: Papers}}\n",
		"portals.yaml":      portals,
		"services/one.yaml": service,
	} {
		files["states/x/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	loaded, err := catalog.Load(files, "x")
	require.NoError(t, err)
	return loaded
}
