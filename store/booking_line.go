package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// BookingPlace is a request's place in the line before a quota.
type BookingPlace struct {
	Quota       string
	Reference   string
	ConfirmedAt time.Time // the order of the line
	Persons     int
	OpensAt     time.Time // zero: booking is open, and only a line that is there is joined
}

// BookingLine is how a line looks from one place in it.
type BookingLine struct {
	// Standing is false where there is no line.
	Standing bool
	// Ahead counts those who chose earlier, still wait and come back in time.
	Ahead   int
	OpensAt time.Time
	// SoldOut says that there was no room for so few persons.
	SoldOut bool
}

const (
	// lateness is how long after they should have looked again somebody keeps the place.
	lateness = "5 minutes"
	// quotaFor is how long after its opening a quota is remembered.
	quotaFor = "2 days"
)

// StandInLine takes a place in the line of a quota, once, and tells how the line looks from there.
func (s *Store) StandInLine(ctx context.Context, place BookingPlace) (line BookingLine, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.openQuota(ctx, place); err != nil {
			return err
		}
		line, err = tx.lineFrom(ctx, place)
		return err
	})
	return line, err
}

// openQuota notes a quota that is to open and forgets old ones, and puts the request into its line, where there is one.
func (tx *Tx) openQuota(ctx context.Context, place BookingPlace) error {
	if !place.OpensAt.IsZero() {
		if _, err := tx.Exec(ctx, `
			with old as (delete from booking_quota where opens_at < now() - $3::interval)
			insert into booking_quota (quota, opens_at) values ($1, $2) on conflict (quota) do nothing`, place.Quota, place.OpensAt, quotaFor); err != nil {
			return fmt.Errorf("note quota: %w", err)
		}
	}
	_, err := tx.Exec(ctx, `
		insert into booking_line (quota, reference, confirmed_at, persons, looks_at)
		select quota, $2, $3, $4, greatest(opens_at, now()) from booking_quota
		where quota = $1 and ($5 or exists (select from booking_line other where other.quota = $1))
		on conflict (quota, reference) do nothing`, place.Quota, place.Reference, place.ConfirmedAt, place.Persons, !place.OpensAt.IsZero())
	if err != nil {
		return fmt.Errorf("join line: %w", err)
	}
	return nil
}

func (tx *Tx) lineFrom(ctx context.Context, place BookingPlace) (BookingLine, error) {
	line := BookingLine{Standing: true}
	err := tx.QueryRow(ctx, `
		select quota.opens_at, coalesce(quota.sold_out <= mine.persons, false),
			(select count(*) from booking_line other where other.quota = mine.quota
				and (other.confirmed_at, other.reference) < (mine.confirmed_at, mine.reference)
				and other.looks_at > now() - $3::interval)
		from booking_line mine join booking_quota quota using (quota) where mine.quota = $1 and mine.reference = $2`,
		place.Quota, place.Reference, lateness).Scan(&line.OpensAt, &line.SoldOut, &line.Ahead)
	if errors.Is(err, pgx.ErrNoRows) {
		return BookingLine{}, nil
	}
	if err != nil {
		return BookingLine{}, fmt.Errorf("look at line: %w", err)
	}
	return line, nil
}

// LookAgainAt says when the request looks at the line again.
func (s *Store) LookAgainAt(ctx context.Context, place BookingPlace, at time.Time) error {
	_, err := s.pool.Exec(ctx, `update booking_line set looks_at = $3 where quota = $1 and reference = $2`, place.Quota, place.Reference, at)
	if err != nil {
		return fmt.Errorf("keep place in line: %w", err)
	}
	return nil
}

// LeaveLine gives the place up, and notes when there was no room for so many persons.
func (s *Store) LeaveLine(ctx context.Context, place BookingPlace, soldOut bool) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Exec(ctx, `delete from booking_line where quota = $1 and reference = $2`, place.Quota, place.Reference); err != nil {
			return fmt.Errorf("leave line: %w", err)
		}
		if !soldOut {
			return nil
		}
		_, err := tx.Exec(ctx, `update booking_quota set sold_out = least(sold_out, $2) where quota = $1`, place.Quota, place.Persons)
		if err != nil {
			return fmt.Errorf("note sold out: %w", err)
		}
		return nil
	})
}
