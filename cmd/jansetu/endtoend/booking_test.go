package endtoend_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	bus "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

// startBuses starts a stack with a bus corporation.
func startBuses(t *testing.T) (*stack, *bus.Twin) {
	t.Helper()
	corporation, err := bus.New(bus.Config{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	s := startStack(t, func(s *stack) {
		s.ports["buses"] = freePort(t)
		s.serve("buses", corporation, corporation)
		s.extra = append(s.extra, config.PortalVariable("apsrtc", "url")+"="+s.url("buses"))
	})
	return s, corporation
}

// wantsToTravel goes from "Hi" to the list of buses, in Telugu.
func (c *citizen) wantsToTravel(ctx context.Context) {
	c.arrives(ctx, telugu)
	c.writes("బస్ టికెట్").hears(ctx, "ఎక్కడి నుంచి బయలుదేరుతారు?")
	c.writes("విజయవాడ").hears(ctx, "ఎక్కడికి వెళ్లాలి?")
	c.writes("హైదరాబాద్").hears(ctx, "ఏ రోజు?")
	c.writes(time.Now().AddDate(0, 0, 5).Format("02-01-2006")).hears(ctx, "ఎవరెవరు ప్రయాణిస్తారు?")
	c.writes("సీతా దేవి, 34, స్త్రీ\nరవి కుమార్, 40, పురుషుడు").hears(ctx, "10 అంకెలు")
	c.writes("9000000001").hears(ctx, telugu.send)
	c.presses(telugu.send).hears(ctx, "దయచేసి ఎంచుకోండి")
}

// TestABusIsBookedThroughTroubleAndGivenBack books from "Hi" to the ticket in Telugu, while the answer to the confirmation is lost and the
// worker is killed, and then gives the ticket back.
func TestABusIsBookedThroughTroubleAndGivenBack(t *testing.T) {
	t.Parallel()
	s, corporation := startBuses(t)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(40), "Sita Devi")
	c.wantsToTravel(ctx)
	c.presses("21:30 · ₹620.00").hears(ctx, "ఎక్కడ ఎక్కుతారు?")
	c.presses("BENZ CIRCLE").hears(ctx, "ఎలాంటి సీట్లు కావాలి?")
	link := c.linkIn(c.presses("కిటికీ పక్కన").hears(ctx, "₹1,240.00"))

	require.NoError(t, corporation.Faults.Set(
		twin.Fault{Kind: twin.ResponseLost, Operation: bus.Confirm, Times: 1}, twin.Fault{Kind: twin.Unavailable, Operation: bus.Find, Times: 2},
		twin.Fault{Kind: bus.AcceptDuplicate, Operation: bus.Confirm},
	))
	s.kill(partWorker)
	_, err := s.gateway.Pay(link)
	require.NoError(t, err)
	s.start(partWorker)
	require.Contains(t, c.hears(ctx, "ఖరారు చేసింది"), ".pdf")
	require.Len(t, corporation.Bookings(), 1)
	require.Zero(t, corporation.DoubleBookings())
	require.Zero(t, corporation.Holds())

	c.givesTicketBack(ctx)
	c.hears(ctx, "₹1,116.00")
	require.Eventually(t, func() bool {
		return s.count(t, `select count(*) from refund where amount = 111600 and state = 'processed' and purpose = 'returned'`) == 1
	}, patience, 200*time.Millisecond)
	require.Len(t, corporation.Cancelled(), 1)
	s.requireBalancedBooks(t)
}

// givesTicketBack cancels the request and agrees to what the operator keeps.
func (c *citizen) givesTicketBack(ctx context.Context) {
	c.writes("రద్దు").hears(ctx, "ఈ అభ్యర్థనను రద్దు చేయాలా?")
	c.presses("అవును, రద్దు చేయండి").hears(ctx, "₹124.00 మినహాయిస్తారు")
	c.presses("టికెట్ వెనక్కి").hears(ctx, "వెనక్కి ఇచ్చాం")
}
