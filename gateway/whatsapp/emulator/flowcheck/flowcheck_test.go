package flowcheck_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/flowcheck"
)

// good is Meta's own kind of example: a list from the endpoint, a field, and a photo on a screen of its own.
func good(t testing.TB) string {
	t.Helper()
	content, err := os.ReadFile("testdata/good.json")
	require.NoError(t, err)
	return string(content)
}

func TestAGoodFlowIsTaken(t *testing.T) {
	t.Parallel()
	require.Empty(t, flowcheck.Check([]byte(good(t))))
}

func TestWhatMetaRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ before, after, code string }{
		"a version that is frozen":           {`"version": "7.3"`, `"version": "5.0"`, "INVALID_VERSION"},
		"an unknown data API":                {`"data_api_version": "4.0"`, `"data_api_version": "9.0"`, "INVALID_VERSION"},
		"an unknown key":                     {`"version": "7.3"`, `"version": "7.3", "colour": "red"`, "INVALID_PROPERTY"},
		"an unknown component":               {`"type": "TextInput"`, `"type": "TextBox"`, "INVALID_COMPONENT"},
		"an unknown property":                {`"input-type": "text"`, `"keyboard": "text"`, "INVALID_PROPERTY"},
		"a label that is too long":           {`"label": "Name"`, `"label": "The name of the applicant"`, "INVALID_PROPERTY_VALUE"},
		"a label too long in Telugu":         {`"label": "Name"`, `"label": "దరఖాస్తుదారు పూర్తి పేరు"`, "INVALID_PROPERTY_VALUE"},
		"a helper that is too long":          {`"helper-text": "As on your papers"`, `"helper-text": "` + strings.Repeat("x", 81) + `"`, "INVALID_PROPERTY_VALUE"},
		"a closed set":                       {`"input-type": "text"`, `"input-type": "telugu"`, "INVALID_PROPERTY_VALUE"},
		"two fields of one name":             {`"name": "applicant"`, `"name": "district"`, "INVALID_PROPERTY_VALUE"},
		"a name with a hyphen":               {`"name": "applicant"`, `"name": "applicant-name"`, "INVALID_PROPERTY_VALUE"},
		"a field that is not there":          {`${form.applicant}`, `${form.applicants}`, "INVALID_DYNAMIC_DATA"},
		"data that is not declared":          {`${data.districts}`, `${data.towns}`, "INVALID_DYNAMIC_DATA"},
		"data of another type":               {`${data.districts}`, `${data.service}`, "INVALID_DYNAMIC_DATA"},
		"data without an example":            {`"__example__": "Income certificate"`, `"x": 1`, "INVALID_PROPERTY"},
		"a screen that leads nowhere":        {`"DETAILS": ["PHOTO"]`, `"DETAILS": []`, "INVALID_ROUTING_MODEL"},
		"a circle":                           {`"PHOTO": []`, `"PHOTO": ["DETAILS"]`, "INVALID_ROUTING_MODEL"},
		"a screen that is not there":         {`"PHOTO": []`, `"PHOTO": ["END"]`, "INVALID_ROUTING_MODEL"},
		"a reserved id":                      {`"id": "PHOTO"`, `"id": "SUCCESS"`, "INVALID_PROPERTY_VALUE"},
		"an id with a digit":                 {`"id": "PHOTO"`, `"id": "PAGE2"`, "INVALID_PROPERTY_VALUE"},
		"no terminal screen":                 {`"terminal": true,`, ``, "MISSING_TERMINAL_SCREEN"},
		"no footer at the end":               {`{"type": "Footer", "label": "Done",`, `{"type": "TextBody", "text": "x", "label": "Done",`, "INVALID_LAYOUT"},
		"an unknown action":                  {`"name": "data_exchange", "payload": {"photo"`, `"name": "send", "payload": {"photo"`, "INVALID_ACTION"},
		"two pickers on a screen":            {`{"type": "TextBody", "text": "A photo is enough"}`, `{"type": "DocumentPicker", "name": "d", "label": "PDF"}`, "INVALID_LAYOUT"},
		"an option without a title":          {`"title": "Yes"`, `"title": " "`, "INVALID_PROPERTY_VALUE"},
		"an option that is too long":         {`"title": "Yes"`, `"title": "` + strings.Repeat("y", 31) + `"`, "INVALID_PROPERTY_VALUE"},
		"two options of one id":              {`"id": "no"`, `"id": "yes"`, "INVALID_PROPERTY_VALUE"},
		"a component without its label":      {`"label": "Photo", `, ``, "MISSING_REQUIRED_PROPERTY"},
		"a field that is kept but not there": {`"sensitive": ["applicant"]`, `"sensitive": ["aadhaar"]`, "INVALID_PROPERTY_VALUE"},
		"a file below the top of a payload":  {`{"photo": "${form.photo}"}`, `{"photo": {"file": "${form.photo}"}}`, "INVALID_ACTION"},
		"no day":                             {`"min-date": "2026-01-01"`, `"min-date": "1.1.2026"`, "INVALID_PROPERTY_VALUE"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flow := good(t)
			require.Contains(t, flow, test.before)
			faults := flowcheck.Check([]byte(strings.Replace(flow, test.before, test.after, 1)))
			require.NotEmpty(t, faults)
			codes := make([]string, len(faults))
			for i, fault := range faults {
				codes[i] = fault.Error
			}
			require.Contains(t, codes, test.code, "%v", faults)
		})
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(good(f)))
	f.Add([]byte(`{"screens":[{"id":"A","layout":{"type":"SingleColumnLayout","children":[null,{"type":"Form","children":[{"type":7}]}]}}]}`))
	f.Fuzz(func(_ *testing.T, content []byte) { flowcheck.Check(content) })
}
