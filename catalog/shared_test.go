package catalog_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

const applicant = `form:
  - {id: name, type: name, portal_field: txtName, label: {en: Name, te: పేరు}, prompt: {en: "Your name?", te: "మీ పేరు?"}}
  - {id: phone, type: phone, label: {en: Phone, te: ఫోన్}, prompt: {en: "Your phone?", te: "మీ ఫోన్?"}}
`

const revenue = `officers:
  designated: {title: {en: Tahsildar, te: తహసీల్దార్}}
  appeal: {title: {en: Sub-Collector, te: సబ్ కలెక్టర్}, limit: 30 days}
`

// certificates is a list of similar services: what they have in common is written once, above and in common/.
const certificates = `kind: application
category: bills
department: Revenue
availability: live
portal: {name: power}
source: invented, 2026
delivers: certificate
fee: {amount: "45.00", source: "order, 2022"}
clock: {limit: 15 working days, starts: submitted, source: "Act, 2012", officers: {use: common/revenue}}
form:
  - use: common/applicant
  - {id: purpose, type: text, label: {en: Purpose, te: అవసరం}, prompt: {en: "What for?", te: "దేనికి?"}}
services:
  - {id: income, title: {en: Income, te: ఆదాయం}, asked_as: [income], portal: {service: "1042"}}
  - id: caste
    title: {en: Caste, te: కులం}
    asked_as: [caste]
    clock: {limit: 30 days, source: "order, 2024"}
    form: [{use: common/applicant}]
  - {id: residence, title: {en: Residence, te: నివాసం}, asked_as: [residence], clock: unknown, fee: {amount: 0, source: "order, 2023"}}
`

func compact(changed files) files {
	made := files{
		"states/x/common/applicant.yaml": applicant, "states/x/common/revenue.yaml": revenue, "states/x/services/revenue/all.yaml": certificates,
	}
	maps.Copy(made, changed)
	return made
}

func fieldIDs(service *catalog.Service) []string {
	ids := make([]string, 0, len(service.Form))
	for _, field := range service.Form {
		ids = append(ids, field.ID)
	}
	return ids
}

func TestWhatServicesHaveInCommonIsWrittenOnce(t *testing.T) {
	t.Parallel()
	require.Empty(t, lines(catalog.Lint(complete(t, compact(nil)), "x", nil)))
	loaded := load(t, compact(nil))

	income, _ := loaded.Service("income")
	require.Equal(t, []string{"name", "phone", "purpose"}, fieldIDs(income))
	require.Equal(t, catalog.PortalBinding{Name: "power", Service: "1042"}, income.Portal)
	require.Equal(t, "45.00", income.Fee.Amount)
	require.Equal(t, "Tahsildar", income.Clock.Officers.Designated.Title.In("en"))

	caste, _ := loaded.Service("caste")
	require.Equal(t, []string{"name", "phone"}, fieldIDs(caste))
	require.Equal(t, catalog.Limit{Days: 30}, caste.Clock.Limit, "its own")
	require.Equal(t, "order, 2024", caste.Clock.Source, "its own")
	require.Equal(t, catalog.StartsSubmitted, caste.Clock.Starts, "the list's")
	require.Equal(t, catalog.Limit{Days: 30}, caste.Clock.Officers.Appeal.Limit)

	residence, _ := loaded.Service("residence")
	require.Equal(t, &catalog.Clock{Unknown: true}, residence.Clock)
	require.True(t, residence.Fee.Free())
	_, problem := residence.Form[1].Check("9000000001")
	require.Nil(t, problem)
}

func TestAFaultInASharedPartIsSaidOnceAtItsOwnPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, changed, want string }{
		"a text missing":        {"states/x/common/applicant.yaml", `, te: "మీ ఫోన్?"`, "", "states/x/common/applicant.yaml:3:69: prompt is missing in te\n"},
		"an unknown type":       {"states/x/common/applicant.yaml", "type: phone", "type: fone", "states/x/common/applicant.yaml:3:23: field \"phone\": the type \"fone\" is unknown: use one of text, name, digits, number, money, date, phone, choice, document, location, people\n"},
		"an officer's title":    {"states/x/common/revenue.yaml", ", te: సబ్ కలెక్టర్", "", "states/x/common/revenue.yaml:3:20: title is missing in te\n"},
		"a key of no meaning":   {"states/x/common/revenue.yaml", "limit: 30 days", "limits: 30 days", "states/x/common/revenue.yaml:3:58: unknown key \"limits\"\n"},
		"an unused part":        {"states/x/common/extra.yaml", "", "form: []\n", "states/x/common/extra.yaml:1:1: no service uses common/extra: is it misspelt there?\n"},
		"a part in a part":      {"states/x/common/applicant.yaml", "form:\n", "form:\n  - use: common/revenue\n", "states/x/common/applicant.yaml:2:10: a shared form cannot use another one\n"},
		"a default of the list": {"states/x/services/revenue/all.yaml", `, te: "దేనికి?"`, "", "states/x/services/revenue/all.yaml:12:73: prompt is missing in te\n"},
		"the default's clock":   {"states/x/services/revenue/all.yaml", `source: "Act, 2012"`, "source: the Act", "states/x/services/revenue/all.yaml:9:9: income: the source of the clock is missing or does not say the year\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := compact(nil)[c.file]
			require.Contains(t, text, c.old)
			changed := files{c.file: strings.Replace(text, c.old, c.changed, 1)}
			require.Equal(t, c.want, lines(catalog.Lint(complete(t, compact(changed)), "x", nil)))
		})
	}
}

func TestAUseOfWhatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, changed, want string }{
		"a form":          {"  - use: common/applicant", "  - use: common/aplicant", `services/revenue/all.yaml:11:10: use names "common/aplicant", which is not there`},
		"officers":        {"{use: common/revenue}", "{use: revenue}", `use names "revenue", which is not there: a shared part is a file such as common/applicant.yaml`},
		"keys beside use": {"- use: common/applicant", "- {use: common/applicant, optional: true}", "beside use nothing else is read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, certificates, c.old)
			_, err := catalog.Load(tree(compact(files{"states/x/services/revenue/all.yaml": strings.Replace(certificates, c.old, c.changed, 1)})), "x")
			require.ErrorContains(t, err, c.want)
		})
	}
}

const tableHead = `kind: application
category: bills
department: Revenue
availability: live
portal: {name: power}
source: invented, 2026
delivers: certificate
clock: {starts: submitted, source: "Act, 2012", officers: {use: common/revenue}}
table: certificates.csv
`

const tableRows = "\ufeffid,title.en,title.te,asked_as,portal.service,fee.amount,fee.source,clock.limit,form\n" +
	"income,Income,ఆదాయం,income; ఆదాయం పత్రం,1042,45,\"order, 2022\",15 working days,common/applicant\n" +
	"caste,Caste,కులం,caste,0043,,,30 days,common/applicant; common/land\n"

const land = "form: [{id: survey, type: text, label: {en: Survey, te: సర్వే}, prompt: {en: \"Number?\", te: \"నంబరు?\"}}]\n"

func tabled(rows string) files {
	return compact(files{
		"states/x/services/revenue/all.yaml": tableHead, "states/x/services/revenue/certificates.csv": rows, "states/x/common/land.yaml": land,
	})
}

func TestSimilarServicesAreRowsOfATable(t *testing.T) {
	t.Parallel()
	require.Empty(t, lines(catalog.Lint(complete(t, tabled(tableRows)), "x", nil)))
	loaded := load(t, tabled(tableRows))
	require.Len(t, loaded.Services(), 2)

	income, _ := loaded.Service("income")
	require.Equal(t, catalog.KindApplication, income.Kind)
	require.Equal(t, "ఆదాయం", income.Title.In("te"))
	require.Equal(t, []string{"income", "ఆదాయం పత్రం"}, income.AskedAs)
	require.Equal(t, catalog.PortalBinding{Name: "power", Service: "1042"}, income.Portal)
	require.Equal(t, &catalog.Fee{Amount: "45", Source: "order, 2022"}, income.Fee)
	require.Equal(t, catalog.Limit{Days: 15, Working: true}, income.Clock.Limit)
	require.Equal(t, "Act, 2012", income.Clock.Source)
	require.Equal(t, "Tahsildar", income.Clock.Officers.Designated.Title.In("en"))
	require.Equal(t, []string{"name", "phone"}, fieldIDs(income))

	caste, _ := loaded.Service("caste")
	require.Equal(t, "0043", caste.Portal.Service, "zeros in front are kept")
	require.Nil(t, caste.Fee, "an empty cell is not written")
	require.Equal(t, []string{"name", "phone", "survey"}, fieldIDs(caste))
}

func TestAFaultInATableIsSaidAtItsCell(t *testing.T) {
	t.Parallel()
	const at = "states/x/services/revenue/certificates.csv"
	for name, c := range map[string]struct{ old, changed, want string }{
		"an unknown column": {"clock.limit", "clock.limt", at + `:2:8: unknown key "limt"`},
		"a limit":           {"15 working days", "15", at + `:2:8: write a limit as "15 working days"`},
		"a text missing":    {"కులం", "", at + ":3:2: title is missing in te"},
		"an id twice":       {"caste,", "income,", at + `:3:1: the service "income" is already defined in ` + at + ", line 2"},
		"too few cells":     {"caste,Caste,", "caste,", at + ":3:1: this row has more or fewer cells than the first line"},
		"an open quotation": {"caste,Caste", "caste,\"Caste", "this row cannot be read: a quotation mark is not closed"},
		"a column twice":    {"fee.source", "fee.amount", at + `:1:1: the column "fee.amount" is there twice`},
		"a shared part":     {"common/land", "common/lend", at + `:3:9: use names "common/lend", which is not there`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, tableRows, c.old)
			found := lines(catalog.Lint(complete(t, tabled(strings.Replace(tableRows, c.old, c.changed, 1))), "x", nil))
			require.Contains(t, found, c.want)
			if strings.Contains(c.want, "write a limit") {
				require.NotContains(t, found, "has no limit", "what was refused is not missing")
			}
		})
	}
	head := tabled(tableRows)
	head["states/x/services/revenue/all.yaml"] = strings.Replace(tableHead, `source: "Act, 2012"`, "source: the Act", 1)
	require.Contains(t, lines(catalog.Lint(complete(t, head), "x", nil)), "income: the source of the clock is missing or does not say the year")
	head["states/x/services/revenue/all.yaml"] = strings.Replace(tableHead, "certificates.csv", "other.csv", 1)
	require.Contains(t, lines(catalog.Lint(complete(t, head), "x", nil)), "all.yaml:9:8: there is no table states/x/services/revenue/other.csv")
	_, err := catalog.Load(tree(tabled("")), "x")
	require.ErrorContains(t, err, "the table has no first line with the names of its columns")
}

func TestAFaultOfAllRowsIsSaidOnce(t *testing.T) {
	t.Parallel()
	head := tabled(tableRows)
	head["states/x/services/revenue/all.yaml"] = strings.Replace(tableHead, "name: power", "name: powr", 1)
	require.Equal(t, "states/x/services/revenue/all.yaml:5:16: the service \"caste\" has the unknown portal \"powr\": use one of power (and so for 1 more)\n",
		lines(catalog.Lint(complete(t, head), "x", nil)))
}

func FuzzTable(f *testing.F) {
	f.Add(tableRows)
	f.Add("id,title,title.en\na,b,c\n")
	f.Add("form,form.use,asked_as.x\n;;,b,\n")
	f.Add("id\n\"a\nb\"\n")
	f.Fuzz(func(_ *testing.T, rows string) {
		catalog.Lint(tree(tabled(rows)), "x", nil)
	})
}

// household is a part of all states: in more languages than this one has.
const household = `form:
  - id: house
    type: text
    label: {en: House, te: ఇల్లు, hi: घर, or: ଘର}
    prompt: {en: "Which house?", te: "ఏ ఇల్లు?", hi: "कौन सा घर?", or: "କେଉଁ ଘର?"}
officers:
  designated: {title: {en: Clerk, te: గుమస్తా, or: କିରାଣି}}
`

// common is the compact state with what it has in common with others.
func common(changed files) files {
	made := compact(files{
		"shared/household.yaml": household,
		"shared/papers.yaml": "- id: voter_id\n  title: {en: Voter ID, te: ఓటరు కార్డు, pa: ਵੋਟਰ ਕਾਰਡ}\n" +
			"- id: ration_card\n  title: {en: Ration card, te: రేషన్ కార్డు}\n",
		"states/x/papers.yaml":               "- id: ration_card\n  title: {en: Rice card, te: బియ్యం కార్డు}\n",
		"states/x/services/revenue/all.yaml": strings.ReplaceAll(certificates, "use: common/applicant", "use: shared/household"),
		"states/x/services/other.yaml":       service("asked_as: [one]\nform: [{use: common/applicant}]"),
	})
	maps.Copy(made, changed)
	return made
}

func TestWhatAllStatesHaveInCommonIsWrittenBesideThem(t *testing.T) {
	t.Parallel()
	require.Empty(t, lines(catalog.Lint(complete(t, common(nil)), "x", nil)))
	loaded := load(t, common(nil))
	income, _ := loaded.Service("income")
	require.Equal(t, []string{"house", "purpose"}, fieldIDs(income))
	require.Equal(t, catalog.Text{"en": "House", "te": "ఇల్లు"}, income.Form[0].Label, "in the languages of the state")

	voter, _ := loaded.Paper("voter_id")
	require.Equal(t, catalog.Text{"en": "Voter ID", "te": "ఓటరు కార్డు"}, voter.Title)
	ration, _ := loaded.Paper("ration_card")
	require.Equal(t, "Rice card", ration.Title.In("en"), "a state may describe a paper itself")
}

func TestAFaultInWhatAllStatesHaveIsSaidAtItsPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, changed, want string }{
		"a language of the state is missing": {
			"shared/household.yaml", "te: ఇల్లు, ", "", "shared/household.yaml:4:13: label is missing in te\n",
		},
		"not a language": {
			"shared/household.yaml", "hi: घर", "hindi: घर", "shared/household.yaml:4:42: \"hindi\" is not the code of a language of India, such as en, hi, te\n",
		},
		"a paper in one language": {
			"shared/papers.yaml", ", te: ఓటరు కార్డు", "", "shared/papers.yaml:2:11: title is missing in te\n",
		},
		"a part that is not there": {
			"states/x/services/revenue/all.yaml", "shared/household", "shared/houshold",
			"states/x/services/revenue/all.yaml:11:10: use names \"shared/houshold\", which is not there: a shared part is a file such as " +
				"common/applicant.yaml of the state, used as common/applicant, or shared/applicant.yaml of all states, used as shared/applicant\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := common(nil)[c.file]
			require.Contains(t, text, c.old)
			changed := files{c.file: strings.Replace(text, c.old, c.changed, 1)}
			require.Contains(t, lines(catalog.Lint(complete(t, common(changed)), "x", nil)), c.want)
		})
	}
}

func TestPartsOfAllStatesThatNobodyUsesAreCheckedToo(t *testing.T) {
	t.Parallel()
	idle := strings.NewReplacer("te: గుమస్తా, ", "", "type: text", "type: txt", ", te: \"ఏ ఇల్లు?\"", "").Replace(household)
	found := lines(catalog.Lint(complete(t, common(files{"shared/idle.yaml": idle})), "x", nil))
	require.Equal(t, "shared/idle.yaml:3:11: field \"house\": the type \"txt\" is unknown: use one of text, name, digits, number, money, date, phone, choice, document, location, people\n"+
		"shared/idle.yaml:5:14: prompt is missing in te\n"+
		"shared/idle.yaml:7:24: title is missing in te\n", found)
}
