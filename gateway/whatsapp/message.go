package whatsapp

// fill reads the part of the message that its type names. A type we do not know, or whose part is missing, is unsupported.
func (w *wireMessage) fill(m *Message) {
	m.Kind = KindUnsupported
	switch w.Type {
	case "text":
		m.setText(string(w.Text.Body))
	case "interactive":
		m.setChoice(w.Interactive.ButtonReply)
		m.setChoice(w.Interactive.ListReply)
		w.fillForm(m)
	case "button":
		m.setChoice(wireReply{ID: w.Button.Payload, Title: w.Button.Text})
	case "image":
		m.setMedia(KindImage, w.Image)
	case "document":
		m.setMedia(KindDocument, w.Document)
	case "audio":
		m.setMedia(KindAudio, w.Audio)
	case "voice":
		m.setMedia(KindAudio, w.Voice)
	case "location":
		w.fillLocation(m)
	case "system":
		w.fillSystem(m)
	}
}

func (m *Message) setText(body string) {
	if body != "" {
		m.Kind, m.Text = KindText, body
	}
}

func (m *Message) setChoice(reply wireReply) {
	if reply.ID != "" || reply.Title != "" {
		m.Kind, m.ChoiceID, m.Text = KindChoice, string(reply.ID), string(reply.Title)
	}
}

func (m *Message) setMedia(kind Kind, media wireMedia) {
	if media.ID != "" && len(media.ID) <= maxID {
		m.Kind, m.MediaID, m.MIMEType, m.Text = kind, string(media.ID), string(media.MIMEType), string(media.Caption)
		m.FileName = string(media.FileName)
	}
}

// fillForm reads a filled-in Flow. What it was filled with is an object inside a string, which is read later and may be anything.
func (w *wireMessage) fillForm(m *Message) {
	reply := &w.Interactive.FormReply
	if reply.Name == "flow" || reply.Name == "" && reply.Response != "" {
		m.Kind, m.Form = KindForm, string(reply.Response)
	}
}

func (w *wireMessage) fillLocation(m *Message) {
	latitude, longitude := float64(w.Location.Latitude), float64(w.Location.Longitude)
	onEarth := latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180
	if onEarth && (latitude != 0 || longitude != 0) {
		m.Kind, m.Latitude, m.Longitude, m.Text = KindLocation, latitude, longitude, string(w.Location.Name)
	}
}

func (w *wireMessage) fillSystem(m *Message) {
	m.Kind = KindSystem
	m.Change = &IdentityChange{
		To:       newSender(w.System.WaID, w.System.UserID, w.System.ParentUserID),
		Previous: newSender("", w.System.PreviousUserID, w.System.PreviousParentUserID),
	}
}

// limit caps what the sender chose the length of.
func (m *Message) limit() {
	m.Text = m.Text[:min(len(m.Text), maxText)]
	m.Text = clean(m.Text)
	m.ProfileName = clean(m.ProfileName[:min(len(m.ProfileName), 256)])
	if len(m.ChoiceID) > maxID {
		m.ChoiceID = ""
	}
	if len(m.QuotedID) > maxID {
		m.QuotedID = ""
	}
	if len(m.Form) > maxText {
		m.Form = ""
	}
	m.MIMEType = m.MIMEType[:min(len(m.MIMEType), 128)]
	m.FileName = clean(m.FileName[:min(len(m.FileName), 256)])
}
