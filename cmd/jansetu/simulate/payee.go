package simulate

import (
	"github.com/jansetu/jansetu/catalog"
	bbps "github.com/jansetu/jansetu/connectors/bbps/twin"
	"github.com/jansetu/jansetu/connectors/electricity"
	power "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/twin"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
)

// payee is whom a bill is paid to.
type payee struct {
	dial     *twin.Dial
	troubles []trouble
	account  func(nth int) string // of the nth errand: nobody else's
	paid     func() []int64       // paise of every payment that it has
	doubled  func() int
}

type twinOfPortal = twins.Twin

// payees are the portals that bills of the simulation are paid at, the first that fits.
var payees = []func(*town, *catalog.Service, twinOfPortal) (payee, bool){company, network}

// company is an electricity company. Its portal does what such portals do, lost answers to a payment among them.
func company(t *town, service *catalog.Service, stand twinOfPortal) (payee, bool) {
	at, fits := stand.(*power.Twin)
	portal, known := t.services.Portal(service.Portal.Name)
	if !fits || !known {
		return payee{}, false
	}
	shape := power.Shape(portal.Settings[electricity.SettingShape])
	return payee{
		dial: at.Faults, doubled: at.DoublePostings,
		account: func(nth int) string { return power.ServiceNumber(shape, nth) },
		paid: func() []int64 {
			postings := at.Postings()
			paid := make([]int64, 0, len(postings))
			for _, posting := range postings {
				paid = append(paid, posting.Paise)
			}
			return paid
		},
		troubles: []trouble{
			{power.Fetch, twin.ServerError, 2}, {power.Fetch, twin.Unavailable, 2}, {power.Fetch, twin.ErrorPage, 1},
			{power.Post, twin.ResponseLost, 1}, {power.Post, twin.HalfBody, 1}, {power.Post, twin.BadGateway, 2},
			{power.Post, twin.DropBefore, 1}, {power.Find, twin.ServerError, 2}, {power.Post, power.RefuseDuplicate, 1},
			{power.Fetch, twin.Slow, 3}, {power.Post, twin.ErrorPage, 1},
		},
	}, true
}

// network is a biller of a network of billers, whose accounts are generated ones.
func network(_ *town, service *catalog.Service, stand twinOfPortal) (payee, bool) {
	at, fits := stand.(*bbps.Twin)
	if !fits || !takesAccount(service, bbps.ConsumerNumber(0)) {
		return payee{}, false
	}
	return payee{
		dial: at.Faults, doubled: at.Doubled, account: bbps.ConsumerNumber,
		paid: func() []int64 {
			var paid []int64
			for _, payment := range at.Payments() {
				if payment.Status == bbpsTaken {
					paid = append(paid, payment.Paise)
				}
			}
			return paid
		},
		troubles: []trouble{
			{bbps.Fetch, twin.ServerError, 2}, {bbps.Fetch, twin.Unavailable, 2}, {bbps.Fetch, bbps.NoLine, 1}, {bbps.Post, twin.ResponseLost, 1},
			{bbps.Post, twin.BadGateway, 1}, {bbps.Post, twin.DropBefore, 1}, {bbps.Find, twin.ServerError, 2}, {bbps.Post, bbps.RefuseDuplicate, 1},
		},
	}, true
}

// bbpsTaken is the status of a payment that the biller has.
const bbpsTaken = "SUCCESS"

// takesAccount tells whether the form takes a number as the account.
func takesAccount(service *catalog.Service, number string) bool {
	for i := range service.Form {
		if field := &service.Form[i]; field.PortalField == connectors.FieldAccount {
			_, problem := field.Check(number)
			return problem == nil
		}
	}
	return false
}
