package officers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/store/access"
)

// Who is refused mostRefusals times within lockTime is kept out for lockTime, by every gateway.
const (
	mostRefusals = 10
	lockTime     = 15 * time.Minute
)

func (g *Guard) locked(ctx context.Context, subject string) (locked bool, err error) {
	err = g.asOperator(ctx, subject, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select until > $2 from operator_lock where subject = $1 and until is not null`, subject, g.config.Now()).Scan(&locked)
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

// CountRefusal remembers against an officer that they tried what they may not, or guessed.
func (g *Guard) CountRefusal(ctx context.Context, subject string) error {
	now := g.config.Now()
	return g.asOperator(ctx, subject, func(ctx context.Context, tx pgx.Tx) error {
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

func (g *Guard) asOperator(ctx context.Context, subject string, f func(context.Context, pgx.Tx) error) error {
	return access.Within(ctx, g.config.Pool, access.Scope{Role: access.Operator, Subject: subject}, f)
}

// inDepartment compares without case: the provider's groups are often written small.
func inDepartment(officer login.Officer, department string) bool {
	for _, group := range officer.Groups {
		if name, ok := strings.CutPrefix(group, GroupDepartment); ok && department != "" && strings.EqualFold(name, department) {
			return true
		}
	}
	return false
}
