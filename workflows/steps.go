package workflows

import (
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// Names under which the activities are registered: the method names of the types in package activities.
const (
	ActivityTell          = "Tell"          // TellInput -> nothing
	ActivityAsk           = "Ask"           // AskInput -> nothing
	ActivityFetchBill     = "FetchBill"     // FetchBillInput -> FetchedBill
	ActivityPostPayment   = "PostPayment"   // PostPaymentInput -> connectors.Posted
	ActivityFindPayment   = "FindPayment"   // connectors.PostingQuery -> connectors.Posted
	ActivityOpenOrder     = "OpenOrder"     // OpenOrderInput -> OpenedOrder
	ActivityCheckOrder    = "CheckOrder"    // CheckOrderInput -> OrderStanding
	ActivityReadOrder     = "ReadOrder"     // CheckOrderInput -> OrderStanding, from our own books
	ActivityCloseOrder    = "CloseOrder"    // CloseOrderInput -> OrderStanding
	ActivityRecordPosting = "RecordPosting" // RecordPostingInput -> nothing
	ActivityRecordRefusal = "RecordRefusal" // RecordRefusalInput -> nothing
	ActivityRefund        = "Refund"        // RefundStep -> RefundStanding
	ActivityIssueReceipt  = "IssueReceipt"  // ReceiptInput -> Document
	ActivitySettleBill    = "SettleBill"    // SettleBillInput -> Document, the receipt
	ActivityRecordAct     = "RecordAct"     // RecordActInput -> nothing
	ActivityRecordReturn  = "RecordReturn"  // RecordReturnInput -> nothing
	ActivityIssueTicket   = "IssueTicket"   // TicketInput -> Document
	ActivitySetStage      = "SetStage"      // SetStageInput -> nothing
)

// SetStageInput records where a request stands without a word to the citizen.
type SetStageInput struct {
	To    Recipient   `json:"to"`
	Stage StageUpdate `json:"stage"`
}

// RecordReturnInput says that of a payment which the department had, a part comes back: a ticket was cancelled. The refund is booked, and
// its workflow started, in the same transaction.
type RecordReturnInput struct {
	Order  string           `json:"order"`
	Amount connectors.Paise `json:"amount"`
	Code   string           `json:"code"`
}

// TicketInput is what a ticket of ours shows, where the operator gives no file.
type TicketInput struct {
	To      Recipient         `json:"to"`
	Service string            `json:"service"`
	Portal  string            `json:"portal"`
	Ticket  connectors.Ticket `json:"ticket"`
	Payment Payment           `json:"payment"`
}

// Recipient is the citizen behind a request, as the activities that speak to them need to know them.
type Recipient struct {
	Reference    string           `json:"reference"`
	Conversation int64            `json:"conversation"`
	Language     catalog.Language `json:"language"`
}

// TellInput sends one message and, in the same transaction, records the stage. It is done once per (request, Step).
type TellInput struct {
	To      Recipient `json:"to"`
	Step    string    `json:"step"`
	Message Message   `json:"message"`
	Link    *Link     `json:"link,omitempty"`
	// Order is paid in the chat itself; the message makes it.
	Order    *connectors.ChatOrder `json:"order,omitempty"`
	Document *Document             `json:"document,omitempty"`
	Stage    *StageUpdate          `json:"stage,omitempty"`
	// CloseQuestions withdraws what the request still had asked.
	CloseQuestions bool `json:"close_questions,omitempty"`
}

// Link is a button that opens a web address.
type Link struct {
	Label catalog.TextKey `json:"label"`
	URL   string          `json:"url"`
}

// Document is a stored document, by the id of its content.
type Document struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
	MIMEType string `json:"mime_type"`
}

// AskInput asks the citizen for a choice, or for an answer that is checked as a form's is. It comes back as SignalAnswer with Question.
// Asking the same Question twice asks once; asking another one withdraws what the request had asked before.
type AskInput struct {
	To       Recipient `json:"to"`
	Question string    `json:"question"`
	Message  Message   `json:"message"`
	Choices  []Choice  `json:"choices,omitempty"`
	// Field describes the typed answer, the photo or the location that is taken too; nil: only a choice.
	Field *catalog.Field `json:"field,omitempty"`
	// Picture is shown with the question.
	Picture *Picture     `json:"picture,omitempty"`
	Stage   *StageUpdate `json:"stage,omitempty"`
	// Reminder counts how often the question was put before; it is put again each time the number grows.
	Reminder int `json:"reminder,omitempty"`
}

// Choice is one possible answer.
type Choice struct {
	ID string `json:"id"`
	// Label is one of our texts, Title the portal's own words, cut to what the channel can show; Detail stands below it in a list.
	Label  catalog.TextKey `json:"label,omitempty"`
	Title  string          `json:"title,omitempty"`
	Detail string          `json:"detail,omitempty"`
}

// Picture is a captcha, or a photo of the department.
type Picture struct {
	Content  []byte `json:"content,omitempty"`
	MIMEType string `json:"mime_type,omitempty"`
	// Document is the picture where it is stored already; then the others are empty.
	Document Document `json:"document,omitzero"`
}

// StageUpdate is where the request stands, as the citizen sees it when they ask.
type StageUpdate struct {
	Stage  Stage   `json:"stage"`
	Detail Message `json:"detail,omitempty"`
	Open   bool    `json:"open"`
}

// FetchBillInput asks a portal for a bill. The catalog says which of the answers is the account and how the portal names the rest.
type FetchBillInput struct {
	Service string            `json:"service"`
	Answers map[string]string `json:"answers"`
}

// FetchedBill is a bill together with the query that found it, which the posting repeats.
type FetchedBill struct {
	Bill  connectors.Bill      `json:"bill"`
	Query connectors.BillQuery `json:"query"`
}

// PostPaymentInput tells a portal of a payment.
type PostPaymentInput struct {
	Posting connectors.Posting `json:"posting"`
	// LookFirst is set when it may have been told before; a repeated attempt always looks first.
	LookFirst bool `json:"look_first,omitempty"`
}

// OpenOrderInput opens the one payment order of a request and purpose, with its payment link. Repeating it answers the same order.
type OpenOrderInput struct {
	To      Recipient `json:"to"`
	Purpose string    `json:"purpose"`
	Service string    `json:"service,omitempty"` // the catalog's, named on the payment page
	Portal  string    `json:"portal"`
	Account string    `json:"account"`
	Bill    string    `json:"bill"` // the department's bill number
	// Bills are paid together, where there are several; Account and Bill are then empty.
	Bills  []OrderedBill    `json:"bills,omitempty"`
	Amount connectors.Paise `json:"amount"`
	// ValidFor is how long the link accepts money; the gateway needs 15 minutes at least.
	ValidFor time.Duration `json:"valid_for"`
	// Tell has the citizen told of the link as it is stored, both or neither. Where that is not done, the workflow tells them.
	Tell bool `json:"tell,omitempty"`
	// About is said above the link: what is paid for.
	About Message `json:"about,omitempty"`
}

// OrderedBill is one of several bills that an order pays.
type OrderedBill struct {
	Account string `json:"account"`
	Number  string `json:"number"` // the department's
}

// OpenedOrder is an order that waits for money, or the other one that already does for the same bill.
type OpenedOrder struct {
	Order     string    `json:"order"`
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
	// Chat is set where the order is paid in the chat itself; then there is no URL.
	Chat *connectors.ChatOrder `json:"chat,omitempty"`
	// Told is set when the citizen was told of the link, and that it waits for money is where the request stands.
	Told bool `json:"told,omitempty"`
	// Rival is set when another request holds an unfinished order for the same bill; then no order was opened, and the fields
	// above are the other order's.
	Rival RivalState `json:"rival,omitempty"`
	// RivalBills are the bills that both orders want to pay, by their place among those of this one.
	RivalBills []int `json:"rival_bills,omitempty"`
}

// RivalState is how far the other order for the same bill is.
type RivalState string

// The states of a rival order.
const (
	RivalOpen RivalState = "open" // its link waits for money
	RivalPaid RivalState = "paid" // paid, and on its way to the department
)

// CheckOrderInput reads an order's state: from our own books, or, with AskGateway, after asking the payment gateway.
type CheckOrderInput struct {
	Order      string `json:"order"`
	AskGateway bool   `json:"ask_gateway"`
}

// CloseOrderInput stops an order from taking money: the link is cancelled at the gateway and the order closed in our books,
// unless it turns out to be paid. Money that still arrives is refunded.
type CloseOrderInput struct {
	Order  string      `json:"order"`
	Reason CloseReason `json:"reason"`
	// UnlessUndecided leaves an order open on which a payment was begun that the bank has not decided; it then stands as authorized.
	UnlessUndecided bool `json:"unless_undecided,omitempty"`
}

// CloseReason says why an order was closed.
type CloseReason string

// The reasons of CloseReason.
const (
	ClosedByCitizen  CloseReason = "citizen"
	ClosedByExpiry   CloseReason = "expired"
	ClosedByOperator CloseReason = "operator"
)

// OrderStanding is what our books say about an order.
type OrderStanding struct {
	State OrderState `json:"state"`
	// FailedAttempts counts payments on the link that failed.
	FailedAttempts int `json:"failed_attempts,omitempty"`
	// Payment is the one payment that counts; set from OrderPaid on.
	Payment Payment `json:"payment,omitzero"`
}

// OrderState is the part of an order's state that a workflow decides on.
type OrderState string

// The states of an order.
const (
	OrderAwaiting   OrderState = "awaiting"   // no money yet
	OrderAuthorized OrderState = "authorized" // debited at the bank, not yet confirmed
	OrderPaid       OrderState = "paid"
	OrderClosed     OrderState = "closed"
)

// Payment is the money that came in on an order.
type Payment struct {
	ID     string           `json:"id"` // the gateway's
	Amount connectors.Paise `json:"amount"`
	Method string           `json:"method,omitempty"` // upi, card, netbanking ...
	RRN    string           `json:"rrn,omitempty"`    // retrieval reference number, the bank's
	PaidAt time.Time        `json:"paid_at"`
}

// RecordPostingInput says that the department has acknowledged the money.
type RecordPostingInput struct {
	Order  string            `json:"order"`
	Posted connectors.Posted `json:"posted"`
}

// RecordRefusalInput says that the department will not take the money of a paid order. The refund is booked, and its workflow
// started, in the same transaction.
type RecordRefusalInput struct {
	Order string `json:"order"`
	Code  string `json:"code"` // a short word for the refusal, never the department's text
	// Amount is the part that is given back; 0 is all of it.
	Amount connectors.Paise `json:"amount,omitempty"`
	// GoesOn says that the request goes on without the money: it is the fee of an application that the department has.
	GoesOn bool `json:"goes_on,omitempty"`
}

// ReceiptInput is what a receipt shows.
type ReceiptInput struct {
	To      Recipient       `json:"to"`
	Service string          `json:"service"`
	Portal  string          `json:"portal"`
	Bill    connectors.Bill `json:"bill"`
	// Payment is the money that came in; its amount is the part for this bill.
	Payment Payment `json:"payment"`
	// Part is the place of the bill, from 1, among several that were paid together; 0: it is the only one.
	Part   int               `json:"part,omitempty"`
	Posted connectors.Posted `json:"posted"`
}

// SettleBillInput ends the payment of one bill: what the department has is booked, the receipt made and handed over with the last word.
type SettleBillInput struct {
	Record  RecordPostingInput `json:"record"`
	Receipt ReceiptInput       `json:"receipt"`
	// Tell is the last word; the receipt is added to it.
	Tell TellInput `json:"tell"`
	// Late is said in its place for as long as the receipt cannot be made; the step is then repeated.
	Late TellInput `json:"late"`
}
