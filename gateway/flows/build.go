package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// ErrNoFlow says that a form is not shown as a native one: it is short, or Flow JSON cannot hold it.
var ErrNoFlow = errors.New("the form is not shown as a flow")

// Flow is a form as it is published: forms that are alike, of whatever services, are one Flow in each language.
type Flow struct {
	// Name is unique to the content, so that a changed form is another Flow and an old one is never mistaken for it.
	Name string
	JSON []byte
}

// Build makes the Flow of a form in a language. It fails with [ErrNoFlow].
func Build(form []catalog.Field, lang catalog.Language, texts Texter) (Flow, error) {
	laid := pages(form)
	asked := 0
	for _, each := range laid {
		asked += len(each)
	}
	if asked < fewest || len(laid) > maxPages || namesClash(form) {
		return Flow{}, ErrNoFlow
	}
	b := builder{form: form, lang: lang, texts: texts, pages: laid}
	built := document{Version: flowVersion, DataAPI: dataAPIVersion, Routing: map[string][]string{}}
	for number := range laid {
		built.Screens = append(built.Screens, b.screen(number))
		next := []string{}
		if number+1 < len(laid) {
			next = append(next, screenID(number+1))
		}
		built.Routing[screenID(number)] = next
	}
	content, err := json.Marshal(built)
	if err != nil {
		return Flow{}, fmt.Errorf("encode flow: %w", err)
	}
	const enough = 12
	sum := sha256.Sum256(content)
	return Flow{Name: "jansetu_" + string(lang) + "_" + hex.EncodeToString(sum[:enough]), JSON: content}, nil
}

func namesClash(form []catalog.Field) bool {
	seen := map[string]bool{}
	for i := range form {
		if seen[fieldName(&form[i])] {
			return true
		}
		seen[fieldName(&form[i])] = true
	}
	return false
}

type builder struct {
	form  []catalog.Field
	lang  catalog.Language
	texts Texter
	pages []page
}

func (b *builder) text(key catalog.TextKey, args catalog.Args) string {
	return b.texts.Text(b.lang, key, args)
}

func (b *builder) screen(number int) screen {
	last := number == len(b.pages)-1
	s := screen{
		ID: screenID(number), Terminal: last, Success: last,
		Title: b.text(textPage, catalog.Args{"number": strconv.Itoa(number + 1), "total": strconv.Itoa(len(b.pages))}),
		Data: map[string]dataShape{
			"service": {Type: "string", Example: "…"},
			"values":  {Type: "object", Properties: map[string]dataShape{}, Example: map[string]string{}},
			"errors":  {Type: "object", Properties: map[string]dataShape{}, Example: map[string]string{}},
		},
	}
	children := make([]component, 0, 4*mostFields)
	payload := map[string]string{}
	for _, at := range b.pages[number] {
		field := &b.form[at]
		children = append(children, b.field(field, &s)...)
		payload[fieldName(field)] = "${form." + fieldName(field) + "}"
		if field.Sensitive {
			s.Sensitive = append(s.Sensitive, fieldName(field))
		}
	}
	label := b.text(textNext, nil)
	if last {
		label = b.text(textDone, nil)
	}
	children = append(children, component{Type: "Footer", Label: bubble.Shorten(label, maxFooter), OnClick: &onClick{Name: actionDataExchange, Payload: payload}})
	s.Layout = layout{Type: "SingleColumnLayout", Children: []component{
		{Type: "TextSubheading", Text: "${data.service}"},
		{Type: "Form", Name: "form", InitValues: "${data.values}", ErrorMessages: "${data.errors}", Children: children},
	}}
	return s
}

// field is what stands on the page for one question: the question, what is wrong with its answer, and where it is answered. The reason stands above the
// field in full: under it WhatsApp has room for [maxErrorText] characters.
func (b *builder) field(field *catalog.Field, s *screen) []component {
	name := fieldName(field)
	s.Data[name+"_wrong"] = dataShape{Type: "boolean", Example: false}
	s.Data[name+"_why"] = dataShape{Type: "string", Example: "…"}
	parts := []component{{Type: "TextBody", Text: bubble.Shorten(b.question(field), maxBody)}}
	if field.Type == catalog.FieldDocument {
		s.Data[name+"_have"] = dataShape{Type: "boolean", Example: false}
		parts = append(parts, component{Type: "TextCaption", Text: b.text(textPhotoHave, nil), Visible: "${data." + name + "_have}"})
	}
	parts = append(parts, component{Type: "TextBody", Text: "${data." + name + "_why}", Visible: "${data." + name + "_wrong}"})
	return append(parts, b.input(field, s))
}

// question is the field's question, how to answer it, and whether it has to be answered.
func (b *builder) question(field *catalog.Field) string {
	lines := []string{field.Prompt.In(b.lang)}
	if help := field.Help.In(b.lang); help != "" {
		lines = append(lines, help)
	}
	if field.Optional && field.Type != catalog.FieldDocument {
		lines = append(lines, b.text(textOptional, nil))
	}
	return strings.Join(lines, "\n")
}

func (b *builder) input(field *catalog.Field, s *screen) component {
	c := component{Name: fieldName(field), Required: new(!field.Optional)}
	label := field.Label.In(b.lang)
	switch {
	case field.Type == catalog.FieldDocument:
		c.Required = nil
		c.Type, c.Label, c.Description = "PhotoPicker", bubble.Shorten(label, maxPhotoLabel), bubble.Shorten(b.text(textPhotoHint, nil), maxDescription)
		c.PhotoSource, c.MinPhotos, c.MaxPhotos, c.MaxKB = "camera_gallery", new(0), 1, maxPhoto/1024
	case field.Type == catalog.FieldDate:
		c.Type, c.Label, c.MinDate, c.MaxDate = "DatePicker", bubble.Shorten(label, maxDateLabel), field.Min, field.Max
	case asOptIn(field):
		c.Type, c.Label = "OptIn", bubble.Shorten(field.Choices[0].Title.In(b.lang), maxOptIn)
	case asList(field):
		c.Type, c.Label, c.DataSource = "Dropdown", bubble.Shorten(label, maxInputLabel), "${data."+c.Name+"_list}"
		shape := dataShape{Type: "object", Properties: map[string]dataShape{"id": {Type: "string"}, "title": {Type: "string"}}}
		s.Data[c.Name+"_list"] = dataShape{Type: "array", Items: &shape, Example: []option{{ID: "1", Title: "…"}}}
	case field.Type == catalog.FieldChoose && len(field.Choices) <= maxRadio:
		c.Type, c.Label, c.DataSource = "RadioButtonsGroup", bubble.Shorten(label, maxGroupLabel), options(field, b.lang)
	case isLong(field):
		c.Type, c.Label, c.MaxLength = "TextArea", bubble.Shorten(label, maxInputLabel), min(longest(field), maxTextArea)
	default:
		c.Type, c.Label, c.InputType = "TextInput", bubble.Shorten(label, maxInputLabel), inputType(field)
		c.MaxChars = strconv.Itoa(min(longest(field), maxTextArea))
	}
	if c.Type == "TextInput" || c.Type == "TextArea" {
		c.Helper = b.example(field)
	}
	return c
}

// example is one answer, where WhatsApp has room for it.
func (b *builder) example(field *catalog.Field) string {
	if field.Example == "" {
		return ""
	}
	example := b.text("dialog.form.example", catalog.Args{"example": field.Example})
	if bubble.Size(example) > maxHelper || strings.Contains(example, "\n") {
		return ""
	}
	return example
}

func options(field *catalog.Field, lang catalog.Language) []option {
	list := make([]option, len(field.Choices))
	for i, choice := range field.Choices {
		list[i] = option{ID: choice.ID, Title: bubble.Shorten(choice.Title.In(lang), maxOption)}
	}
	return list
}

// isLong is whether an answer takes several lines.
func isLong(field *catalog.Field) bool {
	const oneLine = 100
	return field.Type == catalog.FieldPeople || field.Type == catalog.FieldText && !field.PortalChoice && (field.MaxLength == 0 || field.MaxLength > oneLine)
}

// longest is more than the form takes: what is too long is refused with its reason, not cut.
func longest(field *catalog.Field) int {
	const usual, spare = 100, 40
	if field.MaxLength == 0 {
		if isLong(field) {
			return maxTextArea
		}
		return usual
	}
	return field.MaxLength + spare
}

// inputType opens the keyboard that fits.
func inputType(field *catalog.Field) string {
	switch field.Type {
	case catalog.FieldPhone:
		return "phone"
	case catalog.FieldDigits, catalog.FieldNumber, catalog.FieldMoney:
		return "number" // what is typed comes as text, with its zeros
	default: // the others are typed
		return "text"
	}
}
