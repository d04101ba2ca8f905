package endtoend_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	edistrict "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/gateway/flows"
)

// withFlows gives the stack a key for forms inside WhatsApp.
func withFlows(t *testing.T, s *stack) {
	t.Helper()
	key, err := flows.GenerateDevelopmentKey()
	require.NoError(t, err)
	path := filepath.Join(s.folder, "flow-key.pem")
	require.NoError(t, os.WriteFile(path, key, 0o600))
	s.extra = append(s.extra, "WHATSAPP_FLOW_KEY="+path, "WHATSAPP_ACCOUNT_ID=1")
}

// page reads a page of the gateway; empty while it does not answer.
func (s *stack) page(ctx context.Context, path string) string {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url(partGateway)+path, http.NoBody)
	if err != nil {
		return ""
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return ""
	}
	return string(content)
}

func TestACertificateIsAppliedForWithAFormInsideWhatsApp(t *testing.T) {
	t.Parallel()
	office, err := edistrict.New(edistrict.Config{Pace: time.Nanosecond})
	require.NoError(t, err)
	s := startStack(t, func(s *stack) {
		s.ports["revenue"] = freePort(t)
		s.serve("revenue", office, office)
		s.extra = append(s.extra, "JANSETU_PORTAL_AP_REVENUE_URL="+s.url("revenue"))
		withFlows(t, s)
	})
	ctx := within(t)
	require.Eventually(t, func() bool { return s.page(ctx, "/metrics") != "" }, patience, 50*time.Millisecond)
	first := s.jansetu(nil, "flows", "publish")
	require.Contains(t, first, "income-certificate")
	require.Contains(t, s.jansetu(nil, "flows", "publish"), "0 forms published", "again: nothing to do")
	require.NotContains(t, s.jansetu(nil, "flows", "list"), "not published")

	c := newCitizen(t, s.meta, phoneNumber(310), "Sita Devi")
	c.arrives(ctx, telugu)
	before := c.read
	require.Eventually(t, func() bool {
		metrics := s.page(ctx, "/metrics")
		return strings.Contains(metrics, "jansetu_flows_published") && !strings.Contains(metrics, "jansetu_flows_published 0")
	}, patience, 100*time.Millisecond)
	c.writes("ఆదాయ ధ్రువీకరణ పత్రం").hears(ctx, `"flow_token"`)
	file, err := s.meta.AddMedia("image/jpeg", "IMG_1.jpg", photographed(t))
	require.NoError(t, err)
	require.NoError(t, s.meta.FillFlow(ctx, c.phone, map[string]any{
		"salutation": "Smt", "applicant_name": "Sita Devi", "father_name": "Rama Rao", "pin_code": "521151", "district": "Krishna", "annual_income": "90000",
		"purpose": "Scholarship", "mobile": "9848012345", "identity": file.ID, "income_proof": file.ID, "declaration": true,
	}))
	c.hears(ctx, telugu.send)
	c.presses(telugu.send).hears(ctx, "SMS ద్వారా ఒక కోడ్")
	c.writes(office.OTP("9848012345")).hears(ctx, "బొమ్మలో కనిపించే")
	c.writes(s.letters(ctx)).hears(ctx, "వద్దకు చేరింది")
	require.Contains(t, c.hears(ctx, "జారీ చేసిన"), ".pdf", "the certificate itself")
	require.Len(t, office.Submissions()[0].Papers, 2, "the photos of the form reached the department")

	sent, asked := c.messagesOfOurs(before)
	t.Logf("a certificate from the wish to the paper: %d messages of ours; %d of them ask for a code and a captcha of this portal and take the answers", sent, asked)
	require.LessOrEqual(t, sent-asked, 5, "the form, what stands in it, its reference, where it went, the certificate")
	require.LessOrEqual(t, asked, 4)
}

// messagesOfOurs counts what was sent to the citizen after a message, all of it billable, and how much of it is what the portal asks while a request runs.
func (c *citizen) messagesOfOurs(after int64) (sent, asked int) {
	c.t.Helper()
	messages, err := c.meta.Chat(c.phone, after)
	require.NoError(c.t, err)
	for _, m := range messages {
		if m.From != "business" {
			continue
		}
		sent++
		text := readable(m.Content)
		for _, words := range []string{"SMS ద్వారా ఒక కోడ్", "బొమ్మలో కనిపించే", "మీ జవాబు"} {
			if strings.Contains(text, words) {
				asked++
				break
			}
		}
		c.t.Logf("%d: %.120s", sent, text)
	}
	return sent, asked
}
