package process

import (
	"context"
	"fmt"
	"net"
	"strconv"
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

// FreePort returns a loopback port that nothing listens on now.
func FreePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", Address(0))
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close() //nolint:errcheck // nothing was accepted
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("find a free port: unexpected address %s", l.Addr())
	}
	return addr.Port, nil
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
