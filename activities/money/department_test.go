package money_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/electricity"
	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

const apspdcl = "apspdcl"

// The twin's consumers with a bill of 1,240 rupees and of one rupee, by place in its list.
const (
	due      = 0
	oneRupee = 6
)

// office is a department's portal, and the activity that compares it with the books.
type office struct {
	till

	account    string
	department *money.Department
	connector  connectors.BillConnector
	twin       *electricitytwin.Twin
}

func newOffice(t *testing.T, consumer int) *office {
	t.Helper()
	o := &office{till: newTill(t), account: electricitytwin.Consumers(electricitytwin.RegNo)[consumer].Number}
	var err error
	o.twin, err = electricitytwin.New(electricitytwin.Config{Shape: electricitytwin.RegNo})
	require.NoError(t, err)
	server := httptest.NewServer(o.twin)
	t.Cleanup(server.Close)
	connector, err := electricity.Family{}.New(connectors.PortalConfig{
		Name: apspdcl, Family: electricity.FamilyName, URL: server.URL, Settings: map[string]string{electricity.SettingShape: "regno"},
		Budget: connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	o.connector = connector
	o.department = money.NewDepartment(money.DepartmentConfig{Store: o.store, Connector: connector, Services: services, Now: time.Now})
	return o
}

// posted is an order of a request for the twin's consumer that our books have as posted.
func (o *office) posted(t *testing.T, reference string) (order string) {
	t.Helper()
	return o.postedFor(t, reference, "electricity-bill-south")
}

func (o *office) postedFor(t *testing.T, reference, service string) (order string) {
	t.Helper()
	person, conversation := storetest.Person(t, o.store)
	storetest.Request(t, o.store, store.Request{
		Reference: reference, Person: person, Conversation: conversation, Service: service, Language: "te",
		Answers: map[string]string{"service_number": o.account},
	})
	opened, _ := o.openBill(t, reference, "bill of "+reference)
	o.hear(t, opened.Order, payment.Fact{Kind: payment.Captured, Payment: "pay_" + reference, Amount: 124000, At: time.Now()})
	require.NoError(t, o.RecordPosting(t.Context(), workflows.RecordPostingInput{Order: opened.Order, Posted: connectors.Posted{Amount: 124000}}))
	return opened.Order
}

func (o *office) compare(t *testing.T) (total workflows.Reconciled) {
	t.Helper()
	for _, day := range o.days(0) {
		for more := true; more; more = total.After != "" {
			done, err := o.department.ReconcileDepartment(t.Context(), workflows.ReconcileInput{Portal: apspdcl, Day: day, After: total.After})
			require.NoError(t, err)
			total = sum(total, done)
		}
	}
	return total
}

func (o *office) post(t *testing.T, order string, amount connectors.Paise) {
	t.Helper()
	bill, err := o.connector.FetchBill(t.Context(), connectors.BillQuery{Account: o.account})
	require.NoError(t, err)
	_, err = o.connector.PostPayment(t.Context(), connectors.Posting{
		Reference: order, Account: o.account, BillNumber: bill.Number, Amount: amount, PaidAt: time.Now(), GatewayPaymentID: "pay_" + order,
	})
	require.NoError(t, err)
}

func TestAPostingThatTheDepartmentDoesNotHaveIsACaseUntilItHas(t *testing.T) {
	t.Parallel()
	o := newOffice(t, due)
	order := o.posted(t, "R7")
	require.Equal(t, workflows.Reconciled{Opened: 1}, o.compare(t))
	require.Equal(t, []store.Difference{{Kind: money.CaseNotAtDepartment, Subject: order, Portal: apspdcl, Order: order, Expected: 124000}}, o.cases(t))
	require.Equal(t, workflows.Reconciled{}, o.compare(t))
	o.post(t, order, 124000)
	require.Equal(t, workflows.Reconciled{Closed: 1}, o.compare(t))
}

func TestAPostingOfAnotherAmountIsACase(t *testing.T) {
	t.Parallel()
	o := newOffice(t, oneRupee)
	order := o.posted(t, "R7")
	o.post(t, order, 100)
	require.Equal(t, workflows.Reconciled{Opened: 1}, o.compare(t))
	require.Equal(t, []store.Difference{{
		Kind: money.CasePostedAmount, Subject: order, Portal: apspdcl, Order: order, Expected: 124000, Found: 100,
	}}, o.cases(t))
}

func TestAPaymentOfAServiceThatLeftTheCatalogOpensNoCase(t *testing.T) {
	t.Parallel()
	o := newOffice(t, due)
	o.postedFor(t, "JS-0001-GONE", "electricity-bill-of-old")
	require.Equal(t, workflows.Reconciled{}, o.compare(t))
}

func TestADepartmentIsAskedInPartsAndOnlyForItsOwnDays(t *testing.T) {
	t.Parallel()
	o := newOffice(t, due)
	references := []string{}
	for i := range 30 {
		references = append(references, "P"+string(rune('A'+i%26))+string(rune('A'+i/26)))
	}
	for _, reference := range references {
		o.posted(t, reference)
	}
	require.Equal(t, workflows.Reconciled{Opened: len(references)}, o.compare(t))
	plan, err := money.NewPlanner(o.store, apspdcl, "tgspdcl").PlanReconciliation(t.Context(), time.Now().AddDate(0, 0, 1))
	require.NoError(t, err)
	var departments []workflows.ReconcileInput
	for _, each := range plan.Comparisons {
		if each.Portal != workflows.PaymentsPortal {
			departments = append(departments, each)
		}
	}
	var days []workflows.ReconcileInput
	for _, day := range o.days(0) {
		days = append(days, workflows.ReconcileInput{Portal: apspdcl, Day: day})
	}
	require.NotEmpty(t, departments)
	require.Subset(t, days, departments, "a day with open cases is compared again; a portal without payments never")
}

func TestADepartmentThatIsDownOpensNoCase(t *testing.T) {
	t.Parallel()
	o := newOffice(t, due)
	o.posted(t, "R7")
	require.NoError(t, o.twin.Faults.Set(twin.Fault{Kind: twin.ServerError}))
	_, err := o.department.ReconcileDepartment(t.Context(), workflows.ReconcileInput{
		Portal: apspdcl, Day: time.Now().In(connectors.IndianTime).Format(time.DateOnly),
	})
	require.Error(t, err)
	require.Empty(t, o.cases(t))
}
