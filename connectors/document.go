package connectors

// Document is a paper as the department issued it. An official PDF or JPEG
// stays what it is, byte for byte: a signature may depend on it. It holds
// personal data.
type Document struct {
	Filename string `json:"filename"`
	MIMEType string `json:"mime_type"`
	Content  []byte `json:"content"`
	// Number is the department's number of the document, when it has one.
	Number string `json:"number,omitempty"`
}

// Enclosure is a paper that the citizen sends with an application, an answer to
// a query or a grievance. It holds personal data.
type Enclosure struct {
	// Kind is the portal's own code of the paper that is asked for.
	Kind     string `json:"kind"`
	Filename string `json:"filename"`
	MIMEType string `json:"mime_type"`
	Content  []byte `json:"content"`
}

// Option is one choice of a field. Portals pad the codes of their options with
// spaces and count on getting them back so: Value is kept as it was offered.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}
