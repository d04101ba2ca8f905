package flows_test

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/flows"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/flowcheck"
)

func loaded(t testing.TB, state string) *catalog.Catalog {
	t.Helper()
	services, err := catalog.Load(deploy.Files, state)
	require.NoError(t, err)
	return services
}

// TestEveryFormOfEveryStateIsWithinMetasLimits asks the emulator's check, which shares nothing with the builder.
func TestEveryFormOfEveryStateIsWithinMetasLimits(t *testing.T) {
	t.Parallel()
	states, err := fs.ReadDir(deploy.Files, "states")
	require.NoError(t, err)
	for _, state := range states {
		t.Run(state.Name(), func(t *testing.T) {
			t.Parallel()
			services, built, distinct := loaded(t, state.Name()), 0, map[string]bool{}
			for _, service := range services.Services() {
				for _, lang := range services.Languages() {
					flow, err := flows.Build(service.Form, lang, services)
					if len(service.Form) < 4 {
						require.ErrorIs(t, err, flows.ErrNoFlow, service.ID)
						continue
					}
					require.NoError(t, err, service.ID)
					require.Empty(t, flowcheck.Check(flow.JSON), "%s in %s: %s", service.ID, lang, flow.JSON)
					built++
					distinct[flow.Name] = true
				}
			}
			t.Logf("%d forms in %d flows", built, len(distinct))
		})
	}
}

func TestAFormIsLaidOutInItsOrder(t *testing.T) {
	t.Parallel()
	services := loaded(t, "andhra")
	service, ok := services.Service("income-certificate")
	require.True(t, ok)
	flow, err := flows.Build(service.Form, "te", services)
	require.NoError(t, err)
	var made struct {
		Routing map[string][]string `json:"routing_model"`
		Screens []struct {
			ID       string
			Terminal bool
			Layout   struct {
				Children []struct{ Children []map[string]any }
			}
		}
	}
	require.NoError(t, json.Unmarshal(flow.JSON, &made))
	require.Equal(t, map[string][]string{"PAGE_A": {"PAGE_B"}, "PAGE_B": {"PAGE_C"}, "PAGE_C": {"PAGE_D"}, "PAGE_D": {"PAGE_E"}, "PAGE_E": {}}, made.Routing)
	var laid []string
	for i, screen := range made.Screens {
		require.Equal(t, i == len(made.Screens)-1, screen.Terminal)
		for _, part := range screen.Layout.Children[1].Children {
			if name, ok := part["name"].(string); ok {
				kind, isText := part["type"].(string)
				require.True(t, isText)
				laid = append(laid, screen.ID+" "+name+" "+kind)
			}
		}
	}
	require.Equal(t, strings.TrimSpace(`
PAGE_A salutation RadioButtonsGroup
PAGE_A applicant_name TextInput
PAGE_A father_name TextInput
PAGE_A pin_code TextInput
PAGE_A district RadioButtonsGroup
PAGE_B annual_income TextInput
PAGE_B purpose RadioButtonsGroup
PAGE_B mobile TextInput
PAGE_C identity PhotoPicker
PAGE_D income_proof PhotoPicker
PAGE_E declaration OptIn`), strings.Join(laid, "\n"))
}

func TestFormsThatAreAlikeAreOneFlow(t *testing.T) {
	t.Parallel()
	services := loaded(t, "andhra")
	service, _ := services.Service("income-certificate")
	one, err := flows.Build(service.Form, "en", services)
	require.NoError(t, err)
	again, err := flows.Build(service.Form, "en", services)
	require.NoError(t, err)
	require.Equal(t, one, again)
	hindi, err := flows.Build(service.Form, "hi", services)
	require.NoError(t, err)
	require.NotEqual(t, one.Name, hindi.Name)
}
