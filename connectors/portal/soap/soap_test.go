package soap_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/soap"
)

func answer(status int, body string) *portal.Response {
	return &portal.Response{Status: status, Header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}}, Body: []byte(body)}
}

func message(body string) string {
	return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>` + body + `</soap:Body></soap:Envelope>`
}

func TestEnvelopeEscapesWhatItCarries(t *testing.T) {
	t.Parallel()
	request, err := soap.Envelope{
		Namespace: "http://tempuri.org/", Operation: "GetROR",
		Header: []soap.Param{{Name: "Login", Children: []soap.Param{soap.Text("User", "u")}}},
		Params: []soap.Param{soap.Text("Khata", "</Khata><x>&\"'\x00"), soap.Text("Village", "గ్రామం")},
	}.Request("extract", "wspahani.asmx")
	require.NoError(t, err)
	require.Equal(t, `"http://tempuri.org/GetROR"`, request.Header.Get("SOAPAction"))
	require.Equal(t, "text/xml; charset=utf-8", request.ContentType)
	body := string(request.Body)
	require.Contains(t, body, `<GetROR xmlns="http://tempuri.org/"><Khata>&lt;/Khata&gt;&lt;x&gt;&amp;"'</Khata><Village>గ్రామం</Village></GetROR>`)
	require.Contains(t, body, `<soap:Header><Login xmlns="http://tempuri.org/"><User>u</User></Login></soap:Header>`)

	request, err = soap.Envelope{Version: soap.V12, Namespace: "urn:x", Operation: "Do"}.Request("extract", "s.asmx")
	require.NoError(t, err)
	require.Equal(t, `application/soap+xml; charset=utf-8; action="urn:x/Do"`, request.ContentType)
	require.Contains(t, string(request.Body), "http://www.w3.org/2003/05/soap-envelope")
}

func TestAnswerIsReadWithoutRegardToPrefixes(t *testing.T) {
	t.Parallel()
	node, err := soap.Read(answer(http.StatusOK, message(`<n:GetRORResponse xmlns:n="urn:x"><n:GetRORResult>
<diffgram><NewDataSet><Table><Khata> 12 </Khata><Owner xsi:nil="true"/></Table><Table><khata>13</khata></Table></NewDataSet></diffgram>
</n:GetRORResult></n:GetRORResponse>`)))
	require.NoError(t, err)
	require.Equal(t, "GetRORResponse", node.Name())
	rows := node.All("Table")
	require.Len(t, rows, 2)
	require.Equal(t, "12", rows[0].Child("Khata").Text())
	require.Equal(t, "13", rows[1].Child("Khata").Text())
	require.False(t, rows[1].Child("Owner").Exists())
}

func TestFaultIsFoundWithAnyStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusInternalServerError} {
		_, err := soap.Read(answer(status, message(`<soap:Fault><faultcode>soap:Client</faultcode><faultstring>No khata 12</faultstring><detail><code>E7</code></detail></soap:Fault>`)))
		var fault *soap.Fault
		require.ErrorAs(t, err, &fault)
		require.Equal(t, &soap.Fault{Code: "Client", Reason: "No khata 12", Detail: "E7"}, fault)
		require.NotContains(t, fault.Error(), "khata")
	}
	_, err := soap.Read(answer(http.StatusInternalServerError, message(`<env:Fault xmlns:env="http://www.w3.org/2003/05/soap-envelope">
<env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>m:Bad</env:Value></env:Subcode></env:Code>
<env:Reason><env:Text xml:lang="en">bad</env:Text></env:Reason></env:Fault>`)))
	var fault *soap.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, &soap.Fault{Code: "Sender", Subcode: "Bad", Reason: "bad"}, fault)
}

func TestWhatIsNoMessageIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty": "", "page": "<html><body>Runtime Error</body></html>", "no body": `<Envelope/>`, "empty body": message(""),
		"deep":   message(strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)),
		"bomb":   `<!DOCTYPE x [<!ENTITY a "aaaa">]>` + message("<a>&a;</a>"),
		"broken": message("<a><b></a>"), "half": message("<a/>")[:200],
	} {
		_, err := soap.Read(answer(http.StatusOK, text))
		require.ErrorIs(t, err, soap.ErrNotSOAP, name)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(message(`<R><a xsi:nil="true">1</a></R>`)))
	f.Add([]byte(message(`<soap:Fault><faultcode>x</faultcode></soap:Fault>`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		node, err := soap.Read(answer(http.StatusOK, string(body)))
		if err == nil {
			require.True(t, node.Exists())
			_ = node.All("a")
		}
	})
}

func BenchmarkRead200KB(b *testing.B) {
	text := message("<R>" + strings.Repeat("<Table><Khata>12</Khata><Owner>K LAKSHMI</Owner></Table>", 3500) + "</R>")
	for b.Loop() {
		_, err := soap.Read(answer(http.StatusOK, text))
		require.NoError(b, err)
	}
}
