package money_test

import (
	"cmp"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bus"
	bustwin "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/edistrict"
	edistricttwin "github.com/jansetu/jansetu/connectors/edistrict/twin"
	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/transport"
	transporttwin "github.com/jansetu/jansetu/connectors/transport/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

// counter is a department of any kind, and the activity that compares it with the books.
type counter struct {
	till

	portal     string
	department *money.Department
}

func newCounter(t *testing.T, portal string, connector any) *counter {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	c := &counter{till: newTill(t), portal: portal}
	c.department = money.NewDepartment(money.DepartmentConfig{Store: c.store, Connector: connector, Services: services, Now: time.Now})
	return c
}

// posted is an order, of 1,240 rupees where it does not say, that our books have as posted, of a request for a service.
func (c *counter) posted(t *testing.T, order workflows.OpenOrderInput, answers map[string]string) string {
	t.Helper()
	person, conversation := storetest.Person(t, c.store)
	reference := order.To.Reference
	storetest.Request(t, c.store, store.Request{
		Reference: reference, Person: person, Conversation: conversation, Service: order.Service, Language: "te", Answers: answers,
	})
	order.Portal, order.Amount, order.ValidFor = c.portal, cmp.Or(order.Amount, 124000), time.Hour
	opened, err := c.OpenOrder(t.Context(), order)
	require.NoError(t, err)
	c.hear(t, opened.Order, payment.Fact{Kind: payment.Captured, Payment: "pay_" + reference, Amount: order.Amount, At: time.Now()})
	require.NoError(t, c.RecordPosting(t.Context(), workflows.RecordPostingInput{Order: opened.Order, Posted: connectors.Posted{Amount: order.Amount}}))
	return opened.Order
}

func (c *counter) compare(t *testing.T) (total workflows.Reconciled) {
	t.Helper()
	for _, day := range c.days(0) {
		done, err := c.department.ReconcileDepartment(t.Context(), workflows.ReconcileInput{Portal: c.portal, Day: day})
		require.NoError(t, err)
		total = sum(total, done)
	}
	return total
}

func to(reference string) workflows.Recipient {
	return workflows.Recipient{Reference: reference, Conversation: 1, Language: "te"}
}

// dialled is how a test reaches a twin.
func dialled(t *testing.T, name, family string, handler http.Handler, credentials map[string]string) connectors.PortalConfig {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return connectors.PortalConfig{
		Name: name, Family: family, URL: server.URL, Credentials: credentials, Budget: connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
	}.WithDefaults()
}

func TestATicketThatTheOperatorDoesNotHaveIsACaseUntilItHas(t *testing.T) {
	t.Parallel()
	twin, err := bustwin.New(bustwin.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, twin.Close()) })
	config := dialled(t, "apsrtc", bus.FamilyName, twin, map[string]string{bus.CredentialAgent: bustwin.Agent, bus.CredentialPassword: bustwin.Password})
	connector, err := bus.Family{}.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	c := newCounter(t, "apsrtc", connector)
	order := c.posted(t, workflows.OpenOrderInput{To: to("R7"), Purpose: "fare", Service: "bus-ticket", Account: "R7", Bill: "fare"}, nil)
	require.Equal(t, workflows.Reconciled{Opened: 1}, c.compare(t))
	require.Equal(t, []store.Difference{{Kind: money.CaseNotAtDepartment, Subject: order, Portal: "apsrtc", Order: order, Expected: 124000}}, c.cases(t))

	day := time.Now().In(connectors.IndianTime).AddDate(0, 0, 3)
	held, err := connector.Hold(t.Context(), connectors.HoldRequest{
		Reference: "R7/hold", TripID: "SRV2551", From: "1", To: "2", Boarding: "102", Mobile: "9000000001",
		Date: time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, connectors.IndianTime),
		Passengers: []connectors.Passenger{
			{Name: "V Lakshmi", Gender: "f", Age: 43, Seat: "1"}, {Name: "V Sahasra", Gender: "f", Age: 7, Seat: "2"},
		},
	})
	require.NoError(t, err)
	ticket, err := connector.Confirm(t.Context(), connectors.Confirmation{Reference: "R7", Key: held.Key, Amount: held.Fare, PaidAt: time.Now()})
	require.NoError(t, err)
	require.EqualValues(t, 124000, ticket.Fare)
	require.Equal(t, workflows.Reconciled{Closed: 1}, c.compare(t))

	_, err = connector.Cancel(t.Context(), connectors.CancelQuery{Reference: "R7/cancel", Number: ticket.Number})
	require.NoError(t, err)
	require.Equal(t, workflows.Reconciled{}, c.compare(t), "what was given back was booked all the same")
}

func TestAFeeForAnApplicationThatIsNotThereIsACaseUntilItIs(t *testing.T) {
	t.Parallel()
	twin, err := edistricttwin.New(edistricttwin.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, twin.Close()) })
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	connector, err := edistrict.Family{Sealer: sealer}.New(dialled(t, "ap-revenue", edistrict.FamilyName, twin, nil))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	c := newCounter(t, "ap-revenue", connector)
	order := c.posted(t, workflows.OpenOrderInput{To: to("R7"), Purpose: "fee", Service: "income-certificate", Account: "R7", Bill: "fee"}, nil)
	require.Equal(t, workflows.Reconciled{Opened: 1}, c.compare(t))
	require.Equal(t, []store.Difference{{Kind: money.CaseNotAtDepartment, Subject: order, Portal: "ap-revenue", Order: order, Expected: 124000}}, c.cases(t))
	apply(t, connector, twin, "R7")
	require.Equal(t, workflows.Reconciled{Closed: 1}, c.compare(t))
}

// apply sends an application, with the code and the letters that the portal asks for.
func apply(t *testing.T, connector connectors.Applications, twin *edistricttwin.Twin, reference string) {
	t.Helper()
	const mobile = "9000000001"
	application := connectors.Application{
		Reference: reference, Service: "1042",
		Fields: map[string]string{
			edistrict.FieldMobile: mobile, "14201": "Smt", "14202": "Venkata Lakshmi", "14203": "Satyanarayana", "14204": "521121",
			"17001": "Krishna", "14206": "60000", "14207": "3~Admission", "14208": "Y",
		},
		Enclosures: []connectors.Enclosure{
			{Kind: "101/Voter ID", Filename: "voter.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4 voter\n%%EOF")},
			{Kind: "103/10302", Filename: "income.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4 income\n%%EOF")},
		},
	}
	for range 3 {
		_, err := connector.Submit(t.Context(), application)
		asked, challenged := errors.AsType[*connectors.ChallengeError](err)
		if !challenged {
			require.NoError(t, err)
			return
		}
		typed := twin.OTP(mobile)
		if asked.Kind == connectors.ChallengeCaptcha {
			typed = twin.Read(asked.Image)
		}
		application.Answer = &connectors.ChallengeAnswer{Session: asked.Session, Answer: typed}
	}
	t.Fatal("the portal asks and asks")
}

func TestAFeeThatTheDepartmentWasNotToldOfIsACaseUntilItIs(t *testing.T) {
	t.Parallel()
	credentials := map[string]string{transport.CredentialUser: "jansetu", transport.CredentialPassword: "agency"}
	twin, err := transporttwin.New(transporttwin.Config{AgencyUser: "jansetu", AgencyPassword: "agency"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, twin.Close()) })
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	agency, err := transport.Family{Sealer: sealer}.NewAgency(dialled(t, "ap-transport", transport.FamilyName, twin, credentials))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, agency.Close()) })
	c := newCounter(t, "ap-transport", agency)
	order := c.posted(t, workflows.OpenOrderInput{
		To: to("R7"), Purpose: "fee", Service: "learners-licence", Account: "R7", Bill: "fee", Amount: 20000,
	}, map[string]string{"birth_date": "17-05-2001"})
	missing := store.Difference{Kind: money.CaseNotAtDepartment, Subject: order, Portal: "ap-transport", Order: order, Expected: 20000}
	require.Equal(t, workflows.Reconciled{Opened: 1}, c.compare(t))
	require.Equal(t, []store.Difference{missing}, c.cases(t), "there is no application")

	application := learner("R7")
	_, err = agency.Submit(t.Context(), application)
	asked, challenged := errors.AsType[*connectors.ChallengeError](err)
	require.True(t, challenged, "%v", err)
	application.Answer = &connectors.ChallengeAnswer{Session: asked.Session, Answer: twin.Read(asked.Image)}
	submitted, err := agency.Submit(t.Context(), application)
	require.NoError(t, err)
	c.compare(t)
	require.Equal(t, []store.Difference{missing}, c.cases(t), "there is an application, and no fee")

	_, err = agency.PostFee(t.Context(), connectors.FeePosting{
		Reference: order, Number: submitted.Number, Fields: application.Fields, Amount: submitted.Fee, PaidAt: time.Now(), GatewayPaymentID: "pay_R7",
	})
	require.NoError(t, err)
	require.Equal(t, workflows.Reconciled{Closed: 1}, c.compare(t))
}

func learner(reference string) connectors.Application {
	return connectors.Application{Reference: reference, Service: "llapply", Fields: map[string]string{
		"First Name": "VENKATA LAKSHMI", "Name of Father / Husband": "SATYANARAYANA", "Date of Birth": "17-05-2001", "Mobile No.": "9000000001",
		"PIN Code": "521121", "District": "Krishna", "RTO Office": "RTO GUDIVADA (AP16)", "Class of Vehicle": "LMV",
	}}
}

func TestEachOfSeveralBillsIsAskedFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t, due)
	c := &counter{till: o.till, portal: apspdcl, department: o.department}
	accounts := []string{electricitytwin.ServiceNumber(electricitytwin.RegNo, 1), electricitytwin.ServiceNumber(electricitytwin.RegNo, 2)}
	bills := make([]connectors.Bill, len(accounts))
	asked := workflows.OpenOrderInput{To: to("R7"), Purpose: "bill", Service: "electricity-bill-south", Portal: apspdcl, ValidFor: time.Hour}
	for i, account := range accounts {
		var err error
		bills[i], err = o.connector.FetchBill(t.Context(), connectors.BillQuery{Account: account})
		require.NoError(t, err)
		asked.Bills = append(asked.Bills, workflows.OrderedBill{Account: account, Number: bills[i].Number})
	}
	order := c.posted(t, asked, map[string]string{"service_number": accounts[0]})
	require.Equal(t, workflows.Reconciled{}, c.compare(t), "without receipts nobody knows whose bills they are")

	bench := issuetest.On(t, c.store, nil)
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	papers := document.New(c.store, services, bench.Issuer, nil)
	parts := []connectors.Paise{100000, 24000}
	for i, part := range parts {
		_, err := papers.IssueReceipt(t.Context(), workflows.ReceiptInput{
			To: to("R7"), Service: "electricity-bill-south", Portal: apspdcl, Bill: bills[i], Part: i + 1,
			Payment: workflows.Payment{ID: "pay_R7", Amount: part, PaidAt: time.Now()}, Posted: connectors.Posted{PostedAt: time.Now(), Amount: part},
		})
		require.NoError(t, err)
	}
	require.Equal(t, workflows.Reconciled{Opened: 1}, c.compare(t))
	require.Equal(t, []store.Difference{{Kind: money.CaseNotAtDepartment, Subject: order, Portal: apspdcl, Order: order, Expected: 124000}}, c.cases(t))

	posting := func(i int) {
		_, err := o.connector.PostPayment(t.Context(), connectors.Posting{
			Reference: order + "-" + strconv.Itoa(i+1), Account: accounts[i], BillNumber: bills[i].Number, Amount: bills[i].Amount, PaidAt: time.Now(),
			GatewayPaymentID: "pay_R7",
		})
		require.NoError(t, err)
	}
	posting(0)
	c.compare(t)
	require.Equal(t, []store.Difference{{
		Kind: money.CasePostedAmount, Subject: order, Portal: apspdcl, Order: order, Expected: 124000, Found: int64(bills[0].Amount),
	}}, c.cases(t), "one of the two is there")
}
