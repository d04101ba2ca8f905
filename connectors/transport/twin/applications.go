package twin

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

var indianTime = time.FixedZone("IST", 5*3600+30*60)

const (
	dateLayout     = "02-01-2006"
	dateTimeLayout = "02-01-2006 15:04:05"
	// youngest is the age from which one may learn, in years.
	youngest = 16
)

const couldNotOpen = "Could not open connection. Please try later."

// apply records an application, or says what is wrong with it.
func (t *Twin) apply(service string, sent filled) (panel, wrong string) {
	values := sent.values
	if wrong := t.checked(service, values); wrong != "" {
		return "", wrong
	}
	reference := values[labelReference]
	first := slices.IndexFunc(t.applications, func(one Application) bool { return one.Reference == reference && reference != "" })
	if first >= 0 && !t.On(Submit, AcceptDuplicate) {
		if t.On(Submit, RefuseDuplicate) {
			return "", "The reference already used."
		}
		return t.acknowledgement(t.applications[first]).panel(), ""
	}
	made := Application{
		Number: fmt.Sprintf("%d%06d", 2_600_000_000+int64(t.config.Clock().YearDay())*1000, len(t.applications)+1), Service: service,
		Reference: reference, Fields: values, Papers: sent.papers, At: t.config.Clock(),
	}
	if !t.save(made) {
		return "", couldNotOpen
	}
	return t.acknowledgement(made).panel(), ""
}

func (t *Twin) checked(service string, values map[string]string) string {
	born, err := time.ParseInLocation(dateLayout, values[labelBirth], indianTime)
	switch {
	case err != nil:
		return labelBirth + ": Please enter a valid date (dd-mm-yyyy)."
	case len(values[labelPIN]) != 6:
		return labelPIN + ": Please enter a valid PIN code."
	case service == "llapply" && t.config.Clock().Before(born.AddDate(youngest, 0, 0)):
		return "The applicant is not eligible: below the age of 16."
	default:
		return ""
	}
}

func (t *Twin) acknowledgement(one Application) details {
	return details{Title: "Acknowledgement", Rows: [][2]string{
		{labelNumber, one.Number}, {labelReference, one.Reference}, {"Date of Submission", one.At.In(indianTime).Format(dateTimeLayout)},
		{"To be decided by", one.At.In(indianTime).AddDate(0, 0, 7).Format(dateLayout)}, {labelFee, feeOf(one.Service)},
	}}
}

// standing is where an application is, with its history.
type standing struct {
	word    string
	history [][]string
	issued  bool
}

// happening is one line of a history.
type happening struct {
	at                           time.Time
	word, task, officer, remarks string
}

func (t *Twin) standing(one Application) standing {
	steps, working := t.work(one), "SCRUTINY"
	if one.waitsForFee() {
		working = feePending
	}
	now := t.config.Clock()
	steps = slices.DeleteFunc(steps, func(step happening) bool { return step.at.After(now) })
	for _, query := range one.Queries {
		steps = append(steps, happening{query.At, "ON HOLD", "Query", inspector, query.Text})
		for _, reply := range query.Replies {
			steps = append(steps, happening{reply.At, working, "Reply by applicant", "Online", "Ref. " + reply.Reference})
		}
	}
	slices.SortStableFunc(steps, func(x, y happening) int { return x.at.Compare(y.at) })
	last := steps[len(steps)-1]
	made := standing{word: last.word, issued: last.word == "LICENCE ISSUED"}
	for _, step := range steps {
		made.history = append(made.history, []string{step.task, step.officer, step.at.In(indianTime).Format(dateTimeLayout), step.remarks})
	}
	return made
}

// work is what the office does of itself. It begins when the fee is paid.
func (t *Twin) work(one Application) []happening {
	steps := []happening{{one.At, "SUBMITTED", "Application submitted", "Online", ""}}
	begins := one.At
	if one.waitsForFee() {
		steps[0].word = feePending
		return steps
	}
	if len(one.Payments) > 0 {
		begins = one.Payments[0].At
		steps = append(steps, happening{begins, "SUBMITTED", "Fee received", "Online", ""})
	}
	decision := happening{begins.Add(2 * t.config.Pace), "LICENCE ISSUED", "Approval", "Licensing Authority", "Issued"}
	if one.Fields[labelName] == "SUDHAKAR" {
		decision.word, decision.remarks = "REJECTED", "Photograph is not clear"
	}
	return append(steps, happening{begins.Add(t.config.Pace), "SCRUTINY", "Scrutiny", inspector, ""}, decision)
}

const feePending = "FEE PENDING"

const inspector = "Motor Vehicle Inspector"

// reply takes an answer to what the office asked last.
func (t *Twin) reply(sent filled) (panel, wrong string) {
	for _, one := range t.applications {
		if one.Number != sent.values[labelNumber] || one.Fields[labelBirth] != sent.values[labelBirth] {
			continue
		}
		reference := sent.values[labelReference]
		for _, query := range one.Queries {
			if slices.ContainsFunc(query.Replies, func(made Answered) bool { return made.Reference == reference && reference != "" }) {
				return t.replied(one, reference), ""
			}
		}
		if t.standing(one).word != "ON HOLD" {
			return "", "The application is not on hold."
		}
		one.Queries = slices.Clone(one.Queries)
		last := &one.Queries[len(one.Queries)-1]
		last.Replies = append(slices.Clone(last.Replies), Answered{reference, sent.values[labelReply], sent.papers, t.config.Clock()})
		if !t.save(one) {
			return "", couldNotOpen
		}
		return t.replied(one, reference), ""
	}
	return "", "No application found."
}

func (t *Twin) replied(one Application, reference string) string {
	return details{Title: "Reply received", Rows: [][2]string{{labelNumber, one.Number}, {labelReference, reference}}}.panel()
}

func (t *Twin) track(sent filled) (panel, wrong string) {
	values := sent.values
	for _, one := range t.applications {
		if one.Number != values[labelNumber] && (values[labelReference] == "" || one.Reference != values[labelReference]) ||
			one.Fields[labelBirth] != values[labelBirth] {
			continue
		}
		now := t.standing(one)
		shown := t.acknowledgement(one)
		shown.Title = "Application Status"
		shown.Rows = append(shown.Rows, [2]string{"Current Status", now.word})
		shown.Tables = []table{{Columns: []string{"Task", "Officer", "Date", "Remarks"}, Lines: now.history}}
		showFee(one, &shown)
		if now.issued {
			shown.Print = "/print.xhtml?" + url.Values{"number": {one.Number}}.Encode()
		}
		t.drift(&shown)
		return shown.panel(), ""
	}
	return "", "No application found."
}

func (t *Twin) drift(shown *details) {
	repeats, moved := t.On(Track, twin.DuplicateRows), t.On(Track, twin.MovedColumns)
	for i := range shown.Tables {
		if repeats {
			shown.Tables[i].repeatFirst()
		}
		if moved {
			shown.Tables[i].mirror()
		}
	}
}

// print gives the paper, to whoever looked the application up in the visit.
func (t *Twin) print(w http.ResponseWriter, r *http.Request) {
	if _, known := t.visit(r); !known {
		page(w, "expired", nil)
		return
	}
	number := r.URL.Query().Get("number")
	for _, one := range t.applications {
		if one.Number == number && t.standing(one).issued {
			w.Header().Set("Content-Type", "application/pdf")
			_, _ = w.Write(paper(strings.ToUpper(titleOf(one.Service)), number, "Issued on "+t.config.Clock().In(indianTime).Format(dateLayout)))
			return
		}
	}
	http.NotFound(w, r)
}

// titleOf is what the page of a service is called.
func titleOf(service string) string {
	for _, form := range forms() {
		if form.path == "apply/"+service+".xhtml" {
			return form.title
		}
	}
	return service
}

// paper is a small PDF with some lines of text.
func paper(lines ...string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 18 Tf 72 760 Td 28 TL\n")
	for _, line := range lines {
		text.WriteString("(" + strings.NewReplacer("(", `\(`, ")", `\)`, `\`, `\\`).Replace(line) + ") Tj T*\n")
	}
	text.WriteString("ET")
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}
	var file bytes.Buffer
	file.WriteString("%PDF-1.4\n")
	offsets := make([]int, 0, len(objects))
	for i, object := range objects {
		offsets = append(offsets, file.Len())
		fmt.Fprintf(&file, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := file.Len()
	fmt.Fprintf(&file, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&file, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&file, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return file.Bytes()
}
