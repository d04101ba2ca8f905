package endtoend_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestACitizenSeesAndDeletesTheirData goes from the notice to being a stranger again, with the worker killed in the middle of the
// erasure.
func TestACitizenSeesAndDeletesTheirData(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(7), "Sita Devi")
	c.writes("Hi").hears(ctx, english.language)
	c.presses(english.language).hears(ctx, "What we keep")
	c.presses("Read more").hears(ctx, "Data Protection Board")
	c.presses(english.agree).hears(ctx, "")
	require.Equal(t, 1, s.count(t, `select count(*) from consent c join notice n on n.hash = c.shown where c.given and position('What we keep' in n.content) > 0`))

	c.asksFor(ctx, english, "1121104001001")
	c.hears(ctx, english.found)
	c.writes("my data").hears(ctx, "putting together")
	c.hears(ctx, "My-data.txt")

	c.writes("delete my data").hears(ctx, "Cancel and delete")
	s.kill(partWorker)
	c.presses("Cancel and delete").hears(ctx, "will be deleted")
	s.start(partWorker)
	c.hears(ctx, "We are deleting your data now")
	require.Eventually(t, func() bool { return s.count(t, `select count(*) from erasure where erased_at is not null`) == 1 }, patience, 200*time.Millisecond)
	require.Equal(t, 1, s.count(t, `select count(*) from person_key where destroyed_at is not null`))
	require.Equal(t, 1, s.count(t, `select count(*) from audit_entry where action = 'person.erased'`))
	require.Zero(t, s.count(t, `select count(*) from channel_identity`))
	require.Zero(t, s.count(t, `select count(*) from document`))

	c.writes("my requests").hears(ctx, "choose your language")
	require.Equal(t, 2, s.count(t, `select count(*) from person`), "whoever writes again is a new person")
}
