package dev

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress tells a waiting person, a line a part, what is starting and that it is ready.
type progress struct {
	out io.Writer
	// rewrites is a terminal's: the line of a part that starts is written over when it is ready.
	rewrites bool
}

func newProgress(out io.Writer) *progress { return &progress{out: out, rewrites: isTerminal(out)} }

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	about, err := file.Stat()
	return err == nil && about.Mode()&os.ModeCharDevice != 0
}

// begin announces a part; the answer is called when it is ready.
func (p *progress) begin(name string) (done func(where string)) {
	started, line := time.Now(), "  %-22s ready   %-52s %5.1f s\n"
	if p.rewrites {
		_, _ = fmt.Fprintf(p.out, "  %-22s starting ...", name)
		line = "\r" + line
	}
	return func(where string) { _, _ = fmt.Fprintf(p.out, line, name, where, time.Since(started).Seconds()) }
}

// given says that a part is not started because the environment names another.
func (p *progress) given(name, variable string) {
	_, _ = fmt.Fprintf(p.out, "  %-22s given   by %s\n", name, variable)
}

func (p *progress) sayf(format string, values ...any) {
	_, _ = fmt.Fprintf(p.out, "\n"+format+"\n", values...)
}
