package bbps

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// message is a request of the network in the aggregator's JSON.
type message struct {
	Head        head         `json:"head"`
	Agent       agent        `json:"agent"`
	Customer    customer     `json:"customer"`
	BillDetails billDetails  `json:"billDetails"`
	Payment     *paymentPart `json:"payment,omitempty"`
}

type head struct {
	Version string `json:"ver"`
	Time    string `json:"ts"`
	RefID   string `json:"refId"`
}

type agent struct {
	ID     string `json:"id"`
	Device []tag  `json:"device"`
}

type customer struct {
	Mobile string `json:"mobile"`
}

type billDetails struct {
	BillerID string `json:"billerId"`
	Params   []tag  `json:"customerParams"`
}

type tag struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// paymentPart is what a payment says beyond a fetch. The bill is the fetch's,
// unchanged.
type paymentPart struct {
	FetchRefID  string `json:"fetchRefId"`
	ClientRef   string `json:"clientRef"`
	BillNumber  string `json:"billNumber"`
	Amount      string `json:"amount"`
	Currency    string `json:"currency"`
	Mode        string `json:"paymentMode"`
	QuickPay    string `json:"quickPay"`
	PaidAt      string `json:"paidAt"`
	Information []tag  `json:"paymentInformation"`
}

type errorMessage struct {
	Code   string `json:"errorCd"`
	Detail string `json:"errorDtl"`
}

// readAck answers nil when the request was taken. A refusal to take it proves that
// nothing was done, but for a broken line to the network, which proves nothing.
func readAck(body []byte, refID string) error {
	var ack struct {
		RefID  string         `json:"refId"`
		Code   string         `json:"rspCd"`
		Errors []errorMessage `json:"errorMessages"`
	}
	if err := decode(body, &ack); err != nil {
		return err
	}
	if ack.Code == "Successful" && ack.RefID == refID {
		return nil
	}
	if ack.Code != "Failure" || len(ack.Errors) == 0 {
		return errUnreadable
	}
	return ackFailure(ack.Errors[0])
}

// lineDown is the least wait after the aggregator said that it cannot take
// requests.
const lineDown = 30 * time.Second

func ackFailure(told errorMessage) error {
	switch told.Code {
	case "COU_DUPLICATE_REQUEST":
		return &connectors.RefusedError{Code: connectors.RefusedDuplicate, Reason: told.Detail}
	case "COU_NETWORK_ERROR", "COU_REQUEST_TIMEOUT":
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	case "BILLER_DOWN", "FETCH_REF_UNKNOWN":
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError, RetryAfter: lineDown}
	case "INVALID_MOBILE":
		return &connectors.InputRejectedError{Field: FieldMobile, Reason: told.Detail}
	default:
		return &connectors.ChangedError{Expected: "our request to be accepted", Seen: "code " + shortCode(told.Code)}
	}
}

// shortCode lets a code of the network into an error text, and nothing else.
func shortCode(code string) string {
	for _, char := range code {
		if (char < 'A' || char > 'Z') && (char < '0' || char > '9') && char != '_' {
			return "without a name"
		}
	}
	if code == "" || len(code) > 32 {
		return "without a name"
	}
	return code
}

// answer is what became of a request: the body of a poll.
type answer struct {
	API    string         `json:"api"`
	RefID  string         `json:"refId"`
	State  string         `json:"state"`
	Errors []errorMessage `json:"errorMessages"`
	Reason struct {
		Code           string `json:"responseCode"`
		Text           string `json:"responseReason"`
		ComplianceCode string `json:"complianceRespCd"`
		ComplianceText string `json:"complianceReason"`
	} `json:"reason"`
	Bills       []billerResponse `json:"billerResponse"`
	Transaction transaction      `json:"txn"`
}

type billerResponse struct {
	CustomerName string `json:"customerName"`
	Amount       string `json:"amount"`
	DueDate      string `json:"dueDate"`
	BillDate     string `json:"billDate"`
	BillNumber   string `json:"billNumber"`
	BillPeriod   string `json:"billPeriod"`
}

type transaction struct {
	ID        string `json:"txnReferenceId"`
	ClientRef string `json:"clientRef"`
	BillerID  string `json:"billerId"`
	Status    string `json:"txnStatus"`
	Amount    string `json:"amount"`
	Time      string `json:"ts"`
}

// The network's states of a request.
const (
	stateReceived     = "REQUEST_RECEIVED"
	stateReceivedToo  = "REQUEST_RECIEVED" //nolint:misspell // as an operating unit spells it
	stateSuccess      = "RESPONSE_SUCCESS"
	stateDecline      = "RESPONSE_DECLINE"
	stateTimeout      = "TIMEOUT"
	stateSendFailed   = "SEND_FAILED"
	stateAckFailed    = "SEND_FAILED_ACK"
	unknownReference  = "COU_UNKNOWN_REFERENCE"
	whatPosting       = "posting"
	successCode       = "000"
	dateLayout        = "2006-01-02"
	statusSuccess     = "SUCCESS"
	statusPending     = "PENDING"
	statusAwaited     = "AWAITED"
	statusFailure     = "FAILURE"
	statusReversed    = "REVERSED"
	currencyRupee     = "356"
	protocolVersion   = "1.0"
	quickPayNo        = "No"
	fetchNotSupported = "NOT_SUPPORTED"
)

func readAnswer(body []byte, refID string) (answer, error) {
	var read answer
	if err := decode(body, &read); err != nil {
		return answer{}, err
	}
	if len(read.Errors) > 0 && read.Errors[0].Code == unknownReference {
		return answer{}, &connectors.NotFoundError{What: whatPosting}
	}
	if read.RefID != refID || read.State == "" {
		return answer{}, errUnreadable
	}
	return read, nil
}

func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

// paise reads an amount as the network writes it.
func paise(text string) (connectors.Paise, error) {
	amount, err := strconv.ParseInt(text, 10, 64)
	if err != nil || amount < 0 {
		return 0, errUnreadable
	}
	return connectors.Paise(amount), nil
}

// date reads a day that billers may leave out.
func date(text string) (time.Time, error) {
	if text == "" || text == "NA" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(dateLayout, text, connectors.IndianTime)
	if err != nil {
		return time.Time{}, errUnreadable
	}
	return day, nil
}
