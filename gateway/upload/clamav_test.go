package upload_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/upload"
)

// eicar is the harmless file that every scanner must find (EICAR, Anti-Malware Testfile), in two pieces so that this file is not found.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + `-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// clamd answers as clamd does: it finds the test file, and takes at most limit bytes.
func clamd(t *testing.T, limit int, answer string) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "clamd.ctl")
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn, limit, answer)
		}
	}()
	return "unix:" + socket
}

func serve(conn net.Conn, limit int, answer string) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	if command, err := in.ReadString(0); err != nil || command != "zINSTREAM\x00" {
		_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var content strings.Builder
	for {
		var size uint32
		if binary.Read(in, binary.BigEndian, &size) != nil {
			return
		}
		if size == 0 {
			break
		}
		if content.Len()+int(size) > limit {
			_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		_, _ = io.CopyN(&content, in, int64(size))
	}
	if answer == "" {
		answer = "stream: OK\x00"
		if strings.Contains(content.String(), eicar) {
			answer = "stream: Win.Test.EICAR_HDB-1 FOUND\x00"
		}
	}
	_, _ = io.WriteString(conn, answer)
}

func TestClamAVDecides(t *testing.T) {
	t.Parallel()
	scanner, err := upload.NewClamAV(clamd(t, 1<<20, ""), time.Minute)
	require.NoError(t, err)
	inspector := upload.NewInspector(upload.Limits{}, scanner)
	_, err = inspector.Inspect(t.Context(), pdf(), "")
	require.NoError(t, err)
	_, err = inspector.Inspect(t.Context(), pdf(stream("", strings.Repeat("x", 100<<10)+eicar)), "")
	requireRefused(t, upload.Malware, err)
}

func TestAFileThatWasNotScannedIsNotTaken(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"away":                         "unix:" + filepath.Join(t.TempDir(), "nobody"),
		"too large for it":             clamd(t, 10, ""),
		"an error":                     clamd(t, 1<<20, "stream: Can't allocate memory ERROR\x00"),
		"silence":                      clamd(t, 1<<20, "\x00"),
		"an answer to something else":  clamd(t, 1<<20, "PONG\x00"),
		"another's file being healthy": clamd(t, 1<<20, "other: OK\x00"),
	}
	for name, socket := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scanner, err := upload.NewClamAV(socket, 5*time.Second)
			require.NoError(t, err)
			_, err = upload.NewInspector(upload.Limits{}, scanner).Inspect(t.Context(), pdf(), "")
			require.Error(t, err)
			_, refused := refusal(err)
			require.False(t, refused, "it may be tried again")
		})
	}
	for _, socket := range []string{"", "/run/clamd", "unix:", "http://x"} {
		_, err := upload.NewClamAV(socket, 0)
		require.Error(t, err, socket)
	}
}
