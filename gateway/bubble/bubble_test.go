package bubble_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/bubble"
)

func choices(titles ...string) []bubble.Choice {
	list := make([]bubble.Choice, len(titles))
	for i, title := range titles {
		list[i] = bubble.Choice{ID: fmt.Sprintf("c:%d", i), Title: title}
	}
	return list
}

func TestAskChoosesTheFormThatFits(t *testing.T) {
	t.Parallel()
	long := "Your question. " + strings.Repeat("వివరాలు ", 200)
	for name, test := range map[string]struct {
		text    string
		choices []bubble.Choice
		form    string
	}{
		"no choices":                   {"Hello", nil, "text"},
		"three short titles":           {"Pay?", choices("Pay", "Cancel", "Later"), "buttons"},
		"Telugu titles within 20":      {"కట్టాలా?", choices("ఇప్పుడు కట్టు", "వద్దు"), "buttons"},
		"a title of 21 characters":     {"Pay?", choices("Pay the whole amount!", "Cancel"), "list"},
		"a conjunct title over 20":     {"चुनिए", choices("प्रमाणपत्र प्राप्त कीजिए", "नहीं"), "list"},
		"four titles":                  {"Which?", choices("A", "B", "C", "D"), "list"},
		"two equal titles":             {"Which?", choices("A", "A"), "list"},
		"ten rows":                     {"Which?", choices(strings.Split("abcdefghij", "")...), "list"},
		"eleven rows":                  {"Which?", choices(strings.Split("abcdefghijk", "")...), "text"},
		"a body over 1024":             {long, choices("A", "B"), "text"},
		"a row title over 72":          {"Which?", choices(strings.Repeat("long ", 20)), "text"},
		"one word longer than a row":   {"Which?", choices(strings.Repeat("ప్ర", 20)), "text"},
		"an id longer than the wire's": {"Which?", []bubble.Choice{{ID: strings.Repeat("x", 190), Title: "A"}}, "text"},
		"two equal ids":                {"Which?", []bubble.Choice{{ID: "x", Title: "A"}, {ID: "x", Title: "B"}}, "text"},
		"a description":                {"Which?", []bubble.Choice{{ID: "x", Title: "A", Description: "about A"}}, "list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bubble.Ask(test.text, "Choose", test.choices)
			require.NoError(t, bubble.Validate(b))
			require.Equal(t, test.form, formOf(b))
		})
	}
}

func formOf(b bubble.Bubble) string {
	switch {
	case b.Buttons != nil:
		return "buttons"
	case b.List != nil:
		return "list"
	case b.Link != nil:
		return "link"
	default:
		return "text"
	}
}

func TestALongTitleIsSaidInFullInItsDescription(t *testing.T) {
	t.Parallel()
	full := "ఆదాయ ధృవీకరణ పత్రం కోసం దరఖాస్తు"
	b := bubble.Ask("ఏది?", "ఎంచుకోండి", choices(full, "వద్దు"))
	row := b.List.Sections[0].Rows[0]
	require.Equal(t, full, row.Description)
	require.Equal(t, "ఆదాయ ధృవీకరణ పత్రం కోసం…", row.Title)
}

func TestNumberedTextKeepsEveryChoice(t *testing.T) {
	t.Parallel()
	b := bubble.Ask("Which town?", "Choose", choices(strings.Split("abcdefghijkl", "")...))
	require.Contains(t, b.Text, "Which town?\n\nChoose:\n1. a\n2. b\n")
	require.Contains(t, b.Text, "\n12. l")
}

func TestALinkThatCannotBeAButtonStandsInTheText(t *testing.T) {
	t.Parallel()
	b := bubble.WithLink("Pay here", "Pay now", "https://pay.example/1")
	require.Equal(t, &bubble.Link{Label: "Pay now", URL: "https://pay.example/1"}, b.Link)
	b = bubble.WithLink("Pay here", "Pay the bill on this page", "https://pay.example/1")
	require.Equal(t, "Pay here\n\nPay the bill on this page\nhttps://pay.example/1", b.Text)
	b = bubble.WithLink(strings.Repeat("word ", 1500), "Pay", "https://pay.example/1")
	require.NoError(t, bubble.Validate(b))
	require.True(t, strings.HasSuffix(b.Text, "\n\nPay\nhttps://pay.example/1"))
}

func TestDocumentAndLocation(t *testing.T) {
	t.Parallel()
	receipt := bubble.Document{ID: "d1", Filename: "receipt.pdf", MIMEType: "application/pdf"}
	b := bubble.WithDocument(strings.Repeat("receipt ", 200), receipt)
	require.NoError(t, bubble.Validate(b))
	require.Equal(t, &receipt, b.Document)
	require.True(t, bubble.AskLocation("Where?").Location)
	require.False(t, bubble.AskLocation(strings.Repeat("where ", 200)).Location)
}

func TestPagesHoldEveryChoiceOnce(t *testing.T) {
	t.Parallel()
	turn := func(name string) func(int) bubble.Choice {
		return func(page int) bubble.Choice { return bubble.Choice{ID: fmt.Sprint(name, page), Title: name} }
	}
	for n := range 60 {
		all := make([]bubble.Choice, 0, n)
		for i := range n {
			all = append(all, bubble.Choice{ID: fmt.Sprint("c", i), Title: "t"})
		}
		seen := make([]bubble.Choice, 0, n)
		for page, more := 0, true; more; page++ {
			more = false
			rows := bubble.Page(all, page, turn("previous"), turn("next"))
			require.LessOrEqual(t, len(rows), bubble.MaxRows)
			for _, row := range rows {
				switch row.Title {
				case "next":
					require.Equal(t, fmt.Sprint("next", page+1), row.ID)
					more = true
				case "previous":
					require.Equal(t, fmt.Sprint("previous", page-1), row.ID)
				default:
					seen = append(seen, row)
				}
			}
		}
		require.Equal(t, all, seen, "%d choices", n)
		require.Len(t, seen, n)
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bubble bubble.Bubble
		fault  string
	}{
		"empty":             {bubble.Bubble{}, "text is empty"},
		"too long":          {bubble.Bubble{Text: strings.Repeat("a", 4097)}, "4097 characters; at most 4096"},
		"astral characters": {bubble.Bubble{Text: strings.Repeat("🙂", 2049)}, "4098 characters"},
		"two parts":         {bubble.Bubble{Text: "a", Location: true, Buttons: choices("A")}, "at most one"},
		"four buttons":      {bubble.Bubble{Text: "a", Buttons: choices("A", "B", "C", "D")}, "at most 3"},
		"equal titles":      {bubble.Bubble{Text: "a", Buttons: choices("A", "A")}, "used twice"},
		"a padded id":       {bubble.Bubble{Text: "a", Buttons: []bubble.Choice{{ID: " x", Title: "A"}}}, "padded"},
		"an empty list":     {bubble.Bubble{Text: "a", List: &bubble.List{Label: "Choose"}}, "no rows"},
		"a script address":  {bubble.Bubble{Text: "a", Link: &bubble.Link{Label: "L", URL: "javascript:alert(1)"}}, "address"},
		"a nameless file":   {bubble.Bubble{Text: "a", Document: &bubble.Document{ID: "d"}}, "filename"},
		"not NFC":           {bubble.Bubble{Text: "e\u0301"}, "NFC"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, bubble.Validate(test.bubble), test.fault)
		})
	}
}

func TestAFormsButtonStandsBelowAQuestionWithNumberedChoices(t *testing.T) {
	t.Parallel()
	flow := bubble.Flow{Name: "income", Label: "Fill in the form", Token: "key"}
	offer, fits := bubble.WithFlow("Who is it for?", "", []bubble.Choice{{ID: "a", Title: "Myself"}, {ID: "b", Title: "My child"}}, flow)
	require.True(t, fits)
	require.NoError(t, bubble.Validate(offer))
	require.Equal(t, "Who is it for?\n\n1. Myself\n2. My child", offer.Text)

	for name, try := range map[string]func() bool{
		"a text too long": func() bool { _, fits := bubble.WithFlow(strings.Repeat("a", 1025), "", nil, flow); return fits },
		"choices too long": func() bool {
			_, fits := bubble.WithFlow(strings.Repeat("a", 1015), "", []bubble.Choice{{ID: "a", Title: "Myself"}}, flow)
			return fits
		},
		"no name": func() bool {
			_, fits := bubble.WithFlow("x", "", nil, bubble.Flow{Label: "Open", Token: "key"})
			return fits
		},
		"no label": func() bool {
			_, fits := bubble.WithFlow("x", "", nil, bubble.Flow{Name: "income", Token: "key"})
			return fits
		},
	} {
		require.False(t, try(), name)
	}
	offer.Flow = &bubble.Flow{Name: "income", Label: "Fill in the form"}
	require.ErrorContains(t, bubble.Validate(offer), "token")
}
