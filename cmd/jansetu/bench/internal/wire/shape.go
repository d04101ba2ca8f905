package wire

// The webhook's shape as Meta documents it (webhooks/reference/messages and .../messages/status).
type (
	webhookBody struct {
		Object string      `json:"object"`
		Entry  []entryBody `json:"entry"`
	}
	entryBody struct {
		ID      string       `json:"id"`
		Changes []changeBody `json:"changes"`
	}
	changeBody struct {
		Field string    `json:"field"`
		Value valueBody `json:"value"`
	}
	valueBody struct {
		MessagingProduct string        `json:"messaging_product"`
		Metadata         metadataBody  `json:"metadata"`
		Contacts         []contactBody `json:"contacts"`
		Messages         []messageBody `json:"messages,omitempty"`
		Statuses         []statusBody  `json:"statuses,omitempty"`
	}
	metadataBody struct {
		DisplayPhoneNumber string `json:"display_phone_number"`
		PhoneNumberID      string `json:"phone_number_id"`
	}
	contactBody struct {
		Profile profileBody `json:"profile"`
		WAID    string      `json:"wa_id"`
		UserID  string      `json:"user_id"`
	}
	profileBody struct {
		Name string `json:"name"`
	}
	messageBody struct {
		Context     *contextBody     `json:"context,omitempty"`
		From        string           `json:"from"`
		FromUserID  string           `json:"from_user_id"`
		ID          string           `json:"id"`
		Timestamp   string           `json:"timestamp"`
		Type        string           `json:"type"`
		Text        *textBody        `json:"text,omitempty"`
		Interactive *interactiveBody `json:"interactive,omitempty"`
	}
	contextBody struct {
		From string `json:"from"`
		ID   string `json:"id"`
	}
	textBody struct {
		Body string `json:"body"`
	}
	interactiveBody struct {
		Type        string      `json:"type"`
		ButtonReply *choiceBody `json:"button_reply,omitempty"`
		ListReply   *choiceBody `json:"list_reply,omitempty"`
	}
	choiceBody struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	statusBody struct {
		ID              string       `json:"id"`
		Status          string       `json:"status"`
		Timestamp       string       `json:"timestamp"`
		RecipientID     string       `json:"recipient_id"`
		RecipientUserID string       `json:"recipient_user_id"`
		CallbackData    string       `json:"biz_opaque_callback_data,omitempty"`
		Pricing         *pricingBody `json:"pricing,omitempty"`
	}
	pricingBody struct {
		Billable     bool   `json:"billable"`
		PricingModel string `json:"pricing_model"`
		Type         string `json:"type"`
		Category     string `json:"category"`
	}
)
