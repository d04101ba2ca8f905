//go:build realportal

package realportal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/soap"
)

const namespace = "http://tempuri.org/"

// ask calls an operation of a service and answers what it says, or its fault.
func ask(t *testing.T, service string, message soap.Envelope) (answer soap.Node, fault error) {
	t.Helper()
	message.Namespace = namespace
	request, err := message.Request("call", "1.1/webservice/"+service)
	require.NoError(t, err)
	read := func(response *portal.Response) error {
		answer, fault = soap.Read(response)
		return nil
	}
	request.Check, request.CheckFailure = read, read
	if _, err := session(t).Do(t.Context(), request); err != nil {
		require.Error(t, fault, "only a fault may come with a failure: %v", err)
	}
	return answer, fault
}

func versions() map[string]soap.Version {
	return map[string]soap.Version{"1.1": soap.V11, "1.2": soap.V12}
}

func TestAServiceAnswersInBothVersions(t *testing.T) {
	t.Parallel()
	for name, version := range versions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := ask(t, "TestService.asmx", soap.Envelope{
				Version: version, Operation: "Echo", Params: []soap.Param{soap.Text("a", `<é> & "తెలుగు"`)},
			})
			require.NoError(t, err)
			require.Equal(t, "EchoResponse", answer.Name())
			require.Equal(t, `<é> & "తెలుగు"`, answer.Child("EchoResult").Text())
			answer, err = ask(t, "TestService.asmx", soap.Envelope{
				Version: version, Operation: "Add", Params: []soap.Param{soap.Text("a", "40"), soap.Text("b", "2")},
			})
			require.NoError(t, err)
			require.Equal(t, "42", answer.Child("AddResult").Text())
		})
	}
}

func TestAFaultIsReadWhateverTheStatus(t *testing.T) {
	t.Parallel()
	_, err := ask(t, "TestService.asmx", soap.Envelope{Operation: "Add", Params: []soap.Param{soap.Text("a", "forty"), soap.Text("b", "2")}})
	var fault *soap.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, "Client", fault.Code)
	require.NotContains(t, fault.Error(), "forty")
}

// The calls of this service are one after the other, since it writes a log of
// them, which it leaves open after a fault: that comes last.
func TestCredentialsInTheHeaderAndListsInTheAnswer(t *testing.T) {
	t.Parallel()
	header := []soap.Param{{Name: "UserInfo", Children: []soap.Param{soap.Text("userId", "1")}}}
	answer, err := ask(t, "ConverterService.asmx", soap.Envelope{Operation: "GetCurrencyInfo", Header: header})
	require.NoError(t, err)
	rates := answer.All("CurrencyInfo")
	require.Len(t, rates, 11)
	for _, rate := range rates {
		require.NotEmpty(t, rate.Child("Name").Text())
		require.NotEmpty(t, rate.Child("Rate").Text())
	}
	answer, err = ask(t, "ConverterService.asmx", soap.Envelope{
		Operation: "GetCurrencyRate", Header: header, Params: []soap.Param{soap.Text("cname", "EUR")},
	})
	require.NoError(t, err)
	require.Equal(t, "0.883884", answer.Child("GetCurrencyRateResult").Text())
	_, err = ask(t, "ConverterService.asmx", soap.Envelope{Operation: "GetCurrencyInfo"})
	var fault *soap.Fault
	require.ErrorAs(t, err, &fault)
	require.Contains(t, fault.Reason, "User not logged")
}
