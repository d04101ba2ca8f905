package walk

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// round walks what belongs to one hub. Every hub is fresh: what one walk pays for is not paid already.
func (w *walks) round(ctx context.Context, r round, plot func(context.Context, string) (town.Plot, error)) error {
	at, err := plot(ctx, r.name)
	if err != nil {
		return err
	}
	folder := filepath.Join(w.folder, r.name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of the hub: %w", err)
	}
	w.config.sayf("%s: starting the hub, %d walks", r.name, len(r.jobs))
	around, err := town.Open(ctx, town.Config{
		State: r.state, Services: r.services, Files: w.files, Binary: w.config.Binary, Folder: folder, Quick: true, Forms: !w.config.Chat,
		Limits: emulator.Limits{MessagesPerSecond: -1, PairBurst: -1, PairInterval: -1}, // people type slower than a walk
		Environment: []string{
			"JANSETU_MESSAGES_PER_PERSON=10000", fmt.Sprintf("JANSETU_READ_PAPERS=%t", w.config.ReadPapers),
			"JANSETU_ISSUER=" + filepath.Join(folder, "issuer"), "JANSETU_LOG_FOLDER=" + filepath.Join(folder, "log"),
		},
		Log: w.config.Log,
	}, at)
	if err != nil {
		return err
	}
	defer around.Close()
	store, err := pgxpool.New(ctx, at.DatabaseURL)
	if err != nil {
		return fmt.Errorf("read the hub's store: %w", err)
	}
	defer store.Close()
	if err := w.walkAll(ctx, r, around, store); err != nil {
		return err
	}
	return w.lookBack(ctx, r, around, store)
}

// lookBack expects, when all have walked, no message that WhatsApp refused, and none that was never sent.
func (w *walks) lookBack(ctx context.Context, r round, around *town.Town, store *pgxpool.Pool) error {
	var faults []string
	if refused := around.Meta().Counters().Refused; refused > 0 {
		faults = append(faults, fmt.Sprintf("WhatsApp refused %d messages; see %s", refused, around.LogFile(town.Gateway)))
	}
	unsent, err := unsentIn(ctx, store)
	for looks := 0; err == nil && len(unsent) > 0 && looks < mostLooks; looks++ {
		pause(ctx, glance) // what was said last is on its way
		unsent, err = unsentIn(ctx, store)
	}
	if err != nil {
		return fmt.Errorf("read what was not sent: %w", err)
	}
	if faults = append(faults, unsent...); len(faults) > 0 {
		w.done(Result{State: r.state, Service: r.name, Failures: faults})
	}
	return nil
}

// mostLooks is how often it is looked whether everything was sent, once it should have been.
const mostLooks = 40

// unsentIn counts what the hub has not sent, by why.
func unsentIn(ctx context.Context, store *pgxpool.Pool) (unsent []string, err error) {
	rows, err := store.Query(ctx, `select kind, state::text, reason, count(*) from outbox where state <> 'accepted' group by 1, 2, 3`)
	if err != nil {
		return nil, err
	}
	var kind, state, reason string
	var count int
	_, err = pgx.ForEachRow(rows, []any{&kind, &state, &reason, &count}, func() error {
		unsent = append(unsent, fmt.Sprintf("%d of the outbox (%s) are %s %s", count, kind, state, reason))
		return nil
	})
	return unsent, err
}

func pause(ctx context.Context, long time.Duration) {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

const usualParallel = 8

func (w *walks) walkAll(ctx context.Context, r round, around *town.Town, store *pgxpool.Pool) error {
	var all errgroup.Group
	all.SetLimit(cmp.Or(max(w.config.Parallel, 0), usualParallel)) // a limit of 0 would wait for ever
	for i, job := range r.jobs {
		all.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			w.done(w.one(ctx, r, job, i, around, store))
			return nil
		})
	}
	return all.Wait()
}

// one walks one service in one language.
func (w *walks) one(ctx context.Context, r round, job Job, nth int, around *town.Town, store *pgxpool.Pool) Result {
	began := time.Now()
	result := Result{State: r.state, Service: job.Service.ID, Kind: job.Service.Kind, Title: job.Service.Title["en"], Language: job.Language}
	first, err := newWalker(around, store, r.services, job, 2*nth)
	if err == nil && job.Service.Kind != catalog.KindInformation {
		err = first.stumbles(ctx)
	}
	w.take(&result, first, err)
	if err == nil { // somebody else, since the hub sends one person only so many messages in a minute
		second, err := newWalker(around, store, r.services, job, 2*nth+1)
		if err == nil {
			err = second.completes(ctx, &result)
		}
		w.take(&result, second, err)
	}
	result.Seconds = time.Since(began).Seconds()
	return result
}

// take notes what came of one citizen's walk.
func (w *walks) take(result *Result, citizen *walker, err error) {
	if err != nil {
		result.Failures = append(result.Failures, err.Error())
	}
	if citizen == nil {
		return
	}
	for _, fault := range citizen.faults {
		if !slices.Contains(result.Failures, fault) {
			result.Failures = append(result.Failures, fault)
		}
	}
	const shown = 8
	switch {
	case w.config.Show:
		result.Last = append(result.Last, citizen.said...)
	case err != nil:
		result.Last = citizen.said[max(len(citizen.said)-shown, 0):]
	}
}

func (w *walks) done(result Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report.Results = append(w.report.Results, result)
	what := fmt.Sprintf("%d messages", result.Messages)
	if len(result.Failures) > 0 {
		what = "FAILED: " + result.Failures[0]
	}
	w.config.sayf("%d of %d: %s %s %s: %s, %.1f s", len(w.report.Results), w.total, result.State, result.Language, result.Service, what, result.Seconds)
}
