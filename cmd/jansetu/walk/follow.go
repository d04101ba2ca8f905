package walk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
)

const (
	// endLimit is how long a request may take whose department decides at once, and silence how long it may say nothing.
	endLimit = 6 * time.Minute
	silence  = 3 * time.Minute
	// rest is how long nothing is said when a request stays with the department.
	rest = 6 * time.Second
	// glance is how often it is looked where the request stands.
	glance = 250 * time.Millisecond
	// settling is how long what is under way at the end is waited for.
	settling = 400 * time.Millisecond
	// delivery is how long a message may be on its way when the request is done.
	delivery = time.Minute
)

// stand is where a request stands, as the hub's own store has it.
type stand struct {
	stage string
	open  bool
}

// follow answers what the request asks until it has come to its end.
func (w *walker) follow(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, endLimit)
	defer cancel()
	last := time.Now()
	for {
		shown, err := w.hear(ctx, glance)
		if err != nil {
			return w.withStand(context.WithoutCancel(ctx), err)
		}
		for _, each := range shown {
			last = time.Now()
			if err := w.react(ctx, each); err != nil {
				return err
			}
		}
		if len(shown) > 0 {
			continue
		}
		at, err := w.standing(ctx)
		if err != nil {
			return err
		}
		if ended, err := w.ended(ctx, at, time.Since(last)); ended {
			return errors.Join(err, w.settle(ctx), w.nothingLeft(ctx, at))
		}
		if time.Since(last) > silence {
			return fmt.Errorf("nothing more is said; the request stands at %s", at.stage)
		}
	}
}

func (w *walker) withStand(ctx context.Context, err error) error {
	at, unknown := w.standing(ctx)
	if unknown != nil {
		return errors.Join(err, unknown)
	}
	return fmt.Errorf("%w; the request stands at %s", err, at.stage)
}

func (w *walker) standing(ctx context.Context) (at stand, err error) {
	const query = `select stage, open from request where reference = $1`
	if err = w.store.QueryRow(ctx, query, w.reference).Scan(&at.stage, &at.open); err != nil {
		return at, fmt.Errorf("read where the request stands: %w", err)
	}
	return at, nil
}

const (
	stageDone       = "done"
	stageBooked     = "booked"
	stageInProgress = "in_progress"
	stageOfficer    = "with_officer"
)

// ended tells whether the request has come to where it should, and fails when it has come to where it should not.
func (w *walker) ended(ctx context.Context, at stand, quiet time.Duration) (bool, error) {
	switch {
	case at.stage == stageDone && !at.open, at.stage == stageBooked && w.service.Kind == catalog.KindBooking:
		err := w.delivered(ctx)
		return err == nil || quiet > delivery, err // it is on its way
	case !at.open, at.stage == stageOfficer: // nobody is there to help
		return true, fmt.Errorf("the request came to the stage %s", at.stage)
	case at.stage == stageInProgress && w.service.Kind == catalog.KindGrievance:
		return quiet > rest, nil // with the office, for days
	case at.stage == stageInProgress && w.service.Delivers == catalog.DeliversNothing:
		return quiet > rest, nil
	}
	return false, nil
}

// delivered expects the paper that the service promises.
func (w *walker) delivered(ctx context.Context) error {
	switch w.service.Kind {
	case catalog.KindGrievance:
		return nil
	case catalog.KindApplication:
		if w.service.Delivers == catalog.DeliversNothing {
			return nil
		}
	default: // the others deliver what they say
	}
	for _, shown := range w.heard {
		if shown.Document == nil {
			continue
		}
		content, err := w.town.File(ctx, shown.Document)
		if err != nil {
			return err
		}
		if kind := http.DetectContentType(content); kind == "application/pdf" || strings.HasPrefix(kind, "image/") {
			return nil
		}
		return fmt.Errorf("the file %s cannot be opened", shown.Document.Filename)
	}
	return fmt.Errorf("no document came, though the service delivers a %s", w.service.Delivers)
}

// settle hears what is still under way when everything is over.
func (w *walker) settle(ctx context.Context) error {
	for {
		shown, err := w.hear(ctx, settling)
		if err != nil || len(shown) == 0 {
			return err
		}
	}
}

// nothingLeft expects no question that nobody waits for any more.
func (w *walker) nothingLeft(ctx context.Context, at stand) error {
	if at.open {
		return nil
	}
	var left int
	const query = `select count(*) from question where request = $1 and state = 'open'`
	if err := w.store.QueryRow(ctx, query, w.reference).Scan(&left); err != nil {
		return fmt.Errorf("read what is still asked: %w", err)
	}
	if left > 0 {
		return fmt.Errorf("the request is over, and %d of its questions are still open", left)
	}
	return nil
}
