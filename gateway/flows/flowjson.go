package flows

// The parts of Flow JSON that forms are made of (Meta, Flow JSON reference).
const (
	flowVersion    = "7.3" // recommended by Meta in 2026
	dataAPIVersion = "4.0"

	successScreen = "SUCCESS"

	actionDataExchange = "data_exchange"
)

// Limits of Flow JSON, in characters unless said otherwise (Meta, Flow JSON components; the lower one where its pages differ).
const (
	maxHeading     = 80
	maxBody        = 4096
	maxInputLabel  = 20 // TextInput, TextArea, Dropdown
	maxGroupLabel  = 30 // RadioButtonsGroup
	maxDateLabel   = 40
	maxPhotoLabel  = 30
	maxOptIn       = 30
	maxHelper      = 80
	maxDescription = 300
	maxOption      = 30
	maxFooter      = 35
	maxErrorText   = 30
	maxTextArea    = 600
	maxOptions     = 200 // of a Dropdown
	maxRadio       = 6   // 20 in Meta's words; more than a few are found faster in a list
	maxPages       = 26
)

type document struct {
	Version string              `json:"version"`
	DataAPI string              `json:"data_api_version"`
	Routing map[string][]string `json:"routing_model"`
	Screens []screen            `json:"screens"`
}

type screen struct {
	ID        string               `json:"id"`
	Title     string               `json:"title"`
	Terminal  bool                 `json:"terminal,omitempty"`
	Success   bool                 `json:"success,omitempty"`
	Sensitive []string             `json:"sensitive,omitempty"`
	Data      map[string]dataShape `json:"data"`
	Layout    layout               `json:"layout"`
}

// dataShape declares what the endpoint gives a screen.
type dataShape struct {
	Type       string               `json:"type"`
	Items      *dataShape           `json:"items,omitempty"`
	Properties map[string]dataShape `json:"properties,omitempty"`
	Example    any                  `json:"__example__,omitempty"`
}

type layout struct {
	Type     string      `json:"type"`
	Children []component `json:"children"`
}

type component struct {
	Type     string      `json:"type"`
	Name     string      `json:"name,omitempty"`
	Children []component `json:"children,omitempty"`

	InitValues    string `json:"init-values,omitempty"`
	ErrorMessages string `json:"error-messages,omitempty"`

	Text        string   `json:"text,omitempty"`
	Label       string   `json:"label,omitempty"`
	Description string   `json:"description,omitempty"`
	Helper      string   `json:"helper-text,omitempty"`
	Visible     string   `json:"visible,omitempty"`
	Required    *bool    `json:"required,omitempty"`
	InputType   string   `json:"input-type,omitempty"`
	MinChars    string   `json:"min-chars,omitempty"`
	MaxChars    string   `json:"max-chars,omitempty"`
	MaxLength   int      `json:"max-length,omitempty"`
	DataSource  any      `json:"data-source,omitempty"` // options, or "${data.…}"
	MinDate     string   `json:"min-date,omitempty"`
	MaxDate     string   `json:"max-date,omitempty"`
	PhotoSource string   `json:"photo-source,omitempty"`
	MaxKB       int      `json:"max-file-size-kb,omitempty"`
	MinPhotos   *int     `json:"min-uploaded-photos,omitempty"`
	MaxPhotos   int      `json:"max-uploaded-photos,omitempty"`
	OnClick     *onClick `json:"on-click-action,omitempty"`
}

type onClick struct {
	Name    string            `json:"name"`
	Payload map[string]string `json:"payload"`
}

// option is one line of a list.
type option struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}
