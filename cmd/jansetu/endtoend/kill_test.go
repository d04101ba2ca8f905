package endtoend_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	electricity "github.com/jansetu/jansetu/connectors/electricity/twin"
)

// TestKillingAnythingLosesNothing lets citizens pay while gateway, worker, PostgreSQL and Temporal are killed, with SIGKILL, again
// and again. Every bill must end up paid once, with one receipt.
func TestKillingAnythingLosesNothing(t *testing.T) {
	t.Parallel()
	const citizens, kills = 8, 10
	s := startStack(t)
	done := make(chan struct{})
	var town sync.WaitGroup
	people := make([]*citizen, citizens)
	for i := range people {
		people[i] = newCitizen(t, s.meta, phoneNumber(100+i), "Citizen")
		town.Go(func() { s.payThroughTrouble(people[i], i) })
	}
	go func() {
		town.Wait()
		close(done)
	}()
	s.killParts(kills, done)
	<-done

	for i, c := range people {
		account := electricity.ServiceNumber(electricity.RegNo, i)
		require.Equal(t, 1, s.postingsOf(account), "postings of %s", account)
		require.Equal(t, 1, c.hearings(english.done), "%s was told once", c.phone)
	}
	require.Zero(t, s.south.DoublePostings())
	require.Equal(t, citizens, s.count(t, `select count(*) from request`))
	captured := 0
	for _, entry := range s.gateway.Ledger() {
		if entry.Kind == "captured" {
			captured++
		}
	}
	require.Equal(t, citizens, captured)
	s.requireBalancedBooks(t)
	require.Equal(t, citizens, s.count(t, `select count(*) from issued_document where document is not null`), "each has one receipt")
	require.Equal(t, citizens, s.count(t, `select count(*) from log_entry where idx is not null`))
	require.Eventually(t, func() bool { return s.published() == citizens }, patience, 50*time.Millisecond, "what was issued last is published soon")
	require.Contains(t, s.jansetu(nil, "audit", "log"), "agree")
}

// published is how many documents the published log has: the second line of its checkpoint (C2SP tlog-checkpoint). 0: nothing is published.
func (s *stack) published() (size int) {
	content, err := os.ReadFile(filepath.Join(s.folder, "log", "checkpoint"))
	if err != nil {
		return 0
	}
	var origin string
	_, _ = fmt.Sscanln(strings.Replace(string(content), "\n", " ", 1), &origin, &size)
	return size
}

func (s *stack) payThroughTrouble(c *citizen, i int) {
	ctx := within(s.t)
	c.arrives(ctx, english)
	c.asksFor(ctx, english, electricity.ServiceNumber(electricity.RegNo, i))
	_, err := s.gateway.Pay(c.opensPayment(ctx, english))
	require.NoError(s.t, err)
	c.hears(ctx, english.done)
}

// killParts kills one part after another in an order that a fixed seed gives, each time starting it again.
func (s *stack) killParts(kills int, done <-chan struct{}) {
	parts := []string{partGateway, partWorker, partPostgres, partTemporal}
	random := rand.New(rand.NewPCG(2026, 11))
	for i := range kills {
		select {
		case <-done:
			return
		case <-time.After(time.Duration(500+random.IntN(2500)) * time.Millisecond):
		}
		part := parts[(i+random.IntN(2))%len(parts)]
		s.t.Logf("kill %s", part)
		s.kill(part)
		s.start(part)
	}
}

func (s *stack) postingsOf(account string) int {
	count := 0
	for _, posting := range s.south.Postings() {
		if posting.Account == account {
			count++
		}
	}
	return count
}
