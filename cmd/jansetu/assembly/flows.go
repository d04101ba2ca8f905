package assembly

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/flows"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// developmentFlowRefresh lets what was just published be offered at once.
const developmentFlowRefresh = 3 * time.Second

// PathFlows is where phones ask while a form is open.
const PathFlows = "/flows"

// flows puts together how forms are shown inside WhatsApp.
func (c *common) flows() (*gateway.Flows, error) {
	keys, err := flowKeys(c.settings)
	if err != nil {
		return nil, err
	}
	inspector, err := c.inspector()
	if err != nil {
		return nil, err
	}
	shown := &gateway.Flows{Keys: keys, Account: c.settings.WhatsApp.AccountID, Inspector: inspector, Texts: c.services, Language: c.services.Languages()[0]}
	if c.settings.Mode == config.Development {
		shown.Refresh = developmentFlowRefresh
	}
	return shown, nil
}

// inspector looks at files as the worker does.
func (c *common) inspector() (*upload.Inspector, error) {
	socket := c.settings.Papers.ClamAV
	if socket == "" {
		return upload.NewInspector(upload.Limits{}, nil), nil
	}
	scanner, err := upload.NewClamAV(socket, 0)
	if err != nil {
		return nil, fmt.Errorf("JANSETU_CLAMAV_SOCKET: %w", err)
	}
	return upload.NewInspector(upload.Limits{}, scanner), nil
}

func flowKeys(settings config.Config) (*flows.Keys, error) {
	var encoded [][]byte
	for _, path := range []string{settings.WhatsApp.FlowKey, settings.WhatsApp.FlowKeyPrevious} {
		if path == "" {
			continue
		}
		content, err := os.ReadFile(path) //nolint:gosec // the operator names it
		if err != nil {
			return nil, fmt.Errorf("WHATSAPP_FLOW_KEY: %w", err)
		}
		encoded = append(encoded, content)
	}
	keys, err := flows.ParseKeys(settings.Mode == config.Production, encoded...)
	if err != nil {
		return nil, fmt.Errorf("WHATSAPP_FLOW_KEY: %w", err)
	}
	return keys, nil
}

// PlanFlows lists the Flows of the state's forms.
func PlanFlows(settings config.Config) ([]flows.Wanted, error) {
	services, err := LoadCatalog(settings)
	if err != nil {
		return nil, err
	}
	engine, err := dialog.NewEngine(services)
	if err != nil {
		return nil, fmt.Errorf("build the dialog: %w", err)
	}
	fields := func(id string) []catalog.Field {
		service, eligibility := strings.CutSuffix(id, "?")
		return engine.NativeFields(dialog.NativeForm{Service: service, Eligibility: eligibility})
	}
	return flows.Plan(services.Services(), services.Languages(), services, fields), nil
}

// PublishFlows gives Meta the public key and publishes the Flows of the state's forms that are not published yet. It may be interrupted and called again.
func PublishFlows(ctx context.Context, settings config.Config, told func(flows.Step)) error {
	plan, err := PlanFlows(settings)
	if err != nil {
		return err
	}
	keys, err := flowKeys(settings)
	if err != nil {
		return err
	}
	meta, err := flowClient(settings)
	if err != nil {
		return err
	}
	return flows.Publish(ctx, flows.PublishConfig{Meta: meta, Account: settings.WhatsApp.AccountID, Number: settings.WhatsApp.PhoneNumberID,
		Endpoint: settings.PublicURL + PathFlows, Keys: keys}, plan, told)
}

// ListFlows is what Meta knows of the business account's Flows, by name.
func ListFlows(ctx context.Context, settings config.Config) (map[string]whatsapp.Flow, error) {
	meta, err := flowClient(settings)
	if err != nil {
		return nil, err
	}
	listed, err := meta.Flows(ctx, settings.WhatsApp.AccountID)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]whatsapp.Flow, len(listed))
	for _, flow := range listed {
		byName[flow.Name] = flow
	}
	return byName, nil
}

func flowClient(settings config.Config) (*whatsapp.Client, error) {
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: settings.WhatsApp.APIURL, Version: settings.WhatsApp.APIVersion,
		AccessToken: settings.WhatsApp.AccessToken, ProofSecret: settings.WhatsApp.AppSecret, Timeout: mediaTimeout})
	if err != nil {
		return nil, fmt.Errorf("build the WhatsApp client: %w", err)
	}
	return client, nil
}
