package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// lined is a store with people in line for a slot, one a second, in the order of their numbers.
func lined(t testing.TB, people int, opens time.Time) (*store.Store, []store.BookingPlace) {
	t.Helper()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	places := make([]store.BookingPlace, people)
	for i := range places {
		places[i] = store.BookingPlace{
			Quota: "temples/S1", Reference: fmt.Sprintf("AP-%05d", i), ConfirmedAt: opens.Add(time.Duration(i-100_000) * time.Second), Persons: 1 + i%3,
			OpensAt: opens,
		}
		storetest.Request(t, s, store.Request{Reference: places[i].Reference, Person: person, Conversation: conversation})
	}
	return s, places
}

func TestWhoeverChoseFirstStandsFirst(t *testing.T) {
	t.Parallel()
	s, places := lined(t, 5, time.Now().Add(time.Hour))
	for _, i := range []int{3, 0, 4, 2, 1} { // workers are not in the order of the citizens
		_, err := s.StandInLine(t.Context(), places[i])
		require.NoError(t, err)
	}
	for i, place := range places {
		line, err := s.StandInLine(t.Context(), place)
		require.NoError(t, err)
		require.True(t, line.Standing)
		require.Equal(t, i, line.Ahead)
	}
	require.NoError(t, s.LeaveLine(t.Context(), places[1], false))
	line, err := s.StandInLine(t.Context(), places[4])
	require.NoError(t, err)
	require.Equal(t, 3, line.Ahead)
}

func TestWhoeverDoesNotComeBackIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s, places := lined(t, 2, time.Now().Add(-time.Minute))
	for _, place := range places {
		_, err := s.StandInLine(t.Context(), place)
		require.NoError(t, err)
	}
	require.NoError(t, s.LookAgainAt(t.Context(), places[0], time.Now().Add(-time.Hour)))
	line, err := s.StandInLine(t.Context(), places[1])
	require.NoError(t, err)
	require.Zero(t, line.Ahead)
}

func TestSoldOutIsForThoseWhoWantAsMany(t *testing.T) {
	t.Parallel()
	s, places := lined(t, 3, time.Now().Add(-time.Minute))
	for _, place := range places {
		_, err := s.StandInLine(t.Context(), place)
		require.NoError(t, err)
	}
	require.NoError(t, s.LeaveLine(t.Context(), places[1], true)) // two found no room
	for i, want := range map[int]bool{0: false, 2: true} {
		line, err := s.StandInLine(t.Context(), places[i])
		require.NoError(t, err)
		require.Equal(t, want, line.SoldOut, "%d persons", places[i].Persons)
	}
}

func TestWithoutALineNobodyStandsInOne(t *testing.T) {
	t.Parallel()
	s, places := lined(t, 2, time.Now().Add(time.Hour))
	open := places[0]
	open.OpensAt = time.Time{}
	line, err := s.StandInLine(t.Context(), open)
	require.NoError(t, err)
	require.False(t, line.Standing)
	_, err = s.StandInLine(t.Context(), places[1])
	require.NoError(t, err)
	line, err = s.StandInLine(t.Context(), open)
	require.NoError(t, err)
	require.True(t, line.Standing, "one who comes when others wait stands with them")
}

// BenchmarkALookFromTheEndOfTenThousand is what the last of ten thousand who wait costs each time.
func BenchmarkALookFromTheEndOfTenThousand(b *testing.B) {
	s, places := lined(b, 1, time.Now().Add(time.Hour))
	_, err := s.StandInLine(b.Context(), places[0])
	require.NoError(b, err)
	_, err = s.Pool().Exec(b.Context(), `
		insert into request (reference, person, conversation, service, kind, portal, language, answers, stage, created_at)
		select 'AP-B' || n, person, conversation, service, kind, portal, language, answers, stage, created_at from request, generate_series(1, 10000) n`)
	require.NoError(b, err)
	_, err = s.Pool().Exec(b.Context(), `
		insert into booking_line (quota, reference, confirmed_at, persons, looks_at)
		select $1, 'AP-B' || n, $2::timestamptz - n * interval '1 second', 1, $3 from generate_series(1, 10000) n`,
		places[0].Quota, places[0].ConfirmedAt, places[0].OpensAt)
	require.NoError(b, err)
	for b.Loop() {
		line, err := s.StandInLine(b.Context(), places[0])
		require.NoError(b, err)
		require.Equal(b, 10_000, line.Ahead)
	}
}
