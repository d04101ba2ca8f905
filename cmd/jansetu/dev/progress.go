package dev

import (
	"fmt"
	"io"
	"time"
)

// progress tells a waiting person, a line a part, what is starting and that it is ready.
type progress struct{ out io.Writer }

func newProgress(out io.Writer) *progress { return &progress{out: out} }

// begin announces a part; the answer is called when it is ready.
func (p *progress) begin(name string) (done func(where string)) {
	started := time.Now()
	_, _ = fmt.Fprintf(p.out, "  %-22s starting ...", name)
	return func(where string) {
		_, _ = fmt.Fprintf(p.out, "\r  %-22s ready   %-52s %5.1f s\n", name, where, time.Since(started).Seconds())
	}
}

// given says that a part is not started because the environment names another.
func (p *progress) given(name, variable string) {
	_, _ = fmt.Fprintf(p.out, "  %-22s given   by %s\n", name, variable)
}

func (p *progress) sayf(format string, values ...any) {
	_, _ = fmt.Fprintf(p.out, "\n"+format+"\n", values...)
}
