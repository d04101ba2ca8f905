// Package pdftest holds documents against programs of other makes: poppler's readers, qpdf, and the archive validator of Apache PDFBox. It is
// for tests; the programs are the Debian packages poppler-utils, qpdf and libpdfbox2-java.
package pdftest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Text is a document's text in reading order, each run of white space one space.
func Text(t testing.TB, content []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(Output(t, content, "pdftotext", "-raw", "-enc", "UTF-8", "{}", "-")), " ")
}

// Output runs a program on a document, whose file stands where the arguments say {}, and returns what it prints. The test fails when the
// program does.
func Output(t testing.TB, content []byte, program string, arguments ...string) string {
	t.Helper()
	file := File(t, content)
	for i, argument := range arguments {
		if argument == "{}" {
			arguments[i] = file
		}
	}
	var failed bytes.Buffer
	command := exec.CommandContext(t.Context(), program, arguments...) //nolint:gosec // the test chooses the program
	command.Stderr = &failed
	out, err := command.Output()
	require.NoErrorf(t, err, "%s: %s", program, &failed)
	return string(out)
}

// File writes a document to a file that goes with the test.
func File(t testing.TB, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "document.pdf")
	require.NoError(t, os.WriteFile(file, content, 0o600))
	return file
}

const javaFolder = "/usr/share/java/"

// jars are the validator and what it needs, as Debian names them.
var jars = []string{"preflight.jar", "pdfbox2.jar", "xmpbox.jar", "fontbox2.jar", "commons-logging.jar", "javax.activation.jar", "jaxb-api.jar"}

// HasValidator says whether [RequireArchival] can run here.
func HasValidator() bool {
	for _, jar := range jars {
		if _, err := os.Stat(javaFolder + jar); err != nil {
			return false
		}
	}
	_, err := exec.LookPath("java")
	return err == nil
}

// RequireArchival fails the test when a document is not fit for an archive. The validator knows PDF/A-1b, whose rules on fonts, colours and
// metadata are those of PDF/A-2b: that the documents say they are of part 2 is the one thing it may find.
func RequireArchival(t testing.TB, documents map[string][]byte) {
	t.Helper()
	folder := t.TempDir()
	var list strings.Builder
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		file := filepath.Join(folder, name+".pdf")
		require.NoError(t, os.WriteFile(file, documents[name], 0o600))
		list.WriteString(file + "\n")
	}
	listFile := filepath.Join(folder, "list")
	require.NoError(t, os.WriteFile(listFile, []byte(list.String()), 0o600))
	arguments := []string{"-cp", javaFolder + strings.Join(jars, ":"+javaFolder), "org.apache.pdfbox.preflight.Validator_A1b", "xml", "group", listFile}
	command := exec.CommandContext(t.Context(), "java", arguments...) //nolint:gosec // fixed names
	command.Dir = folder
	out, err := command.CombinedOutput()
	report, readError := os.ReadFile(listFile + ".preflight.xml") //nolint:gosec // in the test's own folder
	require.NoErrorf(t, readError, "%v: %s", err, out)
	require.Empty(t, problems(t, report, len(documents)))
}

func problems(t testing.TB, report []byte, documents int) []string {
	t.Helper()
	var found struct {
		Documents []struct {
			Name   string `xml:"name,attr"`
			Errors []struct {
				Code    string `xml:"code"`
				Details string `xml:"details"`
			} `xml:"errors>error"`
		} `xml:"preflight"`
	}
	require.NoError(t, xml.Unmarshal(report, &found))
	require.Len(t, found.Documents, documents)
	var all []string
	for _, document := range found.Documents {
		for _, each := range document.Errors {
			if !strings.Contains(each.Details, "part must be 1") {
				all = append(all, fmt.Sprintf("%s: %s %s", document.Name, each.Code, each.Details))
			}
		}
	}
	return all
}
