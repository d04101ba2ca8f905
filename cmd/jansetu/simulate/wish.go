package simulate

import (
	"context"
	"errors"

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
	// rests are the stages in which an open request of this kind may stand at the end, beside those of every kind.
	rests() []string
	// dial is the portal's dial of faults, troubles what is set on it.
	dial() *twin.Dial
	troubles() []trouble
	// compare holds what citizens were told against the portal's journal.
	compare(citizens []*citizen, requests map[string]stored, report *Report)
}

// theKinds are all kinds, in a fixed order.
var theKinds = []kind{kindBill, kindGrievance, kindRecord, kindBooking, kindApplication}

// errNotOffered says that the state has no service of a kind that the simulation could go through.
var errNotOffered = errors.New("no service of the state is of a kind and a portal that the simulation knows")

// openWishes makes the wish of every kind that the state has a service of, on the twins of the town.
func (t *town) openWishes() error {
	t.wishes = map[kind]wish{}
	makers := map[kind]func(*town) (wish, error){
		kindBill:        func(t *town) (wish, error) { return newBill(t) },
		kindGrievance:   func(t *town) (wish, error) { return newGrievance(t) },
		kindRecord:      func(t *town) (wish, error) { return newRecord(t) },
		kindBooking:     func(t *town) (wish, error) { return newBooking(t) },
		kindApplication: func(t *town) (wish, error) { return newApplication(t) },
	}
	for _, each := range theKinds {
		made, err := makers[each](t)
		if errors.Is(err, errNotOffered) {
			t.config.sayf("%s: the state has none that can be tried here", each)
			continue
		}
		if err != nil {
			return err
		}
		t.wishes[each], t.kinds = made, append(t.kinds, each)
		t.config.sayf("%s: %s", each, made.service().ID)
	}
	if len(t.kinds) == 0 {
		return errNotOffered
	}
	return nil
}

// portalOf finds the first live service of a kind whose portal's twin is one that the simulation knows. suits narrows it down; nil takes
// any. A service with a fee goes before one without: it has more that can go wrong.
func portalOf[T any](t *town, of catalog.Kind, suits func(*catalog.Service, T) bool) (chosen *catalog.Service, stand T, err error) {
	for _, service := range t.services.Services() {
		known, fits := t.hub.Portal(service.Portal.Name).(T)
		if service.Kind != of || service.Availability != catalog.Live || !fits || suits != nil && !suits(service, known) {
			continue
		}
		if chosen == nil || !isFree(service) && isFree(chosen) {
			chosen, stand = service, known
		}
	}
	if chosen == nil {
		return nil, stand, errNotOffered
	}
	return chosen, stand, nil
}

func isFree(service *catalog.Service) bool { return service.Fee == nil || service.Fee.Free() }
