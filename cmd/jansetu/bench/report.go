package bench

import (
	"fmt"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/measure"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/scenario"
)

// Report is what a run measured. Scenarios that did not run are nil.
type Report struct {
	Machine    measure.Machine      `json:"machine"`
	Idle       *IdleResult          `json:"idle,omitempty"`
	Load       *LoadResult          `json:"load,omitempty"`
	Dedupe     *scenario.Dedupe     `json:"dedupe,omitempty"`
	Saturation *scenario.Saturation `json:"saturation,omitempty"`
	Goals      []Goal               `json:"goals"`
}

// IdleResult is one turn at a time, with its cost.
type IdleResult struct {
	scenario.Idle

	Cost Cost `json:"cost"`
}

// LoadResult is the load, with its cost.
type LoadResult struct {
	scenario.Load

	Cost Cost `json:"cost"`
	// Statements are those that took PostgreSQL most time, since the hub started.
	Statements []measure.Statement `json:"statements,omitempty"`
}

// Cost is what a scenario used up; zero where it could not be measured.
type Cost struct {
	HubPeakMemoryBytes   int64   `json:"hub_peak_memory_bytes"` // resident, since the hub started
	HubCPUSeconds        float64 `json:"hub_cpu_seconds"`
	PostgreSQLCPUSeconds float64 `json:"postgresql_cpu_seconds"`
	GeneratorCPUSeconds  float64 `json:"generator_cpu_seconds"` // the emulator is part of it
	StatementsPerTurn    float64 `json:"statements_per_turn"`   // all the database executed, statuses included
	TransactionsPerTurn  float64 `json:"transactions_per_turn"`
	RefusedByMeta        int64   `json:"refused_by_meta"` // sends the emulator refused
}

// Goal is one of the project's speed goals and whether the run met it.
type Goal struct {
	Name string `json:"name"`
	Want string `json:"want"`
	Got  string `json:"got"`
	Met  bool   `json:"met"`
	// Exactness marks the goals no run may miss: nothing lost, nothing twice.
	Exactness bool `json:"exactness"`
}

const (
	goalIdleTurn  = 15 * time.Millisecond
	goalAccepted  = 1000.0
	goalAck       = 250 * time.Millisecond
	goalTurns     = 500.0
	goalHubMemory = 200 << 20
)

func goals(r Report) []Goal {
	var all []Goal
	if r.Idle != nil {
		all = append(all,
			atMost("idle turn p50", goalIdleTurn, r.Idle.Turn.P50),
			exactly("idle: one reply to each message", r.Idle.Replies))
	}
	if r.Load != nil {
		all = append(all, loadGoals(*r.Load)...)
	}
	if r.Dedupe != nil {
		all = append(all, dedupeGoals(*r.Dedupe)...)
	}
	if r.Saturation != nil {
		for i, step := range r.Saturation.Steps {
			all = append(all, exactly(fmt.Sprintf("climb, step %d: one reply to each message", i+1), step.Replies))
		}
	}
	return all
}

func loadGoals(l LoadResult) []Goal {
	all := []Goal{
		atLeast("webhooks accepted per second", goalAccepted, l.AcceptedPerSecond),
		atMost("acknowledgement p99", goalAck, l.Ack.P99),
		atLeast("whole turns per second", goalTurns, l.TurnsPerSecond),
		exactly("load: one reply to each message", l.Replies),
	}
	if l.Cost.HubPeakMemoryBytes > 0 {
		all = append(all, Goal{
			Name: "peak memory of the hub", Want: "at most " + megabytes(goalHubMemory), Got: megabytes(l.Cost.HubPeakMemoryBytes),
			Met: l.Cost.HubPeakMemoryBytes <= goalHubMemory,
		})
	}
	return all
}

func dedupeGoals(d scenario.Dedupe) []Goal {
	all := []Goal{exactly(fmt.Sprintf("%d messages %d times at once: one reply each", d.Messages, d.Copies), d.Replies)}
	if d.Rows >= 0 {
		all = append(all, Goal{
			Name: "rows they make", Want: strconv.Itoa(d.Messages), Got: strconv.Itoa(d.Rows), Met: d.Rows == d.Messages, Exactness: true,
		})
	}
	return all
}

func atMost(name string, want, got time.Duration) Goal {
	return Goal{Name: name, Want: "at most " + milliseconds(want), Got: milliseconds(got), Met: got <= want}
}

func atLeast(name string, want, got float64) Goal {
	return Goal{Name: name, Want: fmt.Sprintf("at least %.0f", want), Got: fmt.Sprintf("%.0f", got), Met: got >= want}
}

func exactly(name string, r scenario.Replies) Goal {
	return Goal{
		Name: name, Want: "0 lost, 0 doubled",
		Got: fmt.Sprintf("%d lost, %d doubled, %d refused, %d stray of %d", r.Lost, r.Doubled, r.Unsent, r.Strays, r.Begun),
		Met: r.Exact(), Exactness: true,
	}
}

// Exact reports whether no reply was lost or doubled.
func (r Report) Exact() bool {
	for _, goal := range r.Goals {
		if goal.Exactness && !goal.Met {
			return false
		}
	}
	return true
}

// Met reports whether every goal that was measured was met.
func (r Report) Met() bool {
	for _, goal := range r.Goals {
		if !goal.Met {
			return false
		}
	}
	return true
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/(1<<20)) }
