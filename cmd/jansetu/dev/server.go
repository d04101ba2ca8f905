package dev

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/jansetu/jansetu/deploy/local/process"
)

// server is an HTTP server in this process that can be supervised.
type server struct {
	http  *http.Server
	done  chan struct{}
	close func() error // of what the handler keeps open
}

// serve listens on a port of 127.0.0.1 and returns when it does. A port in use is a process.PortInUseError.
func serve(ctx context.Context, name string, port int, handler http.Handler, closeHandler func() error) (*server, error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", process.Address(port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &process.PortInUseError{Service: name, Port: port}
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", process.Address(port), err)
	}
	s := &server{
		http:  &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second},
		done:  make(chan struct{}),
		close: closeHandler,
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener) // ends by Stop
	}()
	return s, nil
}

// Done is closed when the server has ended.
func (s *server) Done() <-chan struct{} { return s.done }

// Stop ends the server; open streams, such as the phone page's, are cut.
func (s *server) Stop(context.Context) error {
	err := s.http.Close()
	<-s.done
	return errors.Join(err, s.close())
}
