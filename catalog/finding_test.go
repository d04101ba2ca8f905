package catalog_test

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
)

// utterance is what a citizen wrote: see testdata/utterances/README.md.
type utterance struct {
	state, language, style, text string
	wanted                       []string // none: the state has no such service
}

func (u utterance) isTest() bool { return sha256.Sum256([]byte(u.text))[0]&1 == 1 }

func utterances(t testing.TB) []utterance {
	t.Helper()
	files, err := filepath.Glob("testdata/utterances/*.tsv")
	require.NoError(t, err)
	var all []utterance
	for _, file := range files {
		opened, err := os.Open(file)
		require.NoError(t, err)
		lines := bufio.NewScanner(opened)
		for number := 1; lines.Scan(); number++ {
			columns := strings.Split(lines.Text(), "\t")
			require.Len(t, columns, 4, "%s:%d", file, number)
			each := utterance{
				state: strings.TrimSuffix(filepath.Base(file), ".tsv"), language: columns[0], style: columns[1], text: columns[3],
			}
			if columns[2] != "-" {
				each.wanted = strings.Split(columns[2], "|")
			}
			all = append(all, each)
		}
		require.NoError(t, lines.Err())
		require.NoError(t, opened.Close())
	}
	return all
}

// tally counts how texts were understood.
type tally struct{ asked, first, three, opened, wrong int }

func (c *tally) share(of int) float64 { return 100 * float64(of) / float64(max(1, c.asked)) }

func (c *tally) String() string {
	return fmt.Sprintf("%5d  first %5.1f %%  among three %5.1f %%  opened at once %5.1f %%, wrongly %4.1f %%",
		c.asked, c.share(c.first), c.share(c.three), c.share(c.opened), c.share(c.wrong))
}

// count adds what became of one text.
func (c *tally) count(said utterance, meant catalog.Understanding) {
	place := slices.IndexFunc(meant.Matches, func(m catalog.Match) bool { return slices.Contains(said.wanted, m.Service.ID) })
	c.asked++
	if place == 0 {
		c.first++
	}
	if place >= 0 && place < 3 {
		c.three++
	}
	if meant.Sure {
		c.opened++
		if place != 0 {
			c.wrong++
		}
	}
}

// TestCitizensFindTheirService says how well texts are understood that nobody looked at while the search was made. The goals are the project's.
func TestCitizensFindTheirService(t *testing.T) {
	t.Parallel()
	loaded := map[string]*catalog.Catalog{}
	groups := map[string]*tally{}
	for _, said := range utterances(t) {
		services := stateOf(t, loaded, said)
		meant := services.Understand(said.text, 3)
		for _, name := range said.groups() {
			if groups[name] == nil {
				groups[name] = &tally{}
			}
			groups[name].count(said, meant)
		}
		if !said.isTest() { // the others are not to be looked at
			showMistake(t, said, meant)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		t.Logf("%-22s %s", name, groups[name])
	}
	whole, foreign := groups[testHalf], groups[noService]
	require.GreaterOrEqual(t, whole.share(whole.first), 95.0)
	require.GreaterOrEqual(t, whole.share(whole.three), 99.0)
	require.LessOrEqual(t, foreign.share(foreign.opened), 2.0)
}

// The groups that the goals are for.
const (
	testHalf   = "test half"
	tuningHalf = "tuning half"
	noService  = "test: no such service"
)

// groups are those that a text counts in.
func (u utterance) groups() []string {
	switch {
	case !u.isTest() && len(u.wanted) == 0:
		return []string{"tuning: no such service"}
	case !u.isTest():
		return []string{tuningHalf}
	case len(u.wanted) == 0:
		return []string{noService}
	}
	return []string{testHalf, "language " + u.language, "state " + u.state, "style " + u.style}
}

// stateOf loads a state once, and makes sure that it has the services that the text means.
func stateOf(t *testing.T, loaded map[string]*catalog.Catalog, said utterance) *catalog.Catalog {
	t.Helper()
	services, ok := loaded[said.state]
	if !ok {
		var err error
		services, err = catalog.Load(deploy.Files, said.state)
		require.NoError(t, err)
		loaded[said.state] = services
	}
	for _, id := range said.wanted {
		_, known := services.Service(id)
		require.True(t, known, "%s has no service %s, which %q is to find", said.state, id, said.text)
	}
	return services
}

// showMistake prints what was not understood.
func showMistake(t *testing.T, said utterance, meant catalog.Understanding) {
	t.Helper()
	right := len(meant.Matches) > 0 && slices.Contains(said.wanted, meant.Matches[0].Service.ID)
	if len(said.wanted) == 0 {
		right = !meant.Sure
	}
	if right {
		return
	}
	var found []string
	for _, match := range meant.Matches {
		found = append(found, fmt.Sprintf("%s %.2f", match.Service.ID, match.Score))
	}
	t.Logf("%s %s %s: %q means %v, found %v, sure %v", said.state, said.language, said.style, said.text, said.wanted, found, meant.Sure)
}
