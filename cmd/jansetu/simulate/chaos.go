package simulate

import (
	"context"
	"math/rand/v2"
	"time"

	around "github.com/jansetu/jansetu/cmd/jansetu/town"
	"github.com/jansetu/jansetu/connectors/twin"
)

// Chaos is how bad the days of a town are.
type Chaos int

// The levels. Each has what the ones before it have.
const (
	Calm   Chaos = iota // everything works
	Cranky              // portals are slow and fail now and then
	Stormy              // and the hub's processes are killed
	Raging              // more often, the database and Temporal among them
)

// trouble is what is wrong with a portal for a while.
type trouble struct {
	operation string
	kind      twin.Kind
	times     int
}

// storm makes trouble until the context ends. It is the only thing of a run that the seed does not fix to the millisecond.
func (t *town) storm(ctx context.Context, random *rand.Rand) {
	if t.config.Chaos == Calm {
		return
	}
	every := []time.Duration{Cranky: 1500 * time.Millisecond, Stormy: 1200 * time.Millisecond, Raging: 900 * time.Millisecond}[t.config.Chaos]
	for round := 1; ; round++ {
		wait(ctx, every)
		if ctx.Err() != nil {
			return
		}
		t.troublePortal(random)
		if part := t.victim(random, round); part != "" {
			t.config.sayf("Killing %s", part)
			if err := t.kill(context.WithoutCancel(ctx), part); err != nil {
				t.log.Error("killed part does not start again", "part", part, "error", err)
				return
			}
		}
	}
}

// troublePortal sets trouble on the portal of one kind of errand.
func (t *town) troublePortal(random *rand.Rand) {
	wish := t.wishes[t.kinds[random.IntN(len(t.kinds))]]
	known := wish.troubles()
	chosen := known[random.IntN(len(known))]
	fault := twin.Fault{Kind: chosen.kind, Operation: chosen.operation, Times: chosen.times, DelayMS: 1500}
	if err := wish.dial().Set(fault); err != nil {
		t.log.Error("the portal cannot be troubled", "error", err)
	}
	t.mu.Lock()
	t.faults++
	t.mu.Unlock()
}

// victim is which part is killed in this round, if any.
func (t *town) victim(random *rand.Rand, round int) around.Part {
	switch {
	case t.config.Chaos == Stormy && round%8 == 0:
		return []around.Part{around.Gateway, around.Worker}[random.IntN(2)]
	case t.config.Chaos >= Raging && round%5 == 0:
		return []around.Part{around.Gateway, around.Worker, around.Postgres, around.Temporal}[random.IntN(4)]
	}
	return ""
}

// calm ends all trouble.
func (t *town) calm() {
	for _, each := range t.wishes {
		each.dial().Clear()
	}
}
