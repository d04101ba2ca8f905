package crowd_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

var words = crowd.Vocabulary{
	Greeting: "Hi", Menu: "menu", Back: "back", Cancel: "cancel", Status: "status", Invalid: "?",
	Searches: []string{"ration card", "land record"}, Forms: []crowd.Form{{Ask: "current bill", Answers: []string{"1234567890123"}}},
}

func menu(to wire.Sender) wire.Send {
	return wire.Send{Phone: "+" + to.Phone, List: true, Choices: []wire.Choice{{ID: "bills~s", Title: "Bills"}, {ID: "land~s", Title: "Land"}}}
}

func buttons(to wire.Sender) wire.Send {
	return wire.Send{UserID: to.UserID, Choices: []wire.Choice{{ID: "yes~s", Title: "Yes"}, {ID: "no~s", Title: "No"}}}
}

func TestANewcomerPressesWhatIsOffered(t *testing.T) {
	t.Parallel()
	c := crowd.New(crowd.Config{Vocabulary: words})
	hi := c.BeginNew(time.Now())
	require.Equal(t, wire.Message{Text: "Hi"}, hi.Message)

	_, known := c.Replied(menu(hi.From), "wamid.language", time.Now())
	require.True(t, known)
	language, ok := c.BeginKnown(time.Now())
	require.True(t, ok)
	require.Equal(t, hi.From, language.From)
	require.Contains(t, []string{"bills~s", "land~s"}, language.Message.ChoiceID)
	require.True(t, language.Message.FromList)
	require.Equal(t, "wamid.language", language.Message.InReplyTo)

	c.Replied(buttons(hi.From), "wamid.consent", time.Now())
	consent, ok := c.BeginKnown(time.Now())
	require.True(t, ok)
	require.Equal(t, wire.Message{ChoiceID: "yes~s", ChoiceTitle: "Yes", InReplyTo: "wamid.consent"}, consent.Message)
}

func TestACitizenWaitsForTheReplyBeforeTheNextMessage(t *testing.T) {
	t.Parallel()
	c := crowd.New(crowd.Config{Vocabulary: words})
	first := c.Begin(time.Now())
	_, ok := c.BeginKnown(time.Now())
	require.False(t, ok, "the only citizen waits")
	second := c.Begin(time.Now())
	require.NotEqual(t, first.From, second.From, "the arrivals do not wait: a newcomer comes")
	require.NotEqual(t, first.MessageID, second.MessageID)
}

func TestLostDoubledAndStrayRepliesAreTold(t *testing.T) {
	t.Parallel()
	c := crowd.New(crowd.Config{Vocabulary: words})
	answered, refused := c.BeginNew(time.Now()), c.BeginNew(time.Now())
	c.BeginNew(time.Now()) // its reply is lost
	c.Replied(menu(answered.From), "wamid.1", time.Now())
	c.Replied(menu(answered.From), "wamid.2", time.Now())
	c.Abandon(refused)
	_, known := c.Replied(wire.Send{Phone: "+4912345678"}, "wamid.3", time.Now())
	require.False(t, known)
	counts := c.Counts()
	require.Equal(t, crowd.Counts{Begun: 3, Replied: 1, Doubled: 1, Unsent: 1, Strays: 1, Messages: map[string]int{"text": 3}}, counts)
}

func TestQuietIsWhenEveryReplyHasCome(t *testing.T) {
	t.Parallel()
	c := crowd.New(crowd.Config{Vocabulary: words})
	<-c.Quiet()
	one, two := c.BeginNew(time.Now()), c.BeginNew(time.Now())
	quiet := c.Quiet()
	c.Replied(menu(one.From), "wamid.1", time.Now())
	select {
	case <-quiet:
		require.Fail(t, "one reply is still to come")
	default:
	}
	c.Abandon(two)
	c.Abandon(two)
	<-quiet
}

func TestATurnIsMeasuredFromWhenItWasDue(t *testing.T) {
	t.Parallel()
	var took time.Duration
	c := crowd.New(crowd.Config{Vocabulary: words, OnTurn: func(turn crowd.Turn, at time.Time) { took = at.Sub(turn.Due) }})
	due := time.Unix(100, 0)
	turn := c.BeginNew(due)
	c.Replied(menu(turn.From), "wamid.1", due.Add(12*time.Millisecond))
	require.Equal(t, 12*time.Millisecond, took)
}

func TestACitizenStopsBeforeThePairRateIsSpent(t *testing.T) {
	t.Parallel()
	c := crowd.New(crowd.Config{Vocabulary: words, TurnsPerCitizen: 5})
	turn := c.BeginNew(time.Now())
	for range 4 {
		c.Replied(menu(turn.From), "wamid.1", time.Now())
		_, ok := c.BeginKnown(time.Now())
		require.True(t, ok)
	}
	c.Replied(menu(turn.From), "wamid.1", time.Now())
	_, ok := c.BeginKnown(time.Now())
	require.False(t, ok)
}

func TestKnownCitizensMenuSearchFillFormsAndAskForTheStatus(t *testing.T) {
	t.Parallel()
	c := crowd.New(crowd.Config{Vocabulary: words, TurnsPerCitizen: 1 << 30, Seed: 7})
	turn, ok := c.BeginNew(time.Now()), true
	said := map[string]int{}
	for i := range 3000 {
		require.True(t, ok)
		said[turn.Message.Text+turn.Message.ChoiceID]++
		reply := menu(turn.From)
		if i%3 == 0 {
			reply = buttons(turn.From)
		}
		c.Replied(reply, fmt.Sprintf("wamid.%d", i), time.Now())
		turn, ok = c.BeginKnown(time.Now())
	}
	for _, words := range []string{"menu", "back", "cancel", "status", "?", "ration card", "land record", "current bill", "1234567890123", "bills~s", "yes~s"} {
		require.Positive(t, said[words], words)
	}
	require.Equal(t, 1, said["Hi"])
}

func TestTheSameSeedMakesTheSameChoices(t *testing.T) {
	t.Parallel()
	walk := func() (texts []string) {
		c := crowd.New(crowd.Config{Vocabulary: words, Seed: 3, NewcomerShare: 0.3})
		for range 200 {
			turn := c.Begin(time.Now())
			texts = append(texts, turn.Message.Text+turn.Message.ChoiceID)
			c.Replied(menu(turn.From), "wamid", time.Now())
		}
		return texts
	}
	once, again := walk(), walk()
	require.Equal(t, once, again)
}
