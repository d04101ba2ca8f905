package upload_test

import (
	"context"
	"crypto/md5"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/upload"
)

// realClamd starts clamd with one signature, that of the test file.
func realClamd(t *testing.T) (socket string) {
	t.Helper()
	program, err := exec.LookPath("clamd")
	if err != nil {
		t.Skip("clamd is not installed; the other tests speak its protocol with a stand-in")
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "s")
	write := func(name, content string) string {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		return file
	}
	write("test.hdb", fmt.Sprintf("%x:%d:Test.File\n", md5.Sum([]byte(eicar)), len(eicar)))
	settings := write("clamd.conf", "Foreground yes\nDatabaseDirectory "+folder+"\nLocalSocket "+path+"\nStreamMaxLength 1M\nOfficialDatabaseOnly no\n")
	ctx, cancel := context.WithCancel(t.Context())
	command := exec.CommandContext(ctx, program, "--config-file="+settings)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		cancel()
		_ = command.Wait() // it was told to end
	})
	require.Eventually(t, func() bool {
		connection, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
		return err == nil && connection.Close() == nil
	}, 30*time.Second, 20*time.Millisecond)
	return "unix:" + path
}

func TestARealClamdIsUnderstood(t *testing.T) {
	t.Parallel()
	scanner, err := upload.NewClamAV(realClamd(t), 20*time.Second)
	require.NoError(t, err)
	harmful, err := scanner.Harmful(t.Context(), []byte(eicar))
	require.NoError(t, err)
	require.True(t, harmful)
	harmful, err = scanner.Harmful(t.Context(), asPNG(t, corners(60, 40)))
	require.NoError(t, err)
	require.False(t, harmful)
	_, err = scanner.Harmful(t.Context(), make([]byte, 2<<20))
	require.Error(t, err, "too large for it: it cannot tell")
}
