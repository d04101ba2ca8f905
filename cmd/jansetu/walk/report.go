package walk

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/jansetu/jansetu/catalog"
)

// Report is what walks came to.
type Report struct{ Results []Result }

// Result is one walk.
type Result struct {
	State, Service, Title string
	Kind                  catalog.Kind
	Language              catalog.Language
	// Arrival is how many messages of ours came from "Hi" to the menu, once for each citizen. Messages and Billable are those from what the
	// citizen typed to the end, with right answers only.
	Arrival, Messages, Billable int
	// Native says that a form inside WhatsApp was filled in, Challenges how many of the messages ask for what a portal wants of a person, a
	// code or letters of a picture, and take the answers.
	Native     bool
	Challenges int
	Seconds    float64
	Failures   []string // empty: done
	Last       []string // messages
}

// Green tells whether every walk was completed, and there was one.
func (r *Report) Green() bool {
	return len(r.Results) > 0 && !slices.ContainsFunc(r.Results, func(each Result) bool { return len(each.Failures) > 0 })
}

// sorted is by state, service and language.
func (r *Report) sorted() []Result {
	return slices.SortedFunc(slices.Values(r.Results), func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Language, b.Language))
	})
}

// Write prints the table, what failed, and what a request costs in messages.
func (r *Report) Write(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "state\tservice\tkind\tlanguage\toutcome\tmessages\tbillable\tseconds")
	for _, each := range r.sorted() {
		outcome := "done"
		if len(each.Failures) > 0 {
			outcome = "FAILED"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%.1f\n",
			each.State, each.Service, each.Kind, each.Language, outcome, each.Messages, each.Billable, each.Seconds)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	r.writeFailures(out)
	for _, each := range r.sorted() {
		if len(each.Failures) == 0 && len(each.Last) > 0 {
			_, _ = fmt.Fprintf(out, "\n%s %s (%s, %s): done\n    %s\n", each.State, each.Service, each.Kind, each.Language, strings.Join(each.Last, "\n    "))
		}
	}
	return r.writeCosts(out)
}

// writeFailures prints what went wrong once for all languages in which it did, with the messages of the first.
func (r *Report) writeFailures(out io.Writer) {
	type fault struct{ state, service, what string }
	languages, order, first := map[fault][]string{}, []fault{}, map[fault]Result{}
	for _, each := range r.sorted() {
		for _, failure := range each.Failures {
			key := fault{each.State, each.Service, failure}
			if languages[key] == nil {
				order, first[key] = append(order, key), each
			}
			languages[key] = append(languages[key], string(each.Language))
		}
	}
	for _, key := range order {
		_, _ = fmt.Fprintf(out, "\n%s %s (%s, %s)\n  %s\n", key.state, key.service, first[key].Kind, strings.Join(languages[key], " "), key.what)
		if first[key].Failures[0] != key.what {
			continue
		}
		for _, said := range first[key].Last {
			_, _ = fmt.Fprintf(out, "    %s\n", said)
		}
	}
}

// writeCosts prints how many messages of ours a completed request takes.
func (r *Report) writeCosts(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "\nkind\tform\twalks\tdone\tbillable messages for a completed request: mean\tleast\tmost"+
		"\tof them about codes and captchas\tseconds, mean")
	for _, kind := range kinds() {
		for _, native := range []bool{false, true} {
			form := "chat"
			if native {
				form = "inside WhatsApp"
			}
			if cost := r.cost(kind, native); cost.walks > 0 {
				_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%.1f\t%d\t%d\t%.1f\t%.1f\n", kind, form, cost.walks, cost.done,
					cost.mean(cost.messages), cost.least, cost.most, cost.mean(cost.challenges), cost.mean(cost.seconds))
			}
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print the costs: %w", err)
	}
	return nil
}

// cost is what the walks of a kind took.
type cost struct {
	walks, done, least, most int
	messages, challenges     float64
	seconds                  float64
}

func (c cost) mean(sum float64) float64 { return sum / float64(max(c.done, 1)) }

func (r *Report) cost(kind catalog.Kind, native bool) (c cost) {
	for _, each := range r.Results {
		if each.Kind != kind || each.Native != native {
			continue
		}
		c.walks++
		if len(each.Failures) > 0 {
			continue
		}
		c.done++
		c.messages += float64(each.Billable)
		c.challenges += float64(each.Challenges)
		c.seconds += each.Seconds
		c.most = max(c.most, each.Billable)
		if c.least == 0 || each.Billable < c.least {
			c.least = each.Billable
		}
	}
	return c
}
