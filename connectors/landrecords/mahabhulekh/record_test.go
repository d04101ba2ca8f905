package mahabhulekh_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh"
)

func TestRecorded8AIsReadByItsHeadings(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("testdata/8a.html")
	require.NoError(t, err)
	record, said, err := mahabhulekh.ParseRecord(string(page))
	require.NoError(t, err)
	require.Equal(t, []string{"Finished at 10:05"}, said)
	const number, area, rent, cess = "भूमापन क्रमांक व उपविभाग क्रमांक", "एकूण क्षेत्र (हे.आर.चौ.मी)", "आकारणी (रु.पै.)", "स्थानिक उपकर (रु.पै.)"
	require.Empty(t, cmp.Diff([]connectors.RecordField{
		{Label: "वर्ष", Value: "२०२६-२०२७"}, {Label: "दिनांक", Value: "२२/११/२०२६"}, {Label: "गाव", Value: "कोरडगाव"},
		{Label: "तालुका", Value: "मुळशी"}, {Label: "जिल्हा", Value: "पुणे"}, {Label: "खाते क्र.", Value: "४५"},
		{Label: number, Value: "४५/१", Group: 1}, {Label: area, Value: "०.४१.००", Group: 1},
		{Label: rent, Value: "२.२५", Group: 1}, {Label: cess, Value: "०.५०", Group: 1},
		{Label: number, Value: "४५/२", Group: 2}, {Label: area, Value: "०.४२.००", Group: 2},
		{Label: rent, Value: "३.२५", Group: 2}, {Label: cess, Value: "०.५०", Group: 2},
	}, record.Fields))
}

func TestPicturesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"an address":   "Images/712.jpg",
		"nothing":      "data:image/jpeg;base64,",
		"not base64":   "data:image/jpeg;base64,%%%",
		"a script":     "data:text/html;base64,PGI+",
		"no data mark": "image/jpeg;base64,AAAA",
	} {
		_, _, err := mahabhulekh.ParseRecord(`<img id="ContentPlaceHolder1_ImgPC" src="` + source + `">`)
		require.Error(t, err, name)
	}
	record, said, err := mahabhulekh.ParseRecord(`<script>alert("It isn\'t there");</script>`)
	require.NoError(t, err)
	require.Nil(t, record)
	require.Equal(t, []string{"It isn't there"}, said)
}

func FuzzRecord(f *testing.F) {
	page, err := os.ReadFile("testdata/8a.html")
	require.NoError(f, err)
	f.Add(string(page))
	f.Add(`<img id="ImgPC" src="data:image/jpeg;base64,/9j/">`)
	f.Add(`<script>alert('a\'b');alert("c")</script>`)
	f.Fuzz(func(t *testing.T, text string) {
		record, _, err := mahabhulekh.ParseRecord(text)
		if err != nil || record == nil {
			return
		}
		require.True(t, len(record.Fields) > 0 || len(record.Document.Content) > 0)
		for _, field := range record.Fields {
			require.NotEmpty(t, field.Value)
		}
	})
}
