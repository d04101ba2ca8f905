package ops

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/access"
)

// Who is refused mostRefusals times within lockTime is kept out for lockTime, by every gateway.
const (
	mostRefusals = 10
	lockTime     = 15 * time.Minute
)

func (p *Pages) locked(ctx context.Context, subject string) (locked bool, err error) {
	err = p.asOperator(ctx, subject, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select until > $2 from operator_lock where subject = $1 and until is not null`, subject, p.config.Now()).Scan(&locked)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("read lock: %w", err)
	}
	return locked, nil
}

func (p *Pages) countRefusal(ctx context.Context, subject string) error {
	now := p.config.Now()
	return p.asOperator(ctx, subject, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into operator_lock (subject, failures, since) values ($1, 1, $2)
			on conflict (subject) do update set
				failures = case when operator_lock.since < $3 then 1 else operator_lock.failures + 1 end,
				since = case when operator_lock.since < $3 then $2 else operator_lock.since end,
				until = case when operator_lock.since >= $3 and operator_lock.failures + 1 >= $4 then $5::timestamptz end`,
			subject, now, now.Add(-lockTime), mostRefusals, now.Add(lockTime))
		if err != nil {
			return fmt.Errorf("count refusal: %w", err)
		}
		return nil
	})
}

func (p *Pages) asOperator(ctx context.Context, subject string, f func(context.Context, pgx.Tx) error) error {
	return access.Within(ctx, p.config.Pool, access.Scope{Role: access.Operator, Subject: subject}, f)
}
