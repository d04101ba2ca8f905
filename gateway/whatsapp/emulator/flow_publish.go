package emulator

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/flowcheck"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/flow"
)

func (e *Emulator) updateFlow(_ context.Context, f *registeredFlow, r *http.Request) (any, error) {
	var asked flowFields
	if err := json.NewDecoder(io.LimitReader(r.Body, maxFlowJSON)).Decode(&asked); err != nil {
		return nil, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "The body could not be read.")
	}
	f.endpoint, f.name = cmp.Or(asked.Endpoint, f.endpoint), cmp.Or(asked.Name, f.name)
	return succeeded(), checkEndpoint(asked.Endpoint)
}

func (e *Emulator) uploadFlow(_ context.Context, f *registeredFlow, r *http.Request) (any, error) {
	if f.status != flowDraft {
		return nil, cloudapi.Refuse(cloudapi.CodeFlowUpdate, "Flow can't be updated: only drafts can.")
	}
	if err := r.ParseMultipartForm(maxFlowJSON); err != nil {
		return nil, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "The request must be multipart/form-data.")
	}
	file, _, err := r.FormFile("file")
	if err != nil || r.FormValue("name") != "flow.json" || r.FormValue("asset_type") != "FLOW_JSON" {
		return nil, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Params file, name (flow.json) and asset_type (FLOW_JSON) are required.")
	}
	content, err := io.ReadAll(io.LimitReader(file, maxFlowJSON+1))
	if err != nil {
		return nil, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "The file could not be read.")
	}
	f.content, f.faults = content, flowcheck.Check(content)
	f.definition, err = flow.Parse(content)
	if err != nil && len(f.faults) == 0 {
		return nil, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "%v", err)
	}
	return map[string]any{"success": true, "validation_errors": orNone(f.faults)}, nil
}

// publishFlow does what Meta does before a Flow goes live: it looks for faults, an endpoint, a public key, and a sign of life.
func (e *Emulator) publishFlow(ctx context.Context, f *registeredFlow, _ *http.Request) (any, error) {
	switch {
	case f.status != flowDraft:
		return nil, cloudapi.Refuse(cloudapi.CodeFlowPublish, "Publishing attempt failed: the Flow is not a draft.")
	case f.definition == nil || len(f.faults) > 0:
		return nil, cloudapi.Refuse(cloudapi.CodeFlowPublish, "Publishing attempt failed: the Flow JSON is missing or has validation errors.")
	case f.definition.DataAPI != "" && f.endpoint == "":
		return nil, cloudapi.Refuse(cloudapi.CodeFlowPublish, "Publishing attempt failed: endpoint_uri is missing.")
	}
	if f.definition.DataAPI != "" {
		if err := e.pingFlow(ctx, f); err != nil {
			return nil, cloudapi.Refuse(cloudapi.CodeFlowPublish, "Publishing attempt failed: the endpoint is not healthy: %v", err)
		}
	}
	f.status = flowPublished
	return succeeded(), nil
}

func (e *Emulator) deprecateFlow(_ context.Context, f *registeredFlow, _ *http.Request) (any, error) {
	if f.status != flowPublished && f.status != flowThrottled {
		return nil, cloudapi.Refuse(cloudapi.CodeFlowDeprecate, "Deprecating attempt failed: the Flow is not published.")
	}
	f.status = flowDeprecated
	return succeeded(), nil
}
