package endtoend_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors/municipal"
	towns "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
	"github.com/jansetu/jansetu/workflows"
)

// startTown starts a stack with the towns' portal, whose complaints show in a search after a moment.
func startTown(t *testing.T) (*stack, *towns.Twin) {
	t.Helper()
	known := twins.Credentials(municipal.FamilyName)
	office, err := towns.New(towns.Config{
		Username: known[municipal.CredentialUsername], Password: known[municipal.CredentialPassword], Lag: 300 * time.Millisecond,
	})
	require.NoError(t, err)
	s := startStack(t, func(s *stack) {
		s.ports["towns"] = freePort(t)
		s.serve("towns", office, office)
		s.extra = append(s.extra, config.PortalVariable("ap-towns", "url")+"="+s.url("towns"))
	})
	return s, office
}

// looksNow has the hub look at a complaint now, as an operator does in the Temporal UI, instead of in some hours.
func (s *stack) looksNow(ctx context.Context, reference string) {
	s.t.Helper()
	temporal, err := client.Dial(client.Options{HostPort: process.Address(s.ports[partTemporal])})
	require.NoError(s.t, err)
	defer temporal.Close()
	require.NoError(s.t, temporal.SignalWorkflow(ctx, reference, "", workflows.SignalOperatorRetry, nil))
}

// shares sends a place on the map.
func (c *citizen) shares(latitude, longitude float64) *citizen {
	c.t.Helper()
	_, err := c.meta.Write(c.phone, emulator.Location(latitude, longitude))
	require.NoError(c.t, err)
	return c
}

const skipTelugu, skipHindi = "వదిలేయండి", "छोड़ें"

// complainsInTelugu answers the questions of the form, up to its summary, and sends it.
func (c *citizen) complainsInTelugu(ctx context.Context, photo []byte) {
	c.writes("మున్సిపల్ ఫిర్యాదు").hears(ctx, "సమస్య ఏమిటి")
	c.writes("వీధి లైటు").hears(ctx, "ఏ పట్టణంలో")
	c.presses("విజయవాడ").hears(ctx, "ఏ ప్రాంతంలో")
	c.writes("బెంజ్").hears(ctx, "లొకేషన్ పంపండి")
	c.shares(16.5000, 80.6500).hears(ctx, "గుర్తు ఉందా")
	c.presses(skipTelugu).hears(ctx, "ఇంకేం తెలియాలి")
	c.writes("సోమవారం నుంచి చీకటి").hears(ctx, "ఫోటో ఒకటి")
	c.sends(photo).hears(ctx, "మీ పేరు ఏమిటి")
	c.writes("Kanaka Durga").hears(ctx, "మొబైల్ నంబరు")
	c.writes("98480 12345").hears(ctx, telugu.send)
	c.presses(telugu.send)
}

func TestAStreetLightIsMendedInTeluguAndANeighbourJoinsInHindi(t *testing.T) {
	t.Parallel()
	s, office := startTown(t)
	require.NoError(t, office.Faults.Set(twin.Fault{Kind: twin.ResponseLost, Operation: towns.Create, Times: 1}))
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(400), "Kanaka Durga")
	c.arrives(ctx, telugu)
	c.complainsInTelugu(ctx, photographed(t))

	c.hears(ctx, "“బెంజ్” అంటే వీటిలో ఏది")
	c.presses("Benz Circle").hears(ctx, "వీటిలో ఏ సమస్య")
	s.kill(partWorker)
	c.presses("వీధి దీపం వెలగట్లేదు")
	s.start(partWorker)
	c.hears(ctx, "ఈ ఫిర్యాదు పంపమంటారా")
	c.presses("ఫిర్యాదు పంపండి")
	filed := c.hears(ctx, "మీ ఫిర్యాదు నగరపాలక సంస్థకు అందింది")
	require.Len(t, office.Complaints(), 1)
	complaint := office.Complaints()[0]
	require.Contains(t, filed, complaint.Number)
	require.Contains(t, filed, "లోపు పని పూర్తి కావాలి")
	require.Equal(t, 1, complaint.Files, "with the photo")

	neighbour := newCitizen(t, s.meta, phoneNumber(401), "Ramesh")
	neighbour.arrives(ctx, hindi)
	neighbour.writes("नगर निगम शिकायत").hears(ctx, "समस्या क्या है")
	neighbour.writes("गली की बत्ती बंद").hears(ctx, "किस शहर में")
	neighbour.presses("विजयवाड़ा").hears(ctx, "किस मोहल्ले में")
	neighbour.writes("Benz Circle").hears(ctx, "लोकेशन भेजें")
	neighbour.shares(16.5002, 80.6501).hears(ctx, "कोई निशानी")
	neighbour.presses(skipHindi).hears(ctx, "और क्या पता")
	neighbour.presses(skipHindi).hears(ctx, "एक फ़ोटो भेजें")
	neighbour.presses(skipHindi).hears(ctx, "आपका नाम")
	neighbour.writes("Ramesh").hears(ctx, "मोबाइल नंबर")
	neighbour.writes("98480 54321").hears(ctx, hindi.send)
	neighbour.presses(hindi.send)
	offered := neighbour.hears(ctx, "यही समस्या किसी ने पहले बताई है")
	neighbour.presses("इसमें जुड़ूँ").hears(ctx, "आप उस शिकायत में जुड़ गए हैं")

	office.ResolveWithPhoto(complaint.Number)
	reference := complaint.Reference
	s.looksNow(ctx, reference)
	asked := c.hears(ctx, "సమస్య నిజంగా బాగైందా")
	require.Contains(t, asked, `"image"`, "the department's photo is shown")
	neighbour.hears(ctx, "आपकी बताई समस्या ठीक हो गई है")
	c.presses("లేదు, కాలేదు").hears(ctx, "ఇంకా ఏం బాగు కాలేదు")
	s.kill(partWorker)
	c.writes("ఇంకా చీకటిగానే ఉంది")
	s.start(partWorker)
	c.hears(ctx, "మళ్లీ చేపట్టింది")
	neighbour.hears(ctx, "फिर से शुरू किया है")

	office.Resolve(complaint.Number)
	s.looksNow(ctx, reference)
	c.hears(ctx, "సమస్య నిజంగా బాగైందా")
	c.presses("అవును, బాగైంది").hears(ctx, "పని ఎలా చేశారు")
	c.presses("★★★★★").hears(ctx, "ధన్యవాదాలు")
	neighbour.hears(ctx, "वह बंद हो गई")

	require.Len(t, office.Complaints(), 1, "nobody filed it twice")
	require.Zero(t, office.DoubleComplaints())
	require.Equal(t, "CLOSEDAFTERRESOLUTION", office.Complaints()[0].Status)
	for _, private := range []string{"Kanaka", "12345", complaint.Number, reference} {
		require.NotContains(t, offered, private)
		require.Zero(t, neighbour.hearings(private), "the neighbour learns nothing of who filed it")
	}
	require.Zero(t, s.count(t, `select count(*) from defect`))
}
