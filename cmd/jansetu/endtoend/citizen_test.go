package endtoend_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// citizen is one person with a phone, who reads each answer before going on.
type citizen struct {
	t     testing.TB
	meta  *emulator.Emulator
	phone string
	read  int64 // number of the last message read
	heard []string
}

func newCitizen(t testing.TB, meta *emulator.Emulator, phone, name string) *citizen {
	t.Helper()
	_, err := meta.AddPhone(emulator.Phone{Number: phone, Name: name})
	require.NoError(t, err)
	return &citizen{t: t, meta: meta, phone: phone}
}

// writes sends a text.
func (c *citizen) writes(text string) *citizen {
	c.t.Helper()
	_, err := c.meta.Write(c.phone, emulator.Text(text))
	require.NoError(c.t, err)
	return c
}

// presses the newest button or row with a title.
func (c *citizen) presses(title string) *citizen {
	c.t.Helper()
	_, err := c.meta.Press(c.phone, title)
	require.NoError(c.t, err, "press %q; heard %s", title, strings.Join(c.heard, "\n---\n"))
	return c
}

// hears waits for a message that contains the words, reading everything before it, and returns it.
func (c *citizen) hears(ctx context.Context, words string) string {
	c.t.Helper()
	for {
		messages, err := c.meta.WaitReply(ctx, c.phone, c.read)
		require.NoError(c.t, err, "%s waits for %q; heard:\n%s", c.phone, words, strings.Join(c.heard, "\n---\n"))
		for _, message := range messages {
			c.read = message.Seq
			content := string(message.Content)
			c.heard = append(c.heard, content)
			if strings.Contains(readable(message.Content), words) {
				return content
			}
		}
	}
}

// readable is a message's JSON with escapes undone, so that words in any script are found.
func readable(content json.RawMessage) string {
	var value any
	if json.Unmarshal(content, &value) != nil {
		return string(content)
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return strings.NewReplacer(`\n`, "\n", `\"`, `"`).Replace(text.String())
}

var payLink = regexp.MustCompile(`/l/(plink_[A-Za-z0-9]+)`)

// linkIn takes the payment link's id from a message.
func (c *citizen) linkIn(message string) string {
	c.t.Helper()
	match := payLink.FindStringSubmatch(message)
	require.NotNil(c.t, match, "no payment link in %s", message)
	return match[1]
}

// hearings counts the messages heard so far that contain the words.
func (c *citizen) hearings(words string) int {
	count := 0
	for _, message := range c.heard {
		if strings.Contains(readable(json.RawMessage(message)), words) {
			count++
		}
	}
	return count
}

// patience only keeps a test from hanging: on a busy machine everything takes its time.
const patience = 5 * time.Minute

// within gives a test its time.
func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func phoneNumber(i int) string { return fmt.Sprintf("9190000%05d", i) }
