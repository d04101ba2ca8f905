package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Difference is what two of our books, the payment gateway and a department do not say alike about one thing. Amounts are paise.
type Difference struct {
	Kind     string
	Subject  string // the id of the payment, refund or order; unique with Kind
	Portal   string // who says otherwise
	Order    string // empty: none of ours
	Day      time.Time
	Expected int64 // by our books
	Found    int64 // by the portal
}

// Examination is what was compared: a case of one of the kinds about one of the subjects that is no Difference is over.
type Examination struct {
	Kinds       []string
	Subjects    []string
	Differences []Difference
}

// SettleCases opens a case for every difference that has none, opens again one that was over, and closes those of what was examined
// and is alike now. It tells how many it opened and closed.
func (s *Store) SettleCases(ctx context.Context, e Examination) (opened, closed int, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		still := make([]string, 0, len(e.Differences))
		for _, d := range e.Differences {
			isNew, err := tx.openCase(ctx, d)
			if err != nil {
				return err
			}
			if isNew {
				opened++
			}
			still = append(still, d.Kind+" "+d.Subject)
		}
		tag, err := tx.Exec(ctx, `
			update reconciliation_case set closed_at = now()
			where closed_at is null and kind = any($1) and subject = any($2) and kind || ' ' || subject <> all($3)`, e.Kinds, e.Subjects, still)
		closed = int(tag.RowsAffected())
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("settle reconciliation cases: %w", err)
	}
	return opened, closed, nil
}

func (tx *Tx) openCase(ctx context.Context, d Difference) (opened bool, err error) {
	err = tx.QueryRow(ctx, `
		with known as (select closed_at from reconciliation_case where kind = $1 and subject = $2)
		insert into reconciliation_case as c (kind, subject, portal, order_id, day, expected, found)
		values ($1, $2, $3, nullif($4, ''), $5, $6, $7)
		on conflict (kind, subject) do update set
			seen_at = now(), closed_at = null, expected = excluded.expected, found = excluded.found,
			opened_at = case when c.closed_at is null then c.opened_at else now() end
		returning not exists (select from known where closed_at is null)`,
		d.Kind, d.Subject, d.Portal, d.Order, d.Day, d.Expected, d.Found).Scan(&opened)
	return opened, err
}

// Case is a difference and since when it is there.
type Case struct {
	Difference

	OpenedAt time.Time
	SeenAt   time.Time // when it was last compared
}

// OpenCases lists the cases that are open, oldest first, within a transaction such as one that works under an operator's role.
func OpenCases(ctx context.Context, db querier, limit int) ([]Case, error) {
	rows, err := db.Query(ctx, `
		select kind, subject, portal, coalesce(order_id, ''), day, expected, found, opened_at, seen_at
		from reconciliation_case where closed_at is null order by opened_at, kind, subject limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read reconciliation cases: %w", err)
	}
	cases, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Case, err error) {
		err = row.Scan(&c.Kind, &c.Subject, &c.Portal, &c.Order, &c.Day, &c.Expected, &c.Found, &c.OpenedAt, &c.SeenAt)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read reconciliation cases: %w", err)
	}
	return cases, nil
}

// CountCases counts the open cases by kind.
func (s *Store) CountCases(ctx context.Context) (map[string]int, error) {
	rows, err := s.pool.Query(ctx, `select kind, count(*) from reconciliation_case where closed_at is null group by kind`)
	if err != nil {
		return nil, fmt.Errorf("count reconciliation cases: %w", err)
	}
	counts := map[string]int{}
	var kind string
	var n int
	if _, err = pgx.ForEachRow(rows, []any{&kind, &n}, func() error { counts[kind] = n; return nil }); err != nil {
		return nil, fmt.Errorf("count reconciliation cases: %w", err)
	}
	return counts, nil
}

// CasesAbout lists the subjects of open cases of some kinds.
func (s *Store) CasesAbout(ctx context.Context, kinds ...string) ([]string, error) {
	rows, err := s.pool.Query(ctx, `select distinct subject from reconciliation_case where closed_at is null and kind = any($1)`, kinds)
	if err != nil {
		return nil, fmt.Errorf("read reconciliation cases: %w", err)
	}
	subjects, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read reconciliation cases: %w", err)
	}
	return subjects, nil
}
