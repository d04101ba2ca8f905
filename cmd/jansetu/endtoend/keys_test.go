package endtoend_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestKeysAreRotatedWhileTheHubRuns(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	ctx := within(t, time.Minute)
	c := newCitizen(t, s.meta, phoneNumber(31), "Sita Devi")
	c.arrives(ctx, english)

	before := "file://" + filepath.Join(s.folder, "kek.json")
	rotating := []string{"JANSETU_KEK_URI=file://" + filepath.Join(s.folder, "next.json"), "JANSETU_KEK_FORMER_URIS=" + before}
	// The citizen's key and, once a schedule of the worker has run, the hub's own.
	require.Regexp(t, `\(current\)  [12]\n`, s.jansetu(nil, "keys", "status"))
	require.Regexp(t, `[12] keys wrapped anew, 0 to go`, s.jansetu(rotating, "keys", "rotate"))
	require.Regexp(t, `\(current\)  [12]\n`, s.jansetu(rotating, "keys", "status"))

	c.writes("menu").hears(ctx, "") // the gateway that runs still remembers the citizen's key
	s.kill(partGateway)
	s.extra = rotating
	s.start(partGateway)
	c.asksFor(ctx, english, "1121104001999")
}
