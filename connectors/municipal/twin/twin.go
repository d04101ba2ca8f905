package twin

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this twin besides the HTTP kinds.
const (
	// TokenExpired refuses the token of the next call with 401.
	TokenExpired twin.Kind = "token_expired"
	// QueueStuck keeps complaints and updates out of searches until cleared.
	QueueStuck twin.Kind = "queue_stuck"
	// OldNames answers complaints under PGREntities, as the contract says and
	// the code does not.
	OldNames twin.Kind = "old_names"
	// BillExpired refuses a payment because the bill has expired.
	BillExpired twin.Kind = "bill_expired"
	// IDGenDown fails to number a complaint.
	IDGenDown twin.Kind = "idgen_down"
)

// The operations that a fault can be limited to.
const (
	Login      = "login"
	Masters    = "masters"
	Boundaries = "boundaries"
	Store      = "store"
	Give       = "give"
	Create     = "create"
	Search     = "search"
	Update     = "update"
	Fetch      = "fetch"
	Pay        = "pay"
	Payments   = "payments"
	Register   = "register"
)

// The login of a twin whose Config names none.
const (
	Username = "JANSETU"
	Password = "twin-password"
)

// Config of a twin.
type Config struct {
	Username, Password string
	// Towns are tenants beside the documented ones, with the localities of each, by name. Their states may log in.
	Towns map[string][]string
	// Types are kinds of complaints beside the documented ones.
	Types []Type
	// Books are accounts beside the documented ones.
	Books []Book
	// Lag is how long a complaint or an update stays invisible to a search.
	Lag time.Duration
	// Progress is how long a complaint waits for its officer, and then for its
	// resolution; zero leaves it to Resolve.
	Progress time.Duration
	// TokenLife is how long a login lasts, an hour by default.
	TokenLife time.Duration
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// fact is one line of the journal.
type fact struct {
	Complaint *Complaint `json:"complaint,omitempty"`
	Payment   *Payment   `json:"payment,omitempty"`
}

// Twin is the platform. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[fact]

	config  Config
	masters masters

	mu         sync.Mutex
	tokens     map[string]time.Time
	files      map[string][]byte
	complaints []Complaint // every version, oldest first
	payments   []Payment
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	read, err := readMasters()
	if err != nil {
		return nil, fmt.Errorf("municipal twin: %w", err)
	}
	read.add(config.Towns)
	if err := read.addTypes(config.Types); err != nil {
		return nil, fmt.Errorf("municipal twin: %w", err)
	}
	made := &Twin{
		config: config.withDefaults(), masters: read, tokens: map[string]time.Time{}, files: map[string][]byte{workPhoto: photoOfWork()},
		Frame: twin.NewFrame[fact]("municipal", TokenExpired, QueueStuck, OldNames, BillExpired, IDGenDown),
	}
	if err := made.Start(config.DataDir, "municipal.jsonl", config.Logger, made.apply, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

func (c Config) withDefaults() Config {
	if c.Username == "" {
		c.Username, c.Password = Username, Password
	}
	if c.TokenLife == 0 {
		c.TokenLife = time.Hour
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// apply needs the lock, or nobody else about.
func (t *Twin) apply(known fact) {
	if known.Complaint != nil {
		t.complaints = append(t.complaints, *known.Complaint)
	}
	if known.Payment != nil {
		t.payments = append(t.payments, *known.Payment)
	}
}

// remember needs the lock.
func (t *Twin) remember(happened fact) {
	if t.Remember(happened) != nil {
		t.apply(happened) // it goes on from memory
	}
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("DIGIT twin", t.facts))
	mux.Handle("POST /twin/resolve", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Resolve(r.URL.Query().Get("number"))
		w.WriteHeader(http.StatusNoContent)
	}))
	mux.Handle("POST /twin/transfer", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Transfer(r.URL.Query().Get("number"), "Not the work of this office.")
		w.WriteHeader(http.StatusNoContent)
	}))
	mux.Handle("GET /filestore/v1/files/id", t.Faults.Wrap(Give, http.HandlerFunc(t.giveFile)))
	handle := func(path, operation string, serve http.HandlerFunc) {
		mux.Handle("POST "+path, t.Faults.Wrap(operation, serve))
	}
	handle("/user/oauth/token", Login, t.logIn)
	handle("/egov-mdms-service/v1/_search", Masters, t.guarded(t.serveMasters))
	handle("/egov-location/location/v11/boundarys/_search", Boundaries, t.guarded(t.serveBoundaries))
	handle("/filestore/v1/files", Store, t.storeFile)
	handle("/pgr-services/v2/request/_create", Create, t.guarded(t.create))
	handle("/pgr-services/v2/request/_search", Search, t.guarded(t.search))
	handle("/pgr-services/v2/request/_update", Update, t.guarded(t.update))
	handle("/billing-service/bill/v2/_fetchbill", Fetch, t.guarded(t.fetchBill))
	handle("/collection-services/payments/_create", Pay, t.guarded(t.pay))
	handle("/collection-services/payments/{module}/_search", Payments, t.guarded(t.searchPayments))
	handle("/property-services/property/_search", Register, t.guarded(t.register))
	return mux
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 32)
	for _, book := range t.config.Books {
		lines = append(lines, fmt.Sprintf("account %s  %s of %s, and so on", book.Account, book.Service, book.Town))
	}
	for _, account := range Accounts() {
		lines = append(lines, fmt.Sprintf("account %s  %-18s %s", account.Code, account.Owner, account.About))
	}
	for _, complaint := range t.Complaints() {
		lines = append(lines, fmt.Sprintf("complaint %s  %s  %s  %s", complaint.Number, complaint.Tenant, complaint.Code, complaint.Status))
	}
	for _, payment := range t.Paid() {
		lines = append(lines, fmt.Sprintf("paid %s  %s  ₹%s  %s", payment.Account, payment.Transaction, payment.Amount, payment.Receipt))
	}
	return append(lines, fmt.Sprintf("filed twice: %d, paid twice: %d", t.DoubleComplaints(), t.DoublePayments()))
}
