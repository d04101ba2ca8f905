package reading

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"time"
)

// ErrFailed says that a program did not do what it was run for: the paper is one it cannot read, or it took too much.
var ErrFailed = errors.New("the program that reads papers failed")

// Bounds are what one run of a program may take. Zero values take the defaults.
type Bounds struct {
	Time   time.Duration // 0: 20 s
	Memory int           // bytes of address space, where prlimit(1) is there to hold it; 0: 1 GiB
	AtOnce int           // runs together; 0: 1
}

func (b *Bounds) defaults() {
	if b.Time == 0 {
		b.Time = 20 * time.Second
	}
	if b.Memory == 0 {
		b.Memory = 1 << 30
	}
	if b.AtOnce == 0 {
		b.AtOnce = 1
	}
}

// program is one that was found on this machine.
type program struct {
	path   string
	prefix []string // what holds its memory
	bounds Bounds
	slots  chan struct{}
}

// findProgram looks for a program by its name; false: it is not there.
func findProgram(name string, bounds Bounds) (*program, bool) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, false
	}
	bounds.defaults()
	p := &program{path: path, bounds: bounds, slots: make(chan struct{}, bounds.AtOnce)}
	if prlimit, err := exec.LookPath("prlimit"); err == nil {
		p.prefix = []string{prlimit, "--as=" + strconv.Itoa(bounds.Memory), "--core=0", "--fsize=0", "--"}
	}
	return p, true
}

// run gives the input to the program and returns at most limit bytes of what it says. It fails with ErrFailed, or with the context's error.
func (p *program) run(ctx context.Context, input io.Reader, limit int, arguments ...string) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to read a paper: %w", ctx.Err())
	}
	running, cancel := context.WithTimeout(ctx, p.bounds.Time)
	defer cancel()
	line := append(append(append([]string{}, p.prefix...), p.path), arguments...)
	command := exec.CommandContext(running, line[0], line[1:]...) //nolint:gosec // the arguments are fixed
	command.Stdin = input
	command.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "OMP_THREAD_LIMIT=1"}
	command.WaitDelay = time.Second
	out := &bounded{left: limit}
	command.Stdout = out
	err := command.Run()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("read a paper: %w", ctx.Err())
	case running.Err() != nil:
		return nil, fmt.Errorf("%w: it took longer than %s", ErrFailed, p.bounds.Time)
	case out.left < 0:
		return nil, fmt.Errorf("%w: it said more than %d bytes", ErrFailed, limit)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrFailed, err) // what it complained of may quote the paper
	}
	return out.Bytes(), nil
}

// bounded keeps what is written until it is too much.
type bounded struct {
	bytes.Buffer

	left int
}

var errTooMuch = errors.New("too much")

func (b *bounded) Write(piece []byte) (int, error) {
	if b.left -= len(piece); b.left < 0 {
		return 0, errTooMuch
	}
	return b.Buffer.Write(piece)
}
