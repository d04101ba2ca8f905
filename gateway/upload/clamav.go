package upload

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// ClamAV asks a clamd over its socket, with the INSTREAM command (clamd(8)).
type ClamAV struct {
	network, address string
	timeout          time.Duration
}

// NewClamAV names the socket: "unix:/run/clamav/clamd.ctl" or "tcp:127.0.0.1:3310". A file is looked at for at most timeout; 0: 30 s.
func NewClamAV(socket string, timeout time.Duration) (*ClamAV, error) {
	network, address, found := strings.Cut(socket, ":")
	if !found || address == "" || network != "unix" && network != "tcp" {
		return nil, fmt.Errorf("ClamAV's socket %q must be unix:<path> or tcp:<host>:<port>", socket)
	}
	return &ClamAV{network: network, address: address, timeout: orDefault(timeout, 30*time.Second)}, nil
}

const (
	chunk       = 64 << 10
	mostVerdict = 1 << 10
)

// Harmful sends the content and reads the verdict. It fails when clamd is away or cannot tell: a file that was not scanned is not
// taken.
func (c *ClamAV) Harmful(ctx context.Context, content []byte) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return false, fmt.Errorf("reach ClamAV: %w", err)
	}
	defer func() { _ = conn.Close() }() // the verdict has been read
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	sendErr := send(conn, content) // clamd answers before the end when a file is too large for it
	verdict, err := io.ReadAll(io.LimitReader(conn, mostVerdict))
	switch text := string(bytes.TrimRight(verdict, "\x00\n")); {
	case strings.HasSuffix(text, " FOUND"):
		return true, nil
	case text == "stream: OK" && sendErr == nil:
		return false, nil
	default:
		return false, errors.Join(fmt.Errorf("ClamAV gave no verdict: %q", text), sendErr, err)
	}
}

func send(conn net.Conn, content []byte) error {
	var message bytes.Buffer
	message.WriteString("zINSTREAM\x00")
	for piece := range chunks(content) {
		message.Write(binary.BigEndian.AppendUint32(nil, uint32(len(piece)))) //nolint:gosec // at most 64 KiB
		message.Write(piece)
		if _, err := message.WriteTo(conn); err != nil {
			return fmt.Errorf("send to ClamAV: %w", err)
		}
	}
	message.Write(binary.BigEndian.AppendUint32(nil, 0))
	if _, err := message.WriteTo(conn); err != nil {
		return fmt.Errorf("send to ClamAV: %w", err)
	}
	return nil
}

func chunks(content []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(content) > 0 {
			size := min(len(content), chunk)
			if !yield(content[:size]) {
				return
			}
			content = content[size:]
		}
	}
}
