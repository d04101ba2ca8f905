package simulate

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/catalog"
)

// Report is what a run came to: what citizens were told against what the portals, the bank, the books and the store hold.
type Report struct {
	Citizens, Days int
	Seed           uint64
	Kinds          []kind         // that the state has
	Requests       map[string]int // by the stage in which they ended or stand
	Habits         map[string]int
	Errands, Got   map[kind]int // how many there were, and what citizens hold of them: receipts, numbers, papers
	Faults, Kills  int
	Paid           int   // receipts that citizens hold
	CapturedPaise  int64 // what the bank took
	PostedPaise    int64 // what the department has
	RefundedPaise  int64 // what went back, or is on its way
	WithOfficer    int   // requests that wait for a person, as they should
	// The findings: each of them must be empty.
	Lost, Doubled, Unaccounted, Stuck []string
}

// Exact tells whether nothing was found wrong.
func (r *Report) Exact() bool {
	return len(r.Lost)+len(r.Doubled)+len(r.Unaccounted)+len(r.Stuck) == 0
}

// stored is a request as the store has it.
type stored struct {
	service string
	stage   string
	open    bool
}

// compare holds what citizens were told against what everybody else holds.
func (t *town) compare(ctx context.Context, citizens []*citizen) (*Report, error) {
	connection, err := t.openStore(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	requests, err := readRequests(ctx, connection)
	if err != nil {
		return nil, err
	}
	report := &Report{
		Citizens: t.config.Citizens, Days: t.config.Days, Seed: t.config.Seed, Requests: map[string]int{}, Habits: map[string]int{},
		Errands: map[kind]int{}, Got: map[kind]int{}, Kinds: t.kinds,
		Faults: t.faults, Kills: t.kills,
	}
	report.countRequests(requests, t.rests())
	report.askCitizens(citizens, requests)
	for _, each := range t.kinds {
		t.wishes[each].compare(citizens, requests, report)
	}
	t.askBank(report)
	err = report.askBooks(ctx, connection)
	return report, err
}

func (t *town) openStore(ctx context.Context) (*pgx.Conn, error) {
	connection, err := pgx.Connect(ctx, t.hub.DatabaseURL())
	if err != nil {
		return nil, fmt.Errorf("read the store: %w", err)
	}
	return connection, nil
}

func (t *town) readStore(ctx context.Context) (map[string]stored, error) {
	connection, err := t.openStore(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	return readRequests(ctx, connection)
}

func readRequests(ctx context.Context, connection *pgx.Conn) (map[string]stored, error) {
	rows, err := connection.Query(ctx, `select reference, service, stage, open from request`)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	requests := map[string]stored{}
	var found string
	var request stored
	_, err = pgx.ForEachRow(rows, []any{&found, &request.service, &request.stage, &request.open}, func() error {
		requests[found] = request
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	return requests, nil
}

// The stages that the accounts look at; see package workflows.
const (
	stageWithOfficer = "with_officer"
	stageInProgress  = "in_progress"
	stageJoined      = "joined"
)

// waits are the stages in which an open request of every kind rightly waits for somebody: a citizen who runs away from paying, the bank or an
// officer. What citizens are asked they answer, however late: a question that stays open was not shown, or its answer was lost.
var waits = []string{"awaiting_payment", stageWithOfficer, "refunding"}

// rests are the stages in which open requests may stand, by service.
func (t *town) rests() map[string][]string {
	rests := map[string][]string{}
	for _, wish := range t.wishes {
		rests[wish.service().ID] = append(rests[wish.service().ID], wish.rests()...)
	}
	return rests
}

// countRequests judges where requests stand. An open one that stands where none of its kind may rest is stuck, however often it is looked at.
func (r *Report) countRequests(requests map[string]stored, rests map[string][]string) {
	for found, request := range requests {
		r.Requests[request.stage]++
		switch {
		case request.stage == stageWithOfficer:
			r.WithOfficer++
		case request.open && !slices.Contains(waits, request.stage) && !slices.Contains(rests[request.service], request.stage):
			r.Stuck = append(r.Stuck, found+" stands at "+request.stage)
		}
	}
}

// askCitizens holds what they were told against the store.
func (r *Report) askCitizens(citizens []*citizen, requests map[string]stored) {
	for _, c := range citizens {
		for _, errand := range c.Errands {
			r.Errands[errand.Kind]++
			for h := range errand.Habits {
				r.Habits[string(h)]++
			}
		}
		for found := range c.known {
			if _, kept := requests[found]; !kept {
				r.Lost = append(r.Lost, found+" was told to a citizen and is not in the store")
			}
		}
	}
}

// weigh holds how much a department has against how much citizens were told.
func (r *Report) weigh(what string, done, told int) {
	switch {
	case done > told+r.WithOfficer:
		r.Lost = append(r.Lost, fmt.Sprintf("%s: the department has %d, citizens were told of %d", what, done, told))
	case done < told:
		r.Unaccounted = append(r.Unaccounted, fmt.Sprintf("%s: citizens were told of %d, the department has %d", what, told, done))
	}
}

// match holds the numbers that a department has against those that citizens were told. Each is to be told once, unless an officer has it.
func (r *Report) match(what string, there, told map[string]int) {
	untold := 0
	for number := range there {
		switch times := told[number]; {
		case times == 0:
			untold++
		case times > 1:
			r.Doubled = append(r.Doubled, fmt.Sprintf("%s %s was told %d times", what, number, times))
		}
	}
	if untold > r.WithOfficer {
		r.Lost = append(r.Lost, fmt.Sprintf("%s: %d are at the department and were not told to anybody", what, untold))
	}
	for number := range told {
		if there[number] == 0 {
			r.Unaccounted = append(r.Unaccounted, what+" "+number+" was told to a citizen and is not at the department")
		}
	}
}

// delivered holds the requests of a service that ended well against what citizens got for them.
func (r *Report) delivered(service string, requests map[string]stored, got int) {
	done := 0
	for _, request := range requests {
		if request.service == service && request.stage == "done" {
			done++
		}
	}
	switch {
	case got < done:
		r.Lost = append(r.Lost, fmt.Sprintf("%s: %d requests are done, citizens got %d papers", service, done, got))
	case got > done:
		r.Doubled = append(r.Doubled, fmt.Sprintf("%s: citizens got %d papers for %d requests that are done", service, got, done))
	}
}

// documents is how many documents a citizen got with a text.
func (c *citizen) documents(key catalog.TextKey) int {
	count := 0
	for _, h := range c.told {
		if h.Document != nil && c.phrases.Said(h, key) {
			count++
		}
	}
	return count
}

func (c *citizen) errandsOf(wanted kind) int {
	count := 0
	for _, errand := range c.Errands {
		if errand.Kind == wanted {
			count++
		}
	}
	return count
}

// toldNumbers are the numbers that a text told to citizens, with how often.
func toldNumbers(citizens []*citizen, key catalog.TextKey) map[string]int {
	numbers := map[string]int{}
	for _, c := range citizens {
		for _, h := range c.told {
			if number := c.phrases.Filled(h, key, "number"); number != "" {
				numbers[number]++
			}
		}
	}
	return numbers
}

// askBank holds what the bank did against what departments and citizens have. Every paisa is with one of them, or on its way.
func (t *town) askBank(report *Report) {
	for _, entry := range t.bank.Ledger() {
		switch entry.Kind {
		case "captured":
			report.CapturedPaise += entry.Paise
		case "refunded", "refund_pending":
			report.RefundedPaise += entry.Paise
		}
	}
}

// askBooks holds our own ledger against the bank and the departments.
func (r *Report) askBooks(ctx context.Context, connection *pgx.Conn) error {
	var unbalanced, captured, posted, owed, clearing int64
	err := connection.QueryRow(ctx, `
		select (select count(*) from (select 1 from ledger_entry group by transaction having sum(amount) <> 0) wrong),
			coalesce(sum(e.amount) filter (where e.account = 'gateway_receivable' and t.key like 'captured/%'), 0)::bigint,
			coalesce(-sum(e.amount) filter (where e.account = 'dept_payable'), 0)::bigint,
			coalesce(-sum(e.amount) filter (where e.account = 'refund_payable' and t.key like 'refund_due/%'), 0)::bigint,
			coalesce(-sum(e.amount) filter (where e.account = 'citizen_clearing'), 0)::bigint
		from ledger_entry e join ledger_transaction t on t.id = e.transaction`).Scan(&unbalanced, &captured, &posted, &owed, &clearing)
	if err != nil {
		return fmt.Errorf("read the ledger: %w", err)
	}
	expect := func(what string, ours, theirs int64) {
		if ours != theirs {
			r.Unaccounted = append(r.Unaccounted, fmt.Sprintf("%s: %d paise in our books, %d outside", what, ours, theirs))
		}
	}
	expect("unbalanced transactions", unbalanced, 0)
	expect("taken from citizens", captured, r.CapturedPaise)
	expect("passed on to departments", posted, r.PostedPaise)
	expect("owed back to citizens", owed, r.RefundedPaise)
	if clearing != 0 && r.WithOfficer == 0 {
		r.Unaccounted = append(r.Unaccounted, fmt.Sprintf("%d paise are neither passed on nor owed back, and no officer has a case", clearing))
	}
	return nil
}

// Write prints the report.
func (r *Report) Write(out io.Writer) {
	line := func(format string, values ...any) { _, _ = fmt.Fprintf(out, format+"\n", values...) }
	line("Town: %d citizens, %d days, seed %d; %d faults of portals, %d processes killed", r.Citizens, r.Days, r.Seed, r.Faults, r.Kills)
	line("Errands:")
	for _, each := range r.Kinds {
		line("  %4d  %s; in the hands of citizens: %d", r.Errands[each], each, r.Got[each])
	}
	line("What people did:")
	for _, habit := range slices.Sorted(maps.Keys(r.Habits)) {
		line("  %4d  %s", r.Habits[habit], habit)
	}
	line("Requests by outcome:")
	for _, stage := range slices.Sorted(maps.Keys(r.Requests)) {
		line("  %4d  %s", r.Requests[stage], stage)
	}
	line("Money in paise: taken %d = with departments %d + back or on its way %d", r.CapturedPaise, r.PostedPaise, r.RefundedPaise)
	for _, finding := range []struct {
		what  string
		cases []string
	}{{"lost", r.Lost}, {"doubled", r.Doubled}, {"paisa unaccounted for", r.Unaccounted}, {"stuck without an operator's case", r.Stuck}} {
		line("%-34s %d", finding.what, len(finding.cases))
		for _, each := range finding.cases {
			line("    %s", each)
		}
	}
}
