package endtoend_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeysAreRotatedWhileTheHubRuns(t *testing.T) {
	t.Parallel()
	s := startStack(t, withLogin)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(31), "Sita Devi")
	c.arrives(ctx, english)

	before, next := "file://"+filepath.Join(s.folder, "kek.json"), "file://"+filepath.Join(s.folder, "next.json")
	rotating := []string{"JANSETU_KEK_URI=" + next, "JANSETU_KEK_FORMER_URIS=" + before}
	// The citizen's key and, once a schedule of the worker has run, the hub's own.
	require.Regexp(t, `\(current\)  [12]\n`, s.jansetu(nil, "keys", "status"))
	s.extra = append(s.extra, rotating...)
	for _, part := range []string{partGateway, partWorker} { // every process knows both keys before anything is rotated
		s.kill(part)
		s.start(part)
	}
	c.writes("menu").hears(ctx, "")

	refused := s.jansetuFails(nil, "keys", "rotate", "--approval=NONE")
	require.Contains(t, refused, "two officers have to agree")
	agreed := "--approval=" + s.twoAgree("keys", "rotate:"+next)
	require.Regexp(t, `[12] keys wrapped anew, 0 to go`, s.jansetu(nil, "keys", "rotate", agreed))
	require.Contains(t, s.jansetu(nil, "keys", "rotate", agreed), "0 to go", "may be called again")
	require.Regexp(t, `\(current\)  [12]\n`, s.jansetu(nil, "keys", "status"))
	c.asksFor(ctx, english, "1121104001999")

	require.Contains(t, s.jansetuFails(nil, "keys", "destroy", next, agreed), "the key is in use")
	require.Contains(t, s.jansetuFails(nil, "keys", "destroy", before, agreed), "two officers have to agree", "an approval is for one work")
	require.FileExists(t, before[len("file://"):])
	s.jansetu(nil, "keys", "destroy", before, "--approval="+s.twoAgree("keys", "destroy:"+before))
	require.NoFileExists(t, before[len("file://"):])
	for action, times := range map[string]int{"key.rotated": 2, "key.destroyed": 1, "approval.used": 2} {
		require.Equal(t, times, s.count(t, `select count(*) from audit_entry where action = $1`, action), action)
	}
	require.Contains(t, s.jansetu(nil, "audit", "verify"), "whole")
}

// jansetuFails runs one of the program's commands that must fail, and returns what it said.
func (s *stack) jansetuFails(environment []string, arguments ...string) string {
	s.t.Helper()
	command := exec.CommandContext(s.t.Context(), program, arguments...)
	command.Env = append(s.environment(), environment...)
	output, err := command.CombinedOutput()
	require.Error(s.t, err, "%s: %s", arguments, output)
	return string(output)
}
