package catalog_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

const teluguGlossary = `Tahsildar:
  also: [Tehsildar]
  write: తహసీల్దార్
  never: [తహశీల్దార్]
certificate: {write: [పత్రం, పత్రా], never: [సర్టిఫికెట్]}
income certificate: ఆదాయ పత్రం
fee: {write: రుసుము, optional: true, never: [ఫీజు]}
`

// spoken is a state whose texts are held to a glossary.
func spoken(changed files) files {
	made := files{
		"languages/te/glossary.yaml": teluguGlossary,
		"languages/en/glossary.yaml": "Tahsildar: {never: [Tahasildar]}\n",
		"languages/en/x.yaml":        "a.b: Ask the Tehsildar.\n",
		"languages/te/x.yaml":        "a.b: తహసీల్దార్\u200cకు చెప్పండి.\n",
	}
	maps.Copy(made, changed)
	return made
}

func TestWordsOfTheOfficesAreWrittenAlike(t *testing.T) {
	t.Parallel()
	titled := func(en, te string) files {
		return files{"states/x/services/a.yaml": strings.Replace(service("asked_as: [one]"), "title: {en: One, te: ఒకటి}", "title: {en: "+en+", te: "+te+"}", 1)}
	}
	for name, c := range map[string]struct {
		changed files
		want    string
	}{
		"with an ending, and a joiner that is not seen": {nil, ""},
		"another spelling in English":                   {titled("Certificates", "పత్రాలు"), ""},
		"the longer term counts":                        {titled("Income certificate", "ఆదాయ పత్రం"), ""},
		"an optional one may be left out":               {titled("No fee", "ఉచితం"), ""},
		"asked_as is people's own": {
			files{"states/x/services/a.yaml": service("asked_as: [ఫీజు, Tahasildar]")}, "",
		},
		"left out": {
			titled("Certificate", "సేవ"),
			"states/x/services/a.yaml:6:30: title in te: the English says \"certificate\", so write \"పత్రం\" or \"పత్రా\" here too (languages/te/glossary.yaml, line 5): \"సేవ\"\n",
		},
		"refused": {
			titled("Income", "ఆదాయ సర్టిఫికెట్"),
			"states/x/services/a.yaml:6:25: title in te: for \"certificate\" write \"పత్రం\" or \"పత్రా\", not \"సర్టిఫికెట్\" (languages/te/glossary.yaml, line 5)\n",
		},
		"an optional one in a way that is refused": {
			titled("Fee", "ఫీజు"), "title in te: for \"fee\" write \"రుసుము\", not \"ఫీజు\" (languages/te/glossary.yaml, line 7)\n",
		},
		"refused in English": {
			titled("The Tahasildar", "ఒకటి"), "title in en: for \"Tahsildar\" write \"Tahsildar\", not \"Tahasildar\" (languages/en/glossary.yaml, line 1)\n",
		},
		"in a text of the hub": {
			files{"languages/te/x.yaml": "a.b: తహశీల్దార్\u200cకు చెప్పండి.\n"},
			"languages/te/x.yaml:1:1: \"a.b\" in te: for \"Tahsildar\" write \"తహసీల్దార్\", not \"తహశీల్దార్\" (languages/te/glossary.yaml, line 1)\n",
		},
		"a glossary that does not say how": {
			files{"languages/te/glossary.yaml": "fee: {never: [ఫీజు]}\n"},
			"languages/te/glossary.yaml:1:1: \"fee\": say how it is written: {write: …, never: […]}\n",
		},
		"a word that is twice in it": {
			files{"languages/te/glossary.yaml": "fee: రుసుము\nfees: {also: [Fee], write: రుసుములు}\n"},
			"languages/te/glossary.yaml:2:1: \"fees\": \"Fee\" is already in languages/te/glossary.yaml, line 1\n",
		},
		"refused and given": {
			files{"languages/te/glossary.yaml": "fee: {write: రుసుము, never: [రుసుము]}\n"},
			"languages/te/glossary.yaml:1:1: \"fee\": \"రుసుము\" is refused, and is a way that the glossary gives\n",
		},
		"another script": {
			files{"languages/te/glossary.yaml": "fee: शुल्क\n"}, "languages/te/glossary.yaml:1:1: \"fee\": \"शुल्क\" has the letter \"श\" of another script\n",
		},
		"an unknown key": {
			files{"languages/te/glossary.yaml": "fee: {write: రుసుము, nevr: [ఫీజు]}\n"}, "languages/te/glossary.yaml:1:22: unknown key \"nevr\"\n",
		},
		"no terms": {
			files{"languages/te/glossary.yaml": "- fee\n"}, "languages/te/glossary.yaml:1:1: expected lines of the form term: {write: …}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := lines(catalog.Lint(complete(t, spoken(c.changed)), "x", nil))
			if c.want == "" {
				require.Empty(t, found)
				return
			}
			require.Contains(t, found, c.want)
			require.Equal(t, 1, strings.Count(found, "\n"), found)
		})
	}
}
