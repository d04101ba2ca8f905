package flow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// Words of a phone for what a screen does not take.
const (
	wrongEmpty  = "Required"
	wrongLong   = "Too long"
	wrongChoice = "Choose one from the list"
	wrongDate   = "Choose another day"
	wrongNumber = "Only numbers"
	wrongFiles  = "Add the file"
)

var numeric = regexp.MustCompile(`^[-+0-9., ]*$`)

// Allow is what a phone itself finds wrong with what stands in a screen's fields, by their names. What is not on the screen is dropped.
func (v *View) Allow(typed map[string]any) (kept map[string]any, wrong map[string]string) {
	kept, wrong = map[string]any{}, map[string]string{}
	for i := range v.Items {
		item := &v.Items[i]
		if item.Name == "" {
			continue
		}
		value, some := typed[item.Name]
		if some && value != nil {
			kept[item.Name] = value
		}
		if why := item.wrong(kept[item.Name]); why != "" {
			wrong[item.Name] = why
		}
	}
	return kept, wrong
}

func (i *Item) wrong(value any) string {
	switch i.Type {
	case "OptIn":
		if agreed, _ := value.(bool); i.Required && !agreed {
			return wrongEmpty
		}
		return ""
	case "PhotoPicker", "DocumentPicker":
		files, _ := value.([]File)
		if len(files) < i.MinFiles || i.MaxFiles > 0 && len(files) > i.MaxFiles {
			return wrongFiles
		}
		return ""
	}
	text := ""
	if value != nil {
		text = fmt.Sprint(value)
	}
	if strings.TrimSpace(text) == "" {
		if i.Required {
			return wrongEmpty
		}
		return ""
	}
	return i.wrongText(text)
}

func (i *Item) wrongText(text string) string {
	switch {
	case i.MaxChars > 0 && len(utf16.Encode([]rune(text))) > i.MaxChars:
		return wrongLong
	case len(i.Options) > 0 && !slices.ContainsFunc(i.Options, func(o Option) bool { return o.ID == text }):
		return wrongChoice
	case i.Type == "DatePicker" && (i.MinDate != "" && text < i.MinDate || i.MaxDate != "" && text > i.MaxDate):
		return wrongDate
	case i.Type == "TextInput" && i.InputType == "number" && !numeric.MatchString(text):
		return wrongNumber
	}
	return ""
}
