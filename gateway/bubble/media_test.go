package bubble_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/bubble"
)

func captcha() bubble.Document {
	return bubble.Document{ID: "d1", Filename: "captcha.png", MIMEType: "image/png"}
}

func TestAPictureStandsAboveWhatThereIsRoomFor(t *testing.T) {
	t.Parallel()
	buttons := []bubble.Choice{{ID: "a", Title: "Another picture"}, {ID: "s", Title: "Stop"}}
	rows := make([]bubble.Choice, 5)
	for i := range rows {
		rows[i] = bubble.Choice{ID: strings.Repeat("r", i+1), Title: "Row " + strings.Repeat("i", i+1)}
	}
	tests := []struct {
		name  string
		below bubble.Bubble
		want  bubble.Bubble
	}{
		{"buttons", bubble.Ask("Which letters?", "Choose", buttons), bubble.Bubble{Text: "Which letters?", Buttons: buttons}},
		{"a link", bubble.WithLink("See", "Open", "https://x.example"), bubble.Bubble{Text: "See", Link: &bubble.Link{Label: "Open", URL: "https://x.example"}}},
		{"a text", bubble.Say("The road"), bubble.Bubble{Text: "The road"}},
		{"a list is numbered", bubble.Ask("Which?", "Choose", rows), bubble.Bubble{
			Text: "Which?\n\nChoose:\n1. Row i\n2. Row ii\n3. Row iii\n4. Row iiii\n5. Row iiiii"}},
		{"a request for a location is said", bubble.AskLocation("Where?"), bubble.Bubble{Text: "Where?"}},
		{"a long text is shortened", bubble.Say(strings.Repeat("word ", 500)), bubble.Bubble{
			Text: bubble.Shorten(strings.Repeat("word ", 500), bubble.MaxCaption)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			picture, video := captcha(), bubble.Video{URL: "https://v.example/1.mp4"}
			withPicture, withVideo := test.want, test.want
			withPicture.Picture, withVideo.Video = &picture, &video
			require.Equal(t, withPicture, bubble.WithPicture(test.below, picture))
			require.Equal(t, withVideo, bubble.WithVideo(test.below, video))
			require.NoError(t, bubble.Validate(withPicture))
			require.NoError(t, bubble.Validate(withVideo))
		})
	}
}

func TestMediaThatWhatsAppWouldRefuse(t *testing.T) {
	t.Parallel()
	picture := captcha()
	pdf := bubble.Document{ID: "d", Filename: "a.pdf", MIMEType: "application/pdf"}
	list := &bubble.List{Label: "Choose", Sections: []bubble.Section{{Rows: []bubble.Choice{{ID: "a", Title: "A"}}}}}
	tests := map[string]bubble.Bubble{
		"a picture of another type":   {Text: "x", Picture: &pdf},
		"a picture without an id":     {Text: "x", Picture: &bubble.Document{MIMEType: "image/png"}},
		"a picture above a list":      {Text: "x", Picture: &picture, List: list},
		"a picture and a video":       {Text: "x", Picture: &picture, Video: &bubble.Video{URL: "https://v"}},
		"a picture and a document":    {Text: "x", Picture: &picture, Document: &pdf},
		"a video that is nowhere":     {Text: "x", Video: &bubble.Video{}},
		"a video in two places":       {Text: "x", Video: &bubble.Video{URL: "https://v", File: &bubble.Document{ID: "v", MIMEType: "video/mp4"}}},
		"a video of another type":     {Text: "x", Video: &bubble.Video{File: &picture}},
		"a video without encryption":  {Text: "x", Video: &bubble.Video{URL: "http://v"}},
		"a caption that is too long":  {Text: strings.Repeat("x", bubble.MaxCaption+1), Picture: &picture},
		"a picture that asks a place": {Text: "x", Picture: &picture, Location: true},
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Error(t, bubble.Validate(b))
		})
	}
}

func TestNotesStandAboveAndTheTextGivesWay(t *testing.T) {
	t.Parallel()
	picture := captcha()
	long := strings.Repeat("word ", 200)
	tests := map[string]bubble.Bubble{
		"plain":     bubble.Say(strings.Repeat(long, 4)),
		"buttons":   bubble.Ask(long, "Choose", []bubble.Choice{{ID: "a", Title: "A"}}),
		"a picture": bubble.WithPicture(bubble.Say(long), picture),
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			below := b.Below([]string{"That is too short.", "Once more:"})
			require.NoError(t, bubble.Validate(below))
			require.True(t, strings.HasPrefix(below.Text, "That is too short.\n\nOnce more:\n\nword "))
			below.Text = b.Text
			require.Equal(t, b, below)
		})
	}
	require.Equal(t, "x", bubble.Say("x").Below(nil).Text)
}
