package meebhoomi

import (
	"context"
	"errors"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/soap"
)

const (
	servicePath      = "wspahani.asmx"
	serviceNamespace = "http://tempuri.org/"
)

// maxAnswer bounds an answer, in bytes: a khata of hundreds of survey numbers fits.
const maxAnswer = 4 << 20

// parameter is one parameter of an operation.
type parameter struct{ name, value string }

// errUnreadable says that an answer is not in the shape we know.
var errUnreadable = errors.New("answer is not in the known shape")

// call runs an operation and answers its rows; check says whether they are what we
// know, before the call counts as the service's success.
func (c *Connector) call(ctx context.Context, operation string, parameters []parameter, check func([]row) error) ([]row, error) {
	params := make([]soap.Param, 0, 2+len(parameters))
	params = append(params, soap.Text("UserId", c.userID), soap.Text("Password", c.password))
	for _, each := range parameters {
		params = append(params, soap.Text(each.name, each.value))
	}
	request, err := soap.Envelope{Namespace: serviceNamespace, Operation: operation, Params: params}.Request(metricName(operation), servicePath)
	if err != nil {
		return nil, err
	}
	var rows []row
	request.MaxBody = maxAnswer
	request.CheckFailure = func(response *portal.Response) error {
		_, err := soap.Read(response)
		return meaning(err)
	}
	request.Check = func(response *portal.Response) (err error) {
		if rows, err = readRows(response, operation); err == nil {
			err = check(rows)
		}
		if err == nil || connectors.ClassOf(err) != connectors.ClassInternal {
			return err
		}
		return knownPages().Unexpected(response, "a DataSet of "+operation)
	}
	if _, err := c.client.Do(ctx, request); err != nil {
		return nil, err
	}
	return rows, nil
}

// metricName is the operation in metrics.
func metricName(operation string) string {
	if strings.HasPrefix(operation, "GetMeebhoomi") {
		return "extract"
	}
	return "choices"
}

// readRows takes the DataSet out of an answer. One without rows has a diffgram all
// the same; without that it is not the answer we know.
func readRows(response *portal.Response, operation string) ([]row, error) {
	answer, err := soap.Read(response)
	if err != nil {
		if known := meaning(err); known != nil {
			return nil, known
		}
		return nil, errUnreadable
	}
	diffgram := answer.Child(operation + "Result").Child("diffgram")
	if answer.Name() != operation+"Response" || !diffgram.Exists() {
		return nil, errUnreadable
	}
	tables := diffgram.Child("NewDataSet").Children()
	rows := make([]row, 0, len(tables))
	for _, table := range tables {
		if table.Name() != "Table" {
			return nil, errUnreadable
		}
		values := row{}
		for _, each := range table.Children() {
			if text := each.Text(); text != "" {
				values[each.Name()] = text
			}
		}
		rows = append(rows, values)
	}
	return rows, nil
}

// meaning says what a fault of the service is to us; nil for what is no fault. The
// citizen's answers were checked before, so a fault of the client is ours.
func meaning(err error) error {
	fault, ok := errors.AsType[*soap.Fault](err)
	if !ok {
		return nil
	}
	reason := strings.ToLower(fault.Reason)
	switch {
	case strings.Contains(reason, "credential") || strings.Contains(reason, "unauthori"):
		return &connectors.ChangedError{Expected: "our credentials to be accepted", Seen: "a soap fault that refuses them"}
	case fault.Code == "Client" || fault.Code == "Sender":
		return &connectors.ChangedError{Expected: "our message to be understood", Seen: "a soap fault of code " + fault.Code}
	default:
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
}

func knownPages() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "scheduled maintenance"},
		Failure:     []string{"server error in", "runtime error", "service unavailable"},
	}
}
