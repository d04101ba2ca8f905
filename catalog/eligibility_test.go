package catalog_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

// pension is a service that says who may have the scheme, and one to apply for it.
const pension = `category: bills
department: Welfare
availability: coming
source: invented, 2026
services:
  - id: who-gets-a-pension
    kind: information
    title: {en: Pension, te: పింఛను}
    asked_as: [pension]
    form:
      - {id: age, type: number, label: {en: Age, te: వయసు}, prompt: {en: "How old are you?", te: "మీ వయసు ఎంత?"}}
      - id: category
        type: choice
        label: {en: Category, te: వర్గం}
        prompt: {en: "Which?", te: "ఏది?"}
        choices: [{id: sc, title: {en: SC, te: ఎస్సీ}}, {id: none, title: {en: None, te: ఏదీ కాదు}}]
    eligibility:
      questions: [age, category, income]
      rules:
        - {if: age >= 60 or category == sc and age >= 50, else: {en: "You must be 60, or 50 for SC.", te: "మీకు 60 ఏళ్లు నిండాలి."}}
        - {if: income < 120000, else: {en: "Your income must be below ₹1,20,000.", te: "ఆదాయం ₹1,20,000 లోపు ఉండాలి."}}
      leads_to: pension
  - id: pension
    kind: application
    title: {en: Apply, te: దరఖాస్తు}
    asked_as: [pension form]
    form:
      - {id: income, type: money, label: {en: Income, te: ఆదాయం}, prompt: {en: "Your income?", te: "మీ ఆదాయం?"}}
`

func TestASchemeDecidesAndExplains(t *testing.T) {
	t.Parallel()
	loaded := load(t, files{"states/x/services/a.yaml": pension})
	asked, _ := loaded.Service("who-gets-a-pension")
	for name, c := range map[string]struct {
		answers map[string]string
		outcome catalog.Outcome
		unmet   []string
		missing []string
	}{
		"every rule holds":                             {map[string]string{"age": "60", "income": "50000.00", "category": "none"}, catalog.Eligible, nil, nil},
		"one does not":                                 {map[string]string{"age": "59", "income": "50000.00", "category": "none"}, catalog.NotEligible, []string{"You must be 60, or 50 for SC."}, nil},
		"none of them does":                            {map[string]string{"age": "40", "income": "200000.00", "category": "sc"}, catalog.NotEligible, []string{"You must be 60, or 50 for SC.", "Your income must be below ₹1,20,000."}, nil},
		"the office decides what was not answered":     {map[string]string{"age": "70"}, catalog.OfficeDecides, nil, []string{"income"}},
		"an answer that decides makes others needless": {map[string]string{"age": "70", "category": "", "income": "1.00"}, catalog.Eligible, nil, nil},
		"a rule that fails outweighs what is missing":  {map[string]string{"income": "200000.00"}, catalog.NotEligible, []string{"Your income must be below ₹1,20,000."}, []string{"age", "category"}},
		"nothing answered":                             {nil, catalog.OfficeDecides, nil, []string{"age", "category", "income"}},
	} {
		verdict := asked.Eligibility.Decide(c.answers)
		require.Equal(t, c.outcome, verdict.Outcome, name)
		require.Equal(t, c.missing, verdict.Missing, name)
		require.Len(t, verdict.Unmet, len(c.unmet), name)
		for i, reason := range c.unmet {
			require.Equal(t, reason, verdict.Unmet[i].In("en"), name)
		}
	}
}

func TestTheQuestionsComeFromThisFormOrTheOneItLeadsTo(t *testing.T) {
	t.Parallel()
	loaded := load(t, files{"states/x/services/a.yaml": pension})
	asked, _ := loaded.Service("who-gets-a-pension")
	var ids []string
	for _, field := range loaded.EligibilityQuestions(asked) {
		ids = append(ids, field.ID)
	}
	require.Equal(t, []string{"age", "category", "income"}, ids)
	apply, _ := loaded.Service("pension")
	require.Empty(t, loaded.EligibilityQuestions(apply))
}

func TestEligibilityKeptAsJSONDecidesAsBefore(t *testing.T) {
	t.Parallel()
	loaded := load(t, files{"states/x/services/a.yaml": pension})
	asked, _ := loaded.Service("who-gets-a-pension")
	kept, err := json.Marshal(asked.Eligibility)
	require.NoError(t, err)
	var again catalog.Eligibility
	require.NoError(t, json.Unmarshal(kept, &again))
	for _, answers := range []map[string]string{nil, {"age": "60", "income": "1"}, {"age": "50", "category": "sc", "income": "1"}, {"age": "5"}} {
		require.Equal(t, asked.Eligibility.Decide(answers), again.Decide(answers))
	}
	broken := catalog.Eligibility{Rules: []catalog.EligibilityRule{{If: "age = 60"}}}
	require.Equal(t, catalog.OfficeDecides, broken.Decide(map[string]string{"age": "60"}).Outcome, "a rule that cannot be read decides nothing")
}
