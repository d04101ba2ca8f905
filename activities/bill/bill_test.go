package bill_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/jansetu/jansetu/activities/bill"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// department is a connector that records what it is asked.
type department struct {
	query    connectors.BillQuery
	postings []connectors.Posting
	known    map[string]connectors.Posted
	findErr  error
}

func (d *department) FetchBill(_ context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	d.query = query
	return connectors.Bill{Account: query.Account, Status: connectors.BillNone}, nil
}

func (d *department) PostPayment(_ context.Context, posting connectors.Posting) (connectors.Posted, error) {
	d.postings = append(d.postings, posting)
	return connectors.Posted{Reference: posting.Reference, PortalReceipt: "new"}, nil
}

func (d *department) FindPayment(_ context.Context, query connectors.PostingQuery) (connectors.Posted, error) {
	if d.findErr != nil {
		return connectors.Posted{}, d.findErr
	}
	if posted, known := d.known[query.Reference]; known {
		return posted, nil
	}
	return connectors.Posted{}, &connectors.NotFoundError{What: "posting"}
}

type services map[string]*catalog.Service

func (s services) Service(id string) (*catalog.Service, bool) { found, ok := s[id]; return found, ok }

func run[T any](t *testing.T, at *department, activity func(*bill.Activities) any, input any) (result T, err error) {
	t.Helper()
	known := services{"water": {Portal: catalog.PortalBinding{Service: "W7"}, Form: []catalog.Field{
		{ID: "number", PortalField: "account"}, {ID: "town", PortalField: "ULB_CODE"}, {ID: "note"},
	}}}
	suite := testsuite.WorkflowTestSuite{}
	env := suite.NewTestActivityEnvironment()
	activities := bill.New(at, known, time.Now)
	env.RegisterActivity(activities)
	value, err := env.ExecuteActivity(activity(activities), input)
	if err != nil {
		return result, err
	}
	require.NoError(t, value.Get(&result))
	return result, nil
}

func TestTheFormsAnswersAreNamedAsThePortalDoes(t *testing.T) {
	t.Parallel()
	at := &department{}
	fetched, err := run[workflows.FetchedBill](t, at, func(a *bill.Activities) any { return a.FetchBill }, workflows.FetchBillInput{
		Service: "water", Answers: map[string]string{"number": "42", "town": "VSKP", "note": "hello"},
	})
	require.NoError(t, err)
	want := connectors.BillQuery{Service: "W7", Account: "42", Fields: map[string]string{"ULB_CODE": "VSKP"}}
	require.Equal(t, want, at.query)
	require.Equal(t, want, fetched.Query)
}

func TestAServiceThatIsGoneFromTheCatalogIsForAPerson(t *testing.T) {
	t.Parallel()
	_, err := run[workflows.FetchedBill](t, &department{}, func(a *bill.Activities) any { return a.FetchBill }, workflows.FetchBillInput{Service: "gone"})
	require.ErrorContains(t, err, "type: changed, retryable: false")
}

func TestPosting(t *testing.T) {
	t.Parallel()
	post := func(a *bill.Activities) any { return a.PostPayment }
	input := workflows.PostPaymentInput{Posting: connectors.Posting{Reference: "R1-bill", Amount: 5}}
	looking := workflows.PostPaymentInput{Posting: input.Posting, LookFirst: true}

	t.Run("the first time it is sent", func(t *testing.T) {
		t.Parallel()
		at := &department{findErr: &connectors.UnavailableError{}}
		posted, err := run[connectors.Posted](t, at, post, input)
		require.NoError(t, err)
		require.Equal(t, "new", posted.PortalReceipt)
	})
	t.Run("what is there already is not sent again", func(t *testing.T) {
		t.Parallel()
		at := &department{known: map[string]connectors.Posted{"R1-bill": {PortalReceipt: "old"}}}
		posted, err := run[connectors.Posted](t, at, post, looking)
		require.NoError(t, err)
		require.Equal(t, "old", posted.PortalReceipt)
		require.Empty(t, at.postings)
	})
	t.Run("what is certainly not there is sent", func(t *testing.T) {
		t.Parallel()
		at := &department{}
		_, err := run[connectors.Posted](t, at, post, looking)
		require.NoError(t, err)
		require.Len(t, at.postings, 1)
	})
	t.Run("what cannot be told is not sent", func(t *testing.T) {
		t.Parallel()
		at := &department{findErr: &connectors.UnavailableError{}}
		_, err := run[connectors.Posted](t, at, post, looking)
		require.ErrorContains(t, err, "type: unavailable, retryable: true")
		require.Empty(t, at.postings)
	})
}
