package chat_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
)

const number, business = "919800000001", "1065"

func newStore(t *testing.T) *chat.Store {
	t.Helper()
	s := chat.NewStore(chat.Config{Now: time.Now, History: 10, MaxPhones: 3})
	_, err := s.Put(chat.Phone{Number: "+91 98000-00001", Name: "Asha"})
	require.NoError(t, err)
	return s
}

func admission() chat.Admission { return chat.Admission{Now: time.Now(), Window: 24 * time.Hour} }

func TestPhonesAreFoundByEveryKey(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	phone, ok := s.Phone(number)
	require.True(t, ok)
	require.True(t, strings.HasPrefix(phone.UserID, "IN."))
	for _, key := range []string{"+" + number, phone.UserID} {
		found, ok := s.Phone(key)
		require.True(t, ok, key)
		require.Equal(t, phone, found)
	}
	_, ok = s.Phone("IN.0")
	require.False(t, ok)
}

func TestPhonesAreBounded(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, n := range []string{"919800000002", "919800000003"} {
		_, err := s.Put(chat.Phone{Number: n})
		require.NoError(t, err)
	}
	_, err := s.Put(chat.Phone{Number: "919800000004"})
	require.ErrorIs(t, err, chat.ErrTooManyPhones)
	_, err = s.Put(chat.Phone{Number: number, Name: "Asha D"})
	require.NoError(t, err, "changing one is not adding one")
	require.Len(t, s.Phones(2), 2)
}

func TestHistoryIsBounded(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for range 100 {
		_, _, err := s.Write(business, number, chat.Message{From: chat.Citizen}, time.Now())
		require.NoError(t, err)
	}
	messages, err := s.Messages(business, number, 0, "")
	require.NoError(t, err)
	require.LessOrEqual(t, len(messages), 20)
	require.Equal(t, int64(100), messages[len(messages)-1].Seq)
}

func TestStatusesOnlyMoveForward(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	_, _, err := s.Write(business, number, chat.Message{From: chat.Citizen}, time.Now())
	require.NoError(t, err)
	m, _, err := s.Accept(business, number, chat.Message{From: chat.Business, Status: chat.Accepted}, admission())
	require.NoError(t, err)
	require.True(t, s.Advance(business, number, m.ID, chat.Read, 0))
	require.False(t, s.Advance(business, number, m.ID, chat.Delivered, 0))
	require.True(t, s.Advance(business, number, m.ID, chat.Failed, 131000))
	require.False(t, s.Advance(business, number, m.ID, chat.Read, 0))
	require.False(t, s.Advance(business, number, "wamid.x", chat.Read, 0))
}

func TestASlowReaderOfEventsIsCutOff(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	events, cancel := s.Subscribe(2, func(string) bool { return true })
	defer cancel()
	for range 3 {
		_, _, err := s.Write(business, number, chat.Message{From: chat.Citizen}, time.Now())
		require.NoError(t, err)
	}
	count := 0
	for range events {
		count++
	}
	require.Equal(t, 2, count, "the channel is closed after what fitted")
}

func TestMessageIDsLookLikeMetas(t *testing.T) {
	t.Parallel()
	id := chat.NewID(number, chat.Citizen)
	record, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(id, "wamid."))
	require.NoError(t, err)
	require.Equal(t, "\x1c\x18\x0c"+number+"\x15\x02\x00\x12\x18\x14", string(record[:21]))
	require.Len(t, record, 21+20+1)
}
