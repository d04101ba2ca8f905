package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jansetu/jansetu/store/vault"
)

// Defect is a complaint that an office has and that others near by may join.
type Defect struct {
	Request  string // the reference of the complaint
	Portal   string
	Tenant   string // the town's or office's code
	Category string // the portal's
	Cell     string // a geohash of seven characters
	// Place is where exactly, as the caller writes it; it is kept under the key of who filed the complaint.
	Place string
}

// OpenDefect is a defect that may be joined.
type OpenDefect struct {
	Request string
	Place   string
	// Own says that whoever asks has filed it.
	Own bool
	// Followers are the requests that have joined it; whose they are is not told.
	Followers int
	OpenedAt  time.Time
}

// followedDefect is the constraint that a follower's defect is there.
const followedDefect = "defect_follower_defect_fkey"

// OpenDefect lets others join a complaint. Doing it again changes nothing. It fails with ErrNoRequest and vault.ErrErased.
func (s *Store) OpenDefect(ctx context.Context, d Defect) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		person, err := tx.personOfWorkflow(ctx, d.Request)
		if err != nil {
			return err
		}
		if person == HubPerson {
			return fmt.Errorf("%w: %s", ErrNoRequest, d.Request)
		}
		place, err := tx.ring.sealOne(ctx, person, []byte(d.Place), placeOfDefect(d.Request))
		if err != nil {
			return fmt.Errorf("encrypt place: %w", err)
		}
		_, err = tx.Exec(ctx, `
			insert into defect (request, portal, tenant, category, cell, place) values ($1, $2, $3, $4, $5, $6) on conflict (request) do nothing`,
			d.Request, d.Portal, d.Tenant, d.Category, d.Cell, place)
		if err != nil {
			return fmt.Errorf("insert defect: %w", err)
		}
		return nil
	})
}

// DefectsIn lists the open defects of one portal, tenant and category in some cells, the oldest first, at most 100. request is the one that
// asks. What an erased person filed is left out.
func (s *Store) DefectsIn(ctx context.Context, request string, like Defect, cells []string) ([]OpenDefect, error) {
	rows, err := s.pool.Query(ctx, `
		select d.request, d.place, r.person = mine.person, (select count(*) from defect_follower f where f.defect = d.request), d.opened_at
		from defect d join request r on r.reference = d.request and r.open, request mine
		where mine.reference = $1 and d.request <> $1 and d.portal = $2 and d.tenant = $3 and d.category = $4 and d.cell = any($5)
		order by d.opened_at, d.request limit 100`, request, like.Portal, like.Tenant, like.Category, cells)
	if err != nil {
		return nil, fmt.Errorf("read defects: %w", err)
	}
	var sealed [][]byte
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (open OpenDefect, err error) {
		var place []byte
		err = row.Scan(&open.Request, &place, &open.Own, &open.Followers, &open.OpenedAt)
		sealed = append(sealed, place)
		return open, err
	})
	if err != nil {
		return nil, fmt.Errorf("read defects: %w", err)
	}
	return s.withPlaces(ctx, found, sealed)
}

func (s *Store) withPlaces(ctx context.Context, found []OpenDefect, sealed [][]byte) ([]OpenDefect, error) {
	ring := s.ring()
	if err := ring.loadFor(ctx, sealed...); err != nil {
		return nil, err
	}
	var readable []OpenDefect
	for i, each := range found {
		place, err := ring.open(sealed[i], placeOfDefect(each.Request))
		if errors.Is(err, vault.ErrErased) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read place: %w", err)
		}
		each.Place = string(place)
		readable = append(readable, each)
	}
	return readable, nil
}

// FollowDefect has a request wait for the news of a defect, instead of another that it waited for; it answers false when the defect is not
// open any more.
func (s *Store) FollowDefect(ctx context.Context, request, defect string) (bool, error) {
	tag, err := s.pool.Exec(ctx, `
		insert into defect_follower (request, defect) select $1, request from defect where request = $2
		on conflict (request) do update set defect = excluded.defect`, request, defect)
	if gone, ok := errors.AsType[*pgconn.PgError](err); ok && gone.ConstraintName == followedDefect {
		return false, nil // it ended at this very moment
	}
	if err != nil {
		return false, fmt.Errorf("follow defect: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// LeaveDefect ends following. Leaving what is not followed changes nothing.
func (s *Store) LeaveDefect(ctx context.Context, request string) error {
	if _, err := s.pool.Exec(ctx, `delete from defect_follower where request = $1`, request); err != nil {
		return fmt.Errorf("leave defect: %w", err)
	}
	return nil
}

// FollowsDefect tells whether a request still waits for the news of an open defect.
func (s *Store) FollowsDefect(ctx context.Context, request string) (follows bool, err error) {
	err = s.pool.QueryRow(ctx, `
		select exists (select from defect_follower f join request r on r.reference = f.defect and r.open where f.request = $1)`, request).Scan(&follows)
	if err != nil {
		return false, fmt.Errorf("read follower: %w", err)
	}
	return follows, nil
}

// DefectNews is something that all who follow a defect are told, by a signal to their workflows.
type DefectNews struct {
	Defect string
	// Mark tells this piece of news from the others of the defect: the same one twice is told once.
	Mark    string
	Signal  string
	Payload json.RawMessage // the same for all: it must name nobody
	// Last ends the defect: nobody follows it any more, and nobody can join.
	Last bool
}

// SpreadNews tells the followers of a defect, in one transaction with its end. Who joins at the same moment either hears it or does not
// join. It answers to how many it was told.
func (s *Store) SpreadNews(ctx context.Context, news DefectNews) (told int, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		told, err = tx.spreadNews(ctx, news)
		return err
	})
	return told, err
}

func (tx *Tx) spreadNews(ctx context.Context, news DefectNews) (told int, err error) {
	if _, err := tx.Exec(ctx, `select from defect where request = $1 for update`, news.Defect); err != nil {
		return 0, fmt.Errorf("lock defect: %w", err)
	}
	rows, err := tx.Query(ctx, `select request from defect_follower where defect = $1 order by request`, news.Defect)
	if err != nil {
		return 0, fmt.Errorf("read followers: %w", err)
	}
	followers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, fmt.Errorf("read followers: %w", err)
	}
	for _, follower := range followers {
		signal := WorkflowSignal{Reference: follower, Name: news.Signal, Payload: news.Payload}
		err := tx.EnqueueSignal(ctx, signal, "defect:"+news.Defect+"/"+news.Mark+":"+follower)
		if errors.Is(err, vault.ErrErased) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("tell follower: %w", err)
		}
		told++
	}
	if news.Last {
		if _, err := tx.Exec(ctx, `delete from defect where request = $1`, news.Defect); err != nil {
			return 0, fmt.Errorf("delete defect: %w", err)
		}
	}
	return told, nil
}
