package twin

import (
	"crypto/rand"
	"time"
)

// turnTime is how long a turn is kept for a visitor who does not come.
const turnTime = 2 * time.Minute

// line is the queue of the rush: who comes later is let in later.
type line struct {
	turns map[string]time.Time
	last  time.Time
	pace  time.Duration
}

// wait answers how long the holder of a pass still waits, and the pass. Without a
// pass, and with one whose turn is over, it gives the end of the line.
func (l *line) wait(pass string, now time.Time) (left time.Duration, kept string) {
	turn, known := l.turns[pass]
	if !known || now.After(turn.Add(turnTime)) {
		delete(l.turns, pass)
		pass = rand.Text()
		turn = l.last
		if turn.Before(now) {
			turn = now
		}
		turn = turn.Add(l.pace)
		l.last = turn
		l.turns[pass] = turn
	}
	return max(turn.Sub(now), 0), pass
}
