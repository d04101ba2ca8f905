package endtoend_test

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	"image/jpeg"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	edistrict "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// startOffice starts a stack with the Revenue department, which takes so long for each step.
func startOffice(t *testing.T, pace time.Duration) (*stack, *edistrict.Twin) {
	t.Helper()
	office, err := edistrict.New(edistrict.Config{Pace: pace})
	require.NoError(t, err)
	s := startStack(t, func(s *stack) {
		s.ports["revenue"] = freePort(t)
		s.serve("revenue", office, office)
		s.extra = append(s.extra, "JANSETU_PORTAL_AP_REVENUE_URL="+s.url("revenue"))
	})
	return s, office
}

// photographed is a photo of a paper of Sita Devi.
func photographed(t testing.TB) []byte {
	t.Helper()
	parsed, err := opentype.Parse(goregular.TTF)
	require.NoError(t, err)
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 24, DPI: 72})
	require.NoError(t, err)
	picture := image.NewGray(image.Rect(0, 0, 900, 1200))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	writer := font.Drawer{Dst: picture, Src: image.Black, Face: face}
	for i, line := range []string{
		"DECLARATION", "", "I, Sita Devi, wife of Rama Rao, of Kankipadu in Krishna District,", "declare that all that is said here is true, and that the income of",
		"my family from all sources in the last year was ninety thousand", "rupees. I know that I am answerable for what I declare. This is", "signed by my own hand at Kankipadu on the ninth of March.", "", "Sita Devi",
	} {
		writer.Dot = fixed.P(80, 150+40*i)
		writer.DrawString(line)
	}
	var photo bytes.Buffer
	require.NoError(t, jpeg.Encode(&photo, picture, nil))
	return photo.Bytes()
}

// sends a photo.
func (c *citizen) sends(photo []byte) *citizen {
	c.t.Helper()
	file, err := c.meta.AddMedia("image/jpeg", "photo.jpg", photo)
	require.NoError(c.t, err)
	_, err = c.meta.Write(c.phone, emulator.MediaMessage("image", file.ID, ""))
	require.NoError(c.t, err)
	return c
}

var shownLetters = regexp.MustCompile(`captcha shown to 9848012345: (\S+)`)

// letters are what the picture shows that the portal sent last.
func (s *stack) letters(ctx context.Context) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url("revenue")+"/twin/", http.NoBody)
	require.NoError(s.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	page, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	found := shownLetters.FindSubmatch(page)
	require.NotNil(s.t, found, "no picture is shown")
	return string(found[1])
}

// fillsIncomeForm answers every question in Telugu and sends the papers, up to the summary.
func (c *citizen) fillsIncomeForm(ctx context.Context, photo []byte) {
	c.writes("ఆదాయ ధ్రువీకరణ పత్రం").hears(ctx, "సంబోధించాలి")
	c.presses("శ్రీమతి").hears(ctx, "మీ పూర్తి పేరు")
	c.writes("Sita Devi").hears(ctx, "తండ్రి లేదా భర్త పేరు")
	c.writes("Rama Rao").hears(ctx, "పిన్ కోడ్")
	c.writes("౫౨౧౧౫౧").hears(ctx, "ఏ జిల్లాలో")
	c.presses("కృష్ణా").hears(ctx, "ఏడాదికి ఎంత")
	c.writes("90000").hears(ctx, "పత్రం దేనికి")
	c.presses("స్కాలర్\u200cషిప్").hears(ctx, "మొబైల్ నంబరు")
	c.writes("98480 12345").hears(ctx, "ఓటరు గుర్తింపు కార్డు")
	c.sends(photo).hears(ctx, "స్వీయ ప్రకటన")
	c.sends(photo).hears(ctx, "ప్రకటించాలని")
	c.presses("ప్రకటిస్తున్నాను").hears(ctx, telugu.send)
	c.presses(telugu.send)
}

func TestACertificateIsAppliedForInTeluguThroughTrouble(t *testing.T) {
	t.Parallel()
	s, office := startOffice(t, time.Nanosecond)
	require.NoError(t, office.Faults.Set(twin.Fault{Kind: twin.ResponseLost, Operation: edistrict.Submit, Times: 1}))
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(300), "Sita Devi")
	c.arrives(ctx, telugu)
	c.fillsIncomeForm(ctx, photographed(t))

	c.hears(ctx, "SMS ద్వారా ఒక కోడ్")
	s.kill(partWorker)
	c.writes(office.OTP("9848012345"))
	s.start(partWorker)
	c.hears(ctx, "బొమ్మలో కనిపించే")
	c.writes(s.letters(ctx))
	submitted := c.hears(ctx, "వద్దకు చేరింది")
	require.Len(t, office.Submissions(), 1)
	require.Contains(t, submitted, office.Submissions()[0].Number, "the department's own number")
	require.Contains(t, submitted, "లోగా నిర్ణయం రావాలి", "and by when it has to decide")
	require.Contains(t, c.hears(ctx, "జారీ చేసిన"), ".pdf", "the certificate itself")
	require.Zero(t, office.DoubleSubmissions())
	require.Len(t, office.Submissions()[0].Papers, 2)
}
