package process

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
)

// Loopback is the only address local services listen on.
const Loopback = "127.0.0.1"

// PortInUseError says that a port a service was told to use is taken.
type PortInUseError struct {
	Service string
	Port    int
	Setting string // by which another port is chosen, such as --phone-port; empty: not known
}

func (e *PortInUseError) Error() string {
	with := ""
	if e.Setting != "" {
		with = " with " + e.Setting
	}
	return fmt.Sprintf("port %d, wanted for %s, is in use: stop what listens there (`lsof -i :%d` names it) or choose another port%s",
		e.Port, e.Service, e.Port, with)
}

// Address is the loopback address with a port.
func Address(port int) string { return net.JoinHostPort(Loopback, strconv.Itoa(port)) }

// Ports that services of this machine get lie below those that systems give to outgoing connections (from 32768 on Linux, from 49152 on macOS),
// so that none is taken between being found free and being listened on.
const (
	firstPort = 16_000
	portCount = 16_000
	portTries = 1_000
)

// portsGiven counts the ports that this process was given, from a place of its own, so that none is given twice.
var portsGiven = sync.OnceValue(func() *atomic.Int64 {
	given := new(atomic.Int64)
	given.Store(rand.Int64N(portCount)) //nolint:gosec // processes only have to be apart
	return given
})

// FreePort returns a loopback port that nothing listens on now.
func FreePort(ctx context.Context) (int, error) {
	var err error
	for range portTries {
		port := firstPort + int(portsGiven().Add(1)%portCount)
		if err = CheckPort(ctx, "a service", port); err == nil {
			return port, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return 0, fmt.Errorf("find a free port: %w", err)
}

// CheckPort returns a PortInUseError when something listens on the port already.
func CheckPort(ctx context.Context, service string, port int) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", Address(port))
	if err != nil {
		return &PortInUseError{Service: service, Port: port}
	}
	return l.Close()
}
