package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/openloop"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/scenario"
)

// WriteTable prints the report for people.
func (r Report) WriteTable(w io.Writer) error {
	t := &table{rows: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	t.row(r.Machine.String())
	if r.Idle != nil {
		t.idle(*r.Idle)
	}
	if r.Load != nil {
		t.load(*r.Load)
	}
	if r.Dedupe != nil {
		t.dedupe(*r.Dedupe)
	}
	if r.Saturation != nil {
		t.saturation(*r.Saturation)
	}
	t.goals(r.Goals)
	if t.err != nil {
		return fmt.Errorf("print the report: %w", t.err)
	}
	return nil
}

// table collects rows and the first error of writing them.
type table struct {
	rows *tabwriter.Writer
	err  error
}

func (t *table) row(cells ...string) {
	if _, err := fmt.Fprintln(t.rows, strings.Join(cells, "\t")); err != nil && t.err == nil {
		t.err = err
	}
}

func (t *table) section(title string) {
	t.row("")
	t.row(title)
}

func (t *table) summary(name string, s openloop.Summary) {
	t.row("  "+name, fmt.Sprintf("p50 %s   p90 %s   p99 %s   max %s", milliseconds(s.P50), milliseconds(s.P90), milliseconds(s.P99), milliseconds(s.Max)))
}

func (t *table) replies(r scenario.Replies) {
	t.row("  replies", fmt.Sprintf("%d of %d; %d lost, %d doubled, %d refused, %d stray", r.Replied, r.Begun, r.Lost, r.Doubled, r.Unsent, r.Strays))
}

func (t *table) idle(r IdleResult) {
	t.section("IDLE: one turn at a time")
	t.summary("turn", r.Turn)
	t.summary("acknowledgement", r.Ack)
	t.replies(r.Replies)
	t.row("  database", fmt.Sprintf("%.1f statements, %.1f transactions a turn", r.Cost.StatementsPerTurn, r.Cost.TransactionsPerTurn))
}

func (t *table) load(r LoadResult) {
	t.section(fmt.Sprintf("LOAD: %.0f webhooks/s for %.0f s, open loop", r.Rate, r.Seconds))
	t.row("  accepted", fmt.Sprintf("%.0f webhooks/s (%d of %d)", r.AcceptedPerSecond, r.Accepted, r.Offered))
	t.summary("acknowledgement", r.Ack)
	t.row("  turns", fmt.Sprintf("%.0f a second", r.TurnsPerSecond))
	t.summary("turn", r.Turn)
	t.replies(r.Replies)
	t.row("  mix", fmt.Sprintf("%s; %d statuses; %d delivered twice", counts(r.Messages), r.Statuses, r.Repeated))
	t.row("  errors", fmt.Sprintf("webhooks not answered 200: %s; sends refused by Meta: %d", counts(r.Errors), r.Cost.RefusedByMeta))
	t.row("  database", fmt.Sprintf("%.2f statements, %.2f transactions a turn", r.Cost.StatementsPerTurn, r.Cost.TransactionsPerTurn))
	t.row("  hub memory", "peak "+megabytes(r.Cost.HubPeakMemoryBytes))
	t.row("  processor", fmt.Sprintf("hub %.1f s, PostgreSQL %.1f s, generator and emulator %.1f s",
		r.Cost.HubCPUSeconds, r.Cost.PostgreSQLCPUSeconds, r.Cost.GeneratorCPUSeconds))
}

func (t *table) dedupe(r scenario.Dedupe) {
	t.section(fmt.Sprintf("DEDUPE: %d messages, each delivered %d times at once", r.Messages, r.Copies))
	t.replies(r.Replies)
	t.row("  rows", strconv.Itoa(r.Rows))
	t.row("  errors", counts(r.Errors))
}

func (t *table) saturation(r scenario.Saturation) {
	t.section("CLIMB: faster until the hub falls behind")
	for _, step := range r.Steps {
		t.row(fmt.Sprintf("  %.0f/s", step.Rate), fmt.Sprintf("accepted %.0f/s, ack p99 %s, %.0f turns/s, turn p99 %s",
			step.AcceptedPerSecond, milliseconds(step.Ack.P99), step.TurnsPerSecond, milliseconds(step.Turn.P99)))
	}
	t.row("  sustained", fmt.Sprintf("%.0f webhooks/s, %.0f turns/s; peak %.0f turns/s", r.AcceptedPerSecond, r.TurnsPerSecond, r.PeakTurns))
}

func (t *table) goals(all []Goal) {
	t.section("GOALS")
	for _, goal := range all {
		verdict := "met"
		if !goal.Met {
			verdict = "MISSED"
		}
		t.row("  "+goal.Name, goal.Want, goal.Got, verdict)
	}
	if err := t.rows.Flush(); err != nil && t.err == nil {
		t.err = err
	}
}

func counts(of map[string]int) string {
	if len(of) == 0 {
		return "none"
	}
	parts := make([]string, 0, len(of))
	for _, kind := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, fmt.Sprintf("%d %s", of[kind], kind))
	}
	return strings.Join(parts, ", ")
}
