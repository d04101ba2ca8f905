package emulator_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

func TestARestartGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep := func(c *emulator.Config) { c.DataDir = dir }
	first := newWorld(t, keep)
	first.business.answer(http.StatusServiceUnavailable)
	_, err := first.AddPhone(emulator.Phone{Number: asha, Name: "Asha", Hidden: true})
	require.NoError(t, err)
	sent := first.write(t, emulator.Text("Hi"))
	file, err := first.AddMedia("image/png", "card.png", []byte("png"))
	require.NoError(t, err)
	id := first.accepted(t, textTo(asha, "Hello"))
	require.NoError(t, first.Close())
	tear(t, filepath.Join(dir, "journal.jsonl"))

	second := newWorld(t, keep)
	second.settle(t)
	told := second.business.messages(t)
	require.Len(t, told, 1, "the undelivered webhook is delivered by the next run")
	require.Equal(t, sent.ID, told[0]["id"])
	require.Len(t, second.business.statuses(t), 2)
	messages, err := second.Chat(asha, 0)
	require.NoError(t, err)
	require.Equal(t, []string{sent.ID, id}, []string{messages[0].ID, messages[1].ID})
	code, answer := second.send(t, `{"messaging_product":"whatsapp","to":"`+asha+`","type":"image","image":{"id":"`+file.ID+`"}}`)
	require.Equal(t, http.StatusOK, code, "the window and the file are still there: %v", answer)
	require.Greater(t, second.write(t, emulator.Text("again")).Seq, messages[1].Seq)
}

// tear leaves half a line at the end of the journal, as a killed process may.
func tear(t *testing.T, journal string) {
	t.Helper()
	file, err := os.OpenFile(journal, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString(`{"k":"message","d":{"n":"1`)
	require.NoError(t, err)
	require.NoError(t, file.Close())
}

func TestStatusesOwedAtTheEndAreToldByTheNextRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	slow := newWorld(t, func(c *emulator.Config) { c.DataDir, c.Delivery.SentDelay = dir, time.Hour })
	slow.write(t, emulator.Text("Hi"))
	id := slow.accepted(t, textTo(asha, "Hello"))
	slow.settle(t)
	require.Empty(t, slow.business.statuses(t))
	require.NoError(t, slow.Close())

	next := newWorld(t, func(c *emulator.Config) { c.DataDir = dir })
	next.settle(t)
	for _, s := range next.business.statuses(t) {
		require.Equal(t, id, s.ID)
		require.Equal(t, "outbox-7", s.Callback)
	}
	require.Len(t, next.business.statuses(t), 2)
}
