package simulate

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/connectors/twin"
)

// kind is what an errand is about, in words for the report.
type kind string

// wish is one kind of errand: what is wanted, how a citizen goes after it, and what is to be true at the end. There is one for the whole
// town; what a citizen remembers stands in the citizen.
type wish interface {
	// service is what the citizen writes the title of.
	service() *catalog.Service
	// answer is what the citizen gives to a question of the form.
	answer(c *citizen, field *catalog.Field) answer
	// take reacts to what is of this kind only, and tells whether it was, and whether the errand is over with it.
	take(ctx context.Context, c *citizen, h phone.Shown) (taken, over bool)
	// dial is the portal's dial of faults, troubles what is set on it.
	dial() *twin.Dial
	troubles() []trouble
	// compare holds what citizens were told against the portal's journal.
	compare(citizens []*citizen, requests map[string]stored, report *Report)
}

// theKinds are all kinds, in a fixed order.
var theKinds = []kind{kindBill, kindGrievance, kindRecord, kindBooking} //nolint:gochecknoglobals // a constant

// openWishes makes the wish of every kind, on the twins of the town.
func (t *town) openWishes() (err error) {
	t.wishes = map[kind]wish{}
	for each, open := range map[kind]func(*town) (wish, error){
		kindBill:      func(t *town) (wish, error) { return newBill(t) },
		kindGrievance: func(t *town) (wish, error) { return newGrievance(t) },
		kindRecord:    func(t *town) (wish, error) { return newRecord(t) },
		kindBooking:   func(t *town) (wish, error) { return newBooking(t) },
	} {
		if t.wishes[each], err = open(t); err != nil {
			return err
		}
	}
	return nil
}

// portalOf finds a service and the twin of its portal.
func portalOf[T any](t *town, id string) (*catalog.Service, T, error) {
	var none T
	service, known := t.services.Service(id)
	if !known {
		return nil, none, fmt.Errorf("there is no service %q in the state %s", id, t.config.State)
	}
	stand, fits := t.hub.Portal(service.Portal.Name).(T)
	if !fits {
		return nil, none, fmt.Errorf("the portal of the service %s is not of the family that the simulation knows", id)
	}
	return service, stand, nil
}
