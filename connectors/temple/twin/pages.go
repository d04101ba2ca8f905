package twin

import (
	"crypto/rand"
	_ "embed"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

//go:embed pages.gohtml
var pagesText string

var pages = template.Must(template.New("pages").Parse(pagesText))

type fields map[string]any

func show(w http.ResponseWriter, name string, shown fields) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	_ = pages.ExecuteTemplate(w, name, shown)
}

// wrong is why the portal says no.
type wrong struct{ Code, Field, Text string }

func fail(w http.ResponseWriter, why wrong) { show(w, "error", fields{"Wrong": why}) }

// slots shows the table of a day.
func (t *Twin) slots(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	date, err := time.ParseInLocation(dateLayout, query.Get("date"), indianTime)
	seva, list, known := slotsOf(query.Get("temple"), query.Get("seva"), date)
	switch {
	case err != nil:
		fail(w, wrong{"INVALID", "date", "Please choose a date."})
		return
	case !known:
		fail(w, wrong{"INVALID", "seva", "This seva is not offered here."})
		return
	case date.Before(t.config.Clock().AddDate(0, 0, -1)) || date.After(t.config.Clock().AddDate(0, 0, 30)):
		show(w, "slots", fields{"Seva": seva})
		return
	}
	columns := []string{"Slot Code", "Reporting Time", "Quota", "Available", "Price (Rs.)", "Booking"}
	rows := make([][]string, 0, len(list)+1)
	for _, at := range list {
		rows = append(rows, []string{
			at.id(), at.hours(), strconv.Itoa(at.Quota), strconv.Itoa(t.free(at)), rupees(at.Paise), t.standing(at),
		})
	}
	if t.On(Search, twin.DuplicateRows) {
		rows = append(rows[:1:1], rows...)
	}
	if t.On(Search, twin.MovedColumns) {
		columns = rotated(columns)
		for i := range rows {
			rows[i] = rotated(rows[i])
		}
	}
	if t.On(Search, twin.RenamedIDs) {
		columns[0] = "Slot Identifier"
	}
	show(w, "slots", fields{"Seva": seva, "Columns": columns, "Rows": rows})
}

func rotated(cells []string) []string { return append(append([]string{}, cells[2:]...), cells[:2]...) }

func (t *Twin) standing(at slot) string {
	switch now := t.config.Clock(); {
	case at.closed() || t.called[at.id()] || now.After(at.begins()):
		return "Closed"
	case now.Before(at.opens()):
		return "Opens on " + at.opens().Format(openingLayout)
	default:
		return "Open"
	}
}

// form shows the form of a slot, to those whose turn it is.
func (t *Twin) form(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	at, known := findSlot(query.Get("slot"))
	persons, err := strconv.Atoi(query.Get("persons"))
	now := t.config.Clock()
	switch {
	case !known:
		fail(w, wrong{"INVALID", "slot", "Please choose a slot."})
	case err != nil || persons < 1 || persons > 6:
		fail(w, wrong{"INVALID", "persons", "A booking is for 1 to 6 pilgrims."})
	case now.Before(at.opens()):
		show(w, "notopen", fields{"Opens": at.opens().Format(dateTimeLayout)})
	case t.standing(at) == "Closed":
		fail(w, wrong{"CLOSED", "", "Booking is closed for this slot."})
	case t.queued(w, query.Get("queuePass"), at):
	case t.free(at) < persons:
		fail(w, wrong{"SOLD_OUT", "", "The quota is exhausted."})
	default:
		t.showForm(w, at, persons)
	}
}

// queued tells whether it is not the visitor's turn yet.
func (t *Twin) queued(w http.ResponseWriter, pass string, at slot) bool {
	now := t.config.Clock()
	if !t.On(Form, Rush) && now.Sub(at.opens()) >= rushTime {
		return false
	}
	left, kept := t.queue.wait(pass, now)
	if left == 0 {
		return false
	}
	show(w, "queue", fields{
		"Slot": at.id(), "Pass": kept, "Ahead": int(left / t.config.Pace), "Seconds": int((left + time.Second - 1) / time.Second),
	})
	return true
}

const cookieName = "TMSESSION"

func (t *Twin) showForm(w http.ResponseWriter, at slot, persons int) {
	id, made := rand.Text(), visit{token: rand.Text(), slot: at.id()}
	t.visits[id] = made
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: id, Path: "/", HttpOnly: true}) //nolint:gosec // loopback speaks HTTP
	numbers := make([]int, persons)
	for i := range numbers {
		numbers[i] = i + 1
	}
	prefix := ""
	if t.On(Form, twin.RenamedIDs) {
		prefix = "pilgrim_"
	}
	show(w, "form", fields{
		"Slot": at.id(), "Token": made.token, "Pilgrims": numbers, "Prefix": prefix, "Persons": persons,
		"Gothram": at.Gothram, "More": t.On(Form, twin.NewMandatoryField),
	})
}
