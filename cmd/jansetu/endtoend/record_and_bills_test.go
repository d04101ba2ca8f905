package endtoend_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors/landrecords"
	land "github.com/jansetu/jansetu/connectors/landrecords/twin"
	"github.com/jansetu/jansetu/connectors/municipal"
	town "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

// startVillage starts a stack with land records and a town that bills.
func startVillage(t *testing.T) (*stack, land.Twin, *town.Twin) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	known := twins.Credentials(landrecords.FamilyName)
	records, err := land.New(land.Config{Wire: land.Meebhoomi, UserID: known["user_id"], Password: known["password"], Logger: quiet})
	require.NoError(t, err)
	known = twins.Credentials(municipal.FamilyName)
	towns, err := town.New(town.Config{Username: known["username"], Password: known["password"], Logger: quiet})
	require.NoError(t, err)
	s := startStack(t, func(s *stack) {
		s.ports["land"], s.ports["towns"] = freePort(t), freePort(t)
		s.serve("land", records, records)
		s.serve("towns", towns, towns)
		s.extra = append(s.extra, config.PortalVariable("meebhoomi", "url")+"="+s.url("land"), config.PortalVariable("ap-towns", "url")+"="+s.url("towns"))
	})
	return s, records, towns
}

// TestALandRecordComesThroughTrouble goes from "Hi" to a land record in Telugu while the department is down and the worker is killed.
func TestALandRecordComesThroughTrouble(t *testing.T) {
	t.Parallel()
	s, records, _ := startVillage(t)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(50), "Sita Devi")
	c.arrives(ctx, telugu)
	c.writes("1బి").hears(ctx, "ఏ జిల్లాలో")
	c.writes("గుంటూరు").hears(ctx, "ఏ మండలం")
	c.writes("Tadikonda").hears(ctx, "రెవెన్యూ గ్రామం")
	c.writes("నల్లచెరువుపాలెం").hears(ctx, "ఖాతా నంబరు ఎంత")
	c.writes("౧౦౨").hears(ctx, telugu.send)
	require.NoError(t, records.Dial().Set(twin.Fault{Kind: twin.Unavailable}))
	c.presses(telugu.send).hears(ctx, "జవాబు రావడం లేదు")
	s.kill(partWorker)
	records.Dial().Clear()
	s.start(partWorker)
	require.Contains(t, c.hears(ctx, "ధ్రువీకరించిన నకలు కాదు"), ".pdf")
	require.Equal(t, 1, c.hearings("1-బి: 102"), "it came once")
}

// TestTheTaxOfTwoHousesIsPaidThroughTrouble pays for two houses at once, in Hindi, while the worker is killed; the town refuses one, and that
// money comes back.
func TestTheTaxOfTwoHousesIsPaidThroughTrouble(t *testing.T) {
	t.Parallel()
	s, _, towns := startVillage(t)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(51), "Ravi Kumar")
	c.arrives(ctx, hindi)
	c.writes("संपत्ति कर भरना").hears(ctx, "किस शहर में")
	c.presses("विजयवाड़ा").hears(ctx, "कर निर्धारण संख्या क्या है")
	c.writes("AP-PT-2026-000101").hears(ctx, hindi.send)
	c.presses(hindi.send).hears(ctx, "₹2,400.00")
	c.presses("एक और बिल जोड़ें").hears(ctx, "दूसरे बिल का")
	c.writes("AP-PT-2026-000105").hears(ctx, "क्या ये सही बिल हैं?") // the town does not take this one online
	link := c.linkIn(c.presses(hindi.pay).hears(ctx, "₹3,380.00"))
	s.kill(partWorker)
	_, err := s.gateway.Pay(link)
	require.NoError(t, err)
	s.start(partWorker)
	require.Contains(t, c.hears(ctx, "AP-PT-2026-000101 की रसीद"), ".pdf")
	c.hears(ctx, "₹980.00")
	require.Eventually(t, func() bool {
		return s.count(t, `select count(*) from refund where amount = 98000 and state = 'processed' and purpose = 'returned'`) == 1
	}, patience, 200*time.Millisecond)
	require.Len(t, towns.Paid(), 1)
	require.Zero(t, towns.DoublePayments())
	s.requireBalancedBooks(t)
}
