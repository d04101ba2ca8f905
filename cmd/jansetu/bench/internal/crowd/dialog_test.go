package crowd_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
)

// conversation is the hub's dialog without the hub around it.
type conversation struct {
	t        *testing.T
	engine   *dialog.Engine
	sessions map[string]dialog.Session
	stood    map[dialog.Step]int
	started  int
}

func (c *conversation) answer(turn crowd.Turn) wire.Send {
	event := dialog.Event{Kind: dialog.EventText, Text: turn.Message.Text, Time: time.Now(), NewReference: fmt.Sprintf("R%d", c.started)}
	if turn.Message.ChoiceID != "" {
		event.Kind, event.Choice, event.Text = dialog.EventChoice, turn.Message.ChoiceID, turn.Message.ChoiceTitle
	}
	session, effects := c.engine.Step(c.sessions[turn.From.Phone], event, dialog.Facts{})
	c.sessions[turn.From.Phone] = session
	c.stood[session.Step]++
	var replies []wire.Send
	for _, effect := range effects {
		switch effect := effect.(type) {
		case dialog.Reply:
			replies = append(replies, sendOf(turn.From, effect.Bubble))
		case dialog.StartRequest:
			c.started++
		}
	}
	require.Len(c.t, replies, 1, "of %+v", turn.Message)
	return replies[0]
}

func sendOf(to wire.Sender, b bubble.Bubble) wire.Send {
	send := wire.Send{Phone: to.Phone, Text: b.Text, List: b.List != nil}
	for _, button := range b.Buttons {
		send.Choices = append(send.Choices, wire.Choice{ID: button.ID, Title: button.Title})
	}
	if b.List != nil {
		for _, section := range b.List.Sections {
			for _, row := range section.Rows {
				send.Choices = append(send.Choices, wire.Choice{ID: row.ID, Title: row.Title})
			}
		}
	}
	return send
}

// The mix is realistic only if the journeys arrive where they are meant to: this holds them against the real dialog and catalog.
func TestJourneysArriveInTheRealDialog(t *testing.T) {
	t.Parallel()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	engine, err := dialog.NewEngine(services)
	require.NoError(t, err)
	hub := &conversation{t: t, engine: engine, sessions: map[string]dialog.Session{}, stood: map[dialog.Step]int{}}
	c := crowd.New(crowd.Config{Vocabulary: crowd.VocabularyOf(services), NewcomerShare: 0.03, Seed: 1})
	const turns = 4000
	for i := range turns {
		turn := c.Begin(time.Now())
		c.Replied(hub.answer(turn), fmt.Sprintf("wamid.%d", i), time.Now())
	}
	t.Logf("%d turns stood at %v, %d requests started", turns, hub.stood, hub.started)
	for _, step := range []dialog.Step{
		dialog.StepLanguage, dialog.StepConsent, dialog.StepMenu, dialog.StepCategory, dialog.StepFound, dialog.StepForm, dialog.StepSummary,
	} {
		require.Positive(t, hub.stood[step], "somebody stands at %s", step)
	}
	require.Greater(t, hub.stood[dialog.StepSummary], turns/50, "forms are filled in")
	require.Positive(t, hub.started)
	require.Less(t, hub.started, turns/100, "few requests are confirmed")
}
