package cloudapi

import "encoding/json"

const actionParam = "interactive['action']"

func namedAction(name string) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		var a struct {
			Name string `json:"name"`
		}
		return first(decode(raw, actionParam, &a), oneOf(actionParam+"['name']", a.Name, name))
	}
}

// decodeParameters reads {"name":…,"parameters":{…}}, the frame of most actions.
func decodeParameters(raw json.RawMessage, name string, into any) error {
	var a struct {
		Name       string          `json:"name"`
		Parameters json.RawMessage `json:"parameters"`
	}
	if err := decode(raw, actionParam, &a); err != nil {
		return err
	}
	if err := oneOf(actionParam+"['name']", a.Name, name); err != nil {
		return err
	}
	return decode(a.Parameters, actionParam+"['parameters']", into)
}

func checkCTAURL(raw json.RawMessage) error {
	var p struct {
		DisplayText string `json:"display_text"`
		URL         string `json:"url"`
	}
	if err := decodeParameters(raw, "cta_url", &p); err != nil {
		return err
	}
	return first(required("Button display text", p.DisplayText, 20), required("Button url", p.URL, 2000), webLink("url", p.URL))
}

func checkVoiceCall(raw json.RawMessage) error {
	var p struct {
		DisplayText string `json:"display_text"`
		TTLMinutes  int    `json:"ttl_minutes"`
		Payload     string `json:"payload"`
	}
	if err := decodeParameters(raw, "voice_call", &p); err != nil {
		return err
	}
	return optional("Button display text", p.DisplayText, 20)
}

type flowParameters struct {
	Version       string `json:"flow_message_version"`
	ID            string `json:"flow_id"`
	Name          string `json:"flow_name"`
	Token         string `json:"flow_token"`
	CTA           string `json:"flow_cta"`
	Mode          string `json:"mode"`
	Action        string `json:"flow_action"`
	ActionPayload *struct {
		Screen string          `json:"screen"`
		Data   json.RawMessage `json:"data"`
	} `json:"flow_action_payload"`
}

func checkFlow(raw json.RawMessage) error {
	var p flowParameters
	if err := decodeParameters(raw, "flow", &p); err != nil {
		return err
	}
	if (p.ID == "") == (p.Name == "") {
		return Refuse(CodeMissingParameter, "Exactly one of flow_id and flow_name is required.")
	}
	err := first(
		oneOf("flow_message_version", p.Version, "3"),
		required("flow_cta", p.CTA, 30),
		oneOf("mode", p.Mode, "", "published", "draft"),
		oneOf("flow_action", p.Action, "", "navigate", "data_exchange"),
	)
	if err != nil {
		return err
	}
	return p.checkPayload()
}

func (p *flowParameters) checkPayload() error {
	switch {
	case p.Action == "data_exchange" && p.ActionPayload != nil:
		return Refuse(CodeInvalidParameter, "flow_action_payload must be omitted when flow_action is data_exchange.")
	case p.ActionPayload == nil:
		return nil
	case p.ActionPayload.Screen == "":
		return Refuse(CodeMissingParameter, "The parameter flow_action_payload['screen'] is required.")
	}
	var data map[string]json.RawMessage
	if len(p.ActionPayload.Data) == 0 {
		return nil
	}
	if err := json.Unmarshal(p.ActionPayload.Data, &data); err != nil || len(data) == 0 {
		return Refuse(CodeInvalidValue, "flow_action_payload['data'] must be a non-empty object.")
	}
	return nil
}

func checkAddress(raw json.RawMessage) error {
	var p struct {
		Country          string            `json:"country"`
		Values           map[string]string `json:"values"`
		SavedAddresses   []json.RawMessage `json:"saved_addresses"`
		ValidationErrors map[string]string `json:"validation_errors"`
	}
	if err := decodeParameters(raw, "address_message", &p); err != nil {
		return err
	}
	return oneOf("country", p.Country, "IN")
}

func checkCatalog(raw json.RawMessage) error {
	var a struct {
		Name       string          `json:"name"`
		Parameters json.RawMessage `json:"parameters"`
	}
	return first(decode(raw, actionParam, &a), oneOf(actionParam+"['name']", a.Name, "catalog_message"))
}

func checkProduct(raw json.RawMessage) error {
	var a struct {
		CatalogID string `json:"catalog_id"`
		ProductID string `json:"product_retailer_id"`
	}
	return first(decode(raw, actionParam, &a), required("catalog_id", a.CatalogID, 256), required("product_retailer_id", a.ProductID, 256))
}

func checkProductList(raw json.RawMessage) error {
	var a struct {
		CatalogID string `json:"catalog_id"`
		Sections  []struct {
			Title string            `json:"title"`
			Items []json.RawMessage `json:"product_items"`
		} `json:"sections"`
	}
	if err := first(decode(raw, actionParam, &a), required("catalog_id", a.CatalogID, 256)); err != nil {
		return err
	}
	if len(a.Sections) < 1 || len(a.Sections) > 10 {
		return Refuse(CodeInvalidValue, "Invalid sections count. Min allowed sections: 1, Max allowed sections: 10")
	}
	return nil
}
