package transport

import (
	"context"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/jsf"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// Agency is a Connector whose portal lets the hub in as an agency that takes fees
// for it. It is safe for concurrent use.
type Agency struct {
	*Connector

	user, password string
}

var (
	_ connectors.Applications = (*Agency)(nil)
	_ connectors.FeeTaker     = (*Agency)(nil)
)

const (
	pathLogin   = "agency/login.xhtml"
	buttonLogin = "Login"
	pathFee     = "agency/fee.xhtml"
	buttonFee   = "Record Payment"
)

// The labels of the agency's pages and of what an application's status shows of
// its fee.
const (
	labelUser      = "User Name"
	labelPassword  = "Password"
	labelAgency    = "Agency"
	labelFee       = "Fee (Rs.)"
	labelFeeStatus = "Fee Status"
	labelAmount    = "Amount (Rs.)"
	labelPaidOn    = "Date of Payment"
	labelPayment   = "Payment Reference No."
	labelBank      = "Bank Reference No."
	labelReceipt   = "Receipt No."
	labelRecorded  = "Recorded On"
)

// The values of labelFeeStatus.
const (
	feePaid   = "PAID"
	feeUnpaid = "NOT PAID"
)

// PostFee implements connectors.FeeTaker. FeePosting.Fields holds FieldBirth.
func (a *Agency) PostFee(ctx context.Context, posting connectors.FeePosting) (connectors.Posted, error) {
	posted, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Posted]{
		Reference: posting.Reference, Settle: settle, Ambiguous: []string{connectors.RefusedAlreadyPaid},
		Same:   func(posted connectors.Posted) bool { return posted.Amount == posting.Amount },
		Submit: func(ctx context.Context) (connectors.Posted, error) { return a.postFee(ctx, posting) },
		Find:   func(ctx context.Context) (connectors.Posted, error) { return a.findFee(ctx, posting.Query()) },
	})
	if err != nil {
		return connectors.Posted{}, wrapped("post fee", err)
	}
	return posted, nil
}

// FindFee implements connectors.FeeTaker. FeeQuery.Fields holds FieldBirth.
func (a *Agency) FindFee(ctx context.Context, query connectors.FeeQuery) (connectors.Posted, error) {
	posted, err := a.findFee(ctx, query)
	if err != nil {
		return connectors.Posted{}, wrapped("find fee", err)
	}
	return posted, nil
}

// postFee records the payment on the agency's page. Its answer is read within the
// exchange: one that cannot be read leaves the posting unknown.
func (a *Agency) postFee(ctx context.Context, posting connectors.FeePosting) (connectors.Posted, error) {
	var posted connectors.Posted
	err := a.client.Journey(func(session *portal.Session) error {
		if err := a.logIn(ctx, session); err != nil {
			return err
		}
		return send(ctx, session, desk{
			path: pathFee, button: buttonFee, operation: operationFee, reference: posting.Reference,
			fields: map[string]string{
				labelNumber: posting.Number, labelAmount: posting.Amount.Decimal(),
				labelPaidOn:  posting.PaidAt.In(connectors.IndianTime).Format(dateLayout),
				labelPayment: posting.Reference, labelBank: posting.GatewayPaymentID,
			},
			read: func(page *webform.Page) error {
				read := &rows{page: page}
				posted = read.receipt(posting)
				return read.err
			},
		})
	})
	return posted, err
}

func (a *Agency) logIn(ctx context.Context, session *portal.Session) error {
	return send(ctx, session, desk{
		path: pathLogin, button: buttonLogin, operation: operationLogin,
		fields: map[string]string{labelUser: a.user, labelPassword: a.password},
		read: func(page *webform.Page) error {
			read := &rows{page: page}
			read.text(labelAgency)
			return read.err
		},
	})
}

// desk is one form of the agency's, sent without a picture.
type desk struct {
	path, button string
	operation    string
	// reference marks a change.
	reference string
	fields    map[string]string
	// read takes what is wanted from the page that answers.
	read func(*webform.Page) error
}

func send(ctx context.Context, session *portal.Session, form desk) error {
	sent := false
	config := pages(form.path)
	config.Check = func(page *webform.Page) error {
		if !sent {
			return nil
		}
		if err := deskComplaintOn(page); err != nil {
			return explained(page, err)
		}
		return explained(page, form.read(page))
	}
	view := jsf.NewView(session, config)
	if err := view.Start(ctx); err != nil {
		return err
	}
	if err := fill(ctx, view, form.fields, nil); err != nil {
		return err
	}
	button, err := view.Form().Button(form.button)
	if err != nil {
		return err
	}
	sent = true
	return view.Ajax(ctx, jsf.Event{Operation: form.operation, Source: button, Reference: form.reference})
}

// deskComplaintOn is complaintOn a page of the agency's. What it says about our
// login is for an operator and refuses no fee.
func deskComplaintOn(page *webform.Page) error {
	said := page.Text(messages)
	lower := strings.ToLower(said)
	switch {
	case strings.Contains(lower, "user name or password"):
		return &connectors.ChangedError{Expected: "our credentials to be accepted", Seen: "a refused login"}
	case strings.Contains(lower, "fee was already paid"):
		return &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid, Reason: said}
	case strings.Contains(lower, "does not match the fee"):
		return &connectors.RefusedError{Code: connectors.RefusedAmount, Reason: said}
	case strings.Contains(lower, "no fee is due"), strings.Contains(lower, "fee is not accepted"):
		return &connectors.RefusedError{Code: RefusedNoFee, Reason: said}
	default:
		return complaintOn(page)
	}
}

// findFee looks for our reference among the payments of an application's status.
func (a *Agency) findFee(ctx context.Context, query connectors.FeeQuery) (connectors.Posted, error) {
	var posted connectors.Posted
	found := false
	_, err := a.track(ctx, map[string]string{labelNumber: query.Number, FieldBirth: query.Fields[FieldBirth]}, func(read *rows) {
		if read.text(labelNumber) != query.Number {
			read.fail("the application asked for")
		}
		posted, found = read.payment(query.Reference)
	})
	if err == nil && !found {
		err = &connectors.NotFoundError{What: "fee posting"}
	}
	return posted, err
}

// receipt is what the portal says it recorded of a posting.
func (r *rows) receipt(of connectors.FeePosting) connectors.Posted {
	if r.text(labelNumber) != of.Number || r.text(labelPayment) != of.Reference {
		r.fail("the receipt of our payment")
	}
	return connectors.Posted{
		Reference: of.Reference, PortalReceipt: r.text(labelReceipt), PostedAt: r.moment(r.text(labelRecorded)), Amount: r.amount(r.text(labelAmount)),
	}
}

// payment is what was recorded under our reference. An application whose fee is not
// paid has no table of payments.
func (r *rows) payment(reference string) (posted connectors.Posted, found bool) {
	switch status := r.text(labelFeeStatus); {
	case strings.EqualFold(status, feeUnpaid):
		return connectors.Posted{}, false
	case !strings.EqualFold(status, feePaid):
		r.fail("a status of the fee that we know")
		return connectors.Posted{}, false
	}
	lines, err := r.page.Rows(labelReceipt, labelPayment, labelAmount, labelRecorded)
	if err != nil || len(lines) == 0 {
		r.fail("the payments of the fee")
	}
	for _, line := range lines {
		if line[labelPayment] == reference {
			if line[labelReceipt] == "" {
				r.fail("a receipt of our payment")
			}
			return connectors.Posted{
				Reference: reference, PortalReceipt: line[labelReceipt], PostedAt: r.moment(line[labelRecorded]), Amount: r.amount(line[labelAmount]),
			}, true
		}
	}
	return connectors.Posted{}, false
}

func (r *rows) amount(text string) connectors.Paise {
	amount, err := connectors.ParsePaise(text)
	if err != nil {
		r.fail("an amount in rupees")
	}
	return amount
}
