package emulator_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// Samples that are refused, with the code and why it is right.
var refusedSamples = map[string]int{
	"send_reply_to_list_message.json":            131008, // no "type": it defaults to text, and there is no text
	"send_sample_issue_resolution_template.json": 100,    // quick_reply parameters carry a boolean where text is documented
}

func TestMetasOwnSamplesAreAccepted(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Glob("testdata/meta/sends/*.json")
	require.NoError(t, err)
	require.Len(t, samples, 50)
	for _, sample := range samples {
		name := filepath.Base(sample)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c *emulator.Config) { c.KnownFlows = []string{"{{Flow-ID}}", "{{Flow-Name}}"} })
			for _, phone := range []string{"16505551234", "16315555555"} {
				_, err := w.AddPhone(emulator.Phone{Number: phone})
				require.NoError(t, err)
				_, err = w.Write(phone, emulator.Text("Hi"))
				require.NoError(t, err)
			}
			raw, err := os.ReadFile(sample)
			require.NoError(t, err)
			code, answer := w.send(t, fill(t, w, name, string(raw)))
			if want := refusedSamples[name]; want != 0 {
				require.Equal(t, want, errorCode(answer), "%v", answer)
				return
			}
			require.Equal(t, http.StatusOK, code, "%v", answer)
		})
	}
}

// fill puts real values where the sample says what belongs there.
func fill(t *testing.T, w *world, name, sample string) string {
	t.Helper()
	first := w.write(t, emulator.Text("Hi"))
	file, err := w.AddMedia("application/pdf", "receipt.pdf", []byte("%PDF-1.4"))
	require.NoError(t, err)
	if strings.Contains(name, "interactive") || strings.Contains(name, "template_media") {
		sample = strings.ReplaceAll(sample, "template-name", "template-with-image")
	}
	return strings.NewReplacer(
		"{{Recipient-Phone-Number}}", "+"+asha, "{{Recipient-WA-Phone-Number}}", asha,
		"<AUDIO_OBJECT_ID>", file.ID, "<DOCUMENT_OBJECT_ID>", file.ID, "<IMAGE_OBJECT_ID>", file.ID,
		"<VIDEO_OBJECT_ID>", file.ID, "<MEDIA_OBJECT_ID>", file.ID,
		"<MSGID_OF_MSG_YOU_ARE_REPLYING_TO>", first.ID, "<MSGID_OF_PREV_MSG>", first.ID, "wamid.HBgLM...", first.ID,
		"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUYzMjEzNDM2RTZGQ0MzMDJBRgA=", first.ID,
		"<UNIQUE_BUTTON_ID_1>", "b1", "<UNIQUE_BUTTON_ID_2>", "b2", "<BUTTON_TITLE_1>", "Yes", "<BUTTON_TITLE_2>", "No",
		"<LIST_SECTION_1_TITLE>", "First", "<LIST_SECTION_2_TITLE>", "Second", "<BUTTON_TEXT>", "Choose",
		"<SECTION_1_ROW_1_TITLE>", "Row 1", "<SECTION_1_ROW_2_TITLE>", "Row 2", "<SECTION_2_ROW_1_TITLE>", "Row 3", "<SECTION_2_ROW_2_TITLE>", "Row 4",
		"<TEMPLATE_NAME>", "flow_form", "<HEADER_TYPE>", "text",
		"<http(s)://", "https://", "-url>", ".example/f", "http(s)://the-image-url", "https://example.org/i.png", "http(s)://", "https://example.org/",
	).Replace(sample)
}
