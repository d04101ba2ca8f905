package whatsapp

import (
	"encoding/json"

	"github.com/jansetu/jansetu/gateway/bubble"
)

// Outgoing is one message to send.
type Outgoing struct {
	PhoneNumberID string // the business number it is sent from
	To            Sender // the phone number is used when known, else the user id (Meta: if both are given, "to" wins)
	Callback      string // comes back in every status, at most 512 characters
	Bubble        bubble.Bubble
	MediaID       string    // of the bubble's document, picture or video, once uploaded
	Template      *Template // instead of the bubble: outside the customer service window
}

// Template names a registered message template and its body parameters, in order.
type Template struct {
	Name     string
	Language string
	Params   []string
}

// The bodies of POST /{phone-number-id}/messages (Meta, business-messaging-api v23.0). Only what we send is named.

type sendBody struct {
	Product     string           `json:"messaging_product"`
	Recipient   string           `json:"recipient_type"`
	To          string           `json:"to,omitempty"`
	UserID      string           `json:"recipient,omitempty"`
	Type        string           `json:"type"`
	Callback    string           `json:"biz_opaque_callback_data,omitempty"`
	Text        *textBody        `json:"text,omitempty"`
	Document    *documentBody    `json:"document,omitempty"`
	Image       *mediaBody       `json:"image,omitempty"`
	Video       *mediaBody       `json:"video,omitempty"`
	Interactive *interactiveBody `json:"interactive,omitempty"`
	Template    *templateBody    `json:"template,omitempty"`
}

type textBody struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

type documentBody struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
	Caption  string `json:"caption,omitempty"`
}

// mediaBody is a picture or a video: by the id of an upload, or by an address that Meta fetches it from (Meta, Image and Video messages).
type mediaBody struct {
	ID      string `json:"id,omitempty"`
	Link    string `json:"link,omitempty"`
	Caption string `json:"caption,omitempty"`
}

type interactiveBody struct {
	Type   string      `json:"type"`
	Header *headerBody `json:"header,omitempty"`
	Body   plainText   `json:"body"`
	Action actionBody  `json:"action"`

	whole json.RawMessage // an object that was written elsewhere; then nothing else is set
}

// MarshalJSON writes the object that was written elsewhere, or the fields.
func (b *interactiveBody) MarshalJSON() ([]byte, error) {
	if b.whole != nil {
		return b.whole, nil
	}
	type fields interactiveBody
	return json.Marshal((*fields)(b))
}

// headerBody stands above the buttons or the link of an interactive message (Meta, Interactive reply buttons messages: header).
type headerBody struct {
	Type  string     `json:"type"`
	Image *mediaBody `json:"image,omitempty"`
	Video *mediaBody `json:"video,omitempty"`
}

type plainText struct {
	Text string `json:"text"`
}

type actionBody struct {
	Name       string        `json:"name,omitempty"`
	Button     string        `json:"button,omitempty"`
	Buttons    []buttonBody  `json:"buttons,omitempty"`
	Sections   []sectionBody `json:"sections,omitempty"`
	Parameters any           `json:"parameters,omitempty"`
}

// flowBody opens a published Flow; its first screen comes from the endpoint (Meta, Sending a Flow: interactive message parameters).
type flowBody struct {
	Version string `json:"flow_message_version"`
	Name    string `json:"flow_name"`
	Token   string `json:"flow_token"`
	CTA     string `json:"flow_cta"`
	Action  string `json:"flow_action"`
}

func flowParameters(from *bubble.Flow) *flowBody {
	return &flowBody{Version: "3", Name: from.Name, Token: from.Token, CTA: from.Label, Action: "data_exchange"}
}

type buttonBody struct {
	Type  string     `json:"type"`
	Reply choiceBody `json:"reply"`
}

type choiceBody struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type sectionBody struct {
	Title string       `json:"title,omitempty"`
	Rows  []choiceBody `json:"rows"`
}

type linkBody struct {
	DisplayText string `json:"display_text"`
	URL         string `json:"url"`
}

type templateBody struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []componentBody `json:"components,omitempty"`
}

type componentBody struct {
	Type       string          `json:"type"`
	Parameters []parameterBody `json:"parameters"`
}

type parameterBody struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

func (o *Outgoing) body() *sendBody {
	body := &sendBody{Product: "whatsapp", Recipient: "individual", Callback: o.Callback}
	if o.To.Phone != "" {
		body.To = "+" + o.To.Phone
	} else {
		body.UserID = first(o.To.UserID, o.To.ParentUserID)
	}
	if o.Template != nil {
		body.Type, body.Template = "template", o.Template.body()
		return body
	}
	body.setBubble(&o.Bubble, o.MediaID)
	return body
}

func (b *sendBody) setBubble(from *bubble.Bubble, mediaID string) {
	switch {
	case from.Document != nil:
		b.Type = "document"
		b.Document = &documentBody{ID: mediaID, Filename: from.Document.Filename, Caption: from.Text}
	case len(from.Buttons) > 0:
		b.setInteractive("button", from.Text, actionBody{Buttons: buttons(from.Buttons)})
	case from.List != nil:
		b.setInteractive("list", from.Text, actionBody{Button: from.List.Label, Sections: sections(from.List.Sections)})
	case from.Order != nil:
		b.Type, b.Interactive = "interactive", &interactiveBody{whole: from.Order}
		return
	case from.Link != nil:
		link := &linkBody{DisplayText: from.Link.Label, URL: from.Link.URL}
		b.setInteractive("cta_url", from.Text, actionBody{Name: "cta_url", Parameters: link})
	case from.Flow != nil:
		b.setInteractive("flow", from.Text, actionBody{Name: "flow", Parameters: flowParameters(from.Flow)})
	case from.Location:
		b.setInteractive("location_request_message", from.Text, actionBody{Name: "send_location"})
	case from.Picture != nil:
		b.Type, b.Image = "image", &mediaBody{ID: mediaID, Caption: from.Text}
	case from.Video != nil:
		b.Type, b.Video = "video", &mediaBody{ID: mediaID, Link: from.Video.URL, Caption: from.Text}
	default:
		b.Type, b.Text = "text", &textBody{Body: from.Text}
	}
	if b.Interactive != nil {
		b.Interactive.Header = header(from, mediaID)
	}
}

func header(from *bubble.Bubble, mediaID string) *headerBody {
	switch {
	case from.Picture != nil:
		return &headerBody{Type: "image", Image: &mediaBody{ID: mediaID}}
	case from.Video != nil:
		return &headerBody{Type: "video", Video: &mediaBody{ID: mediaID, Link: from.Video.URL}}
	}
	return nil
}

func (b *sendBody) setInteractive(kind, text string, action actionBody) {
	b.Type, b.Interactive = "interactive", &interactiveBody{Type: kind, Body: plainText{Text: text}, Action: action}
}

func buttons(choices []bubble.Choice) []buttonBody {
	bodies := make([]buttonBody, len(choices))
	for i, choice := range choices {
		bodies[i] = buttonBody{Type: "reply", Reply: choiceBody{ID: choice.ID, Title: choice.Title}}
	}
	return bodies
}

func sections(from []bubble.Section) []sectionBody {
	bodies := make([]sectionBody, len(from))
	for i, section := range from {
		rows := make([]choiceBody, len(section.Rows))
		for j, row := range section.Rows {
			rows[j] = choiceBody(row)
		}
		bodies[i] = sectionBody{Title: section.Title, Rows: rows}
	}
	return bodies
}

func (t *Template) body() *templateBody {
	body := &templateBody{Name: t.Name}
	body.Language.Code = t.Language
	if len(t.Params) > 0 {
		parameters := make([]parameterBody, len(t.Params))
		for i, param := range t.Params {
			parameters[i] = parameterBody{Type: "text", Text: param}
		}
		body.Components = []componentBody{{Type: "body", Parameters: parameters}}
	}
	return body
}
