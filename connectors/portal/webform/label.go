package webform

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// labelOf finds the text that people see beside a control: its label element,
// the label around it, the cell or the text before it, its placeholder or title.
// The text keeps the star of a mandatory field.
func labelOf(page *goquery.Document, node *goquery.Selection) string {
	if id := node.AttrOr("id", ""); id != "" {
		found := page.Find("label").FilterFunction(func(_ int, label *goquery.Selection) bool {
			return label.AttrOr("for", "") == id
		})
		if text := Squeeze(found.First().Text()); text != "" {
			return text
		}
	}
	around := node.Closest("label").Clone()
	around.Find(anyControl).Remove()
	if text := Squeeze(around.Text()); text != "" {
		return text
	}
	if text := textBefore(node); text != "" {
		return text
	}
	for _, attribute := range []string{"aria-label", "placeholder", "title"} {
		if text := Squeeze(node.AttrOr(attribute, "")); text != "" {
			return text
		}
	}
	return ""
}

// textBefore looks left of the control: within its cell, then in the cells
// before, which tables of the old kind use for labels.
func textBefore(node *goquery.Selection) string {
	for raw := node.Get(0).PrevSibling; raw != nil; raw = raw.PrevSibling {
		text := Squeeze(goquery.NewDocumentFromNode(raw).Text())
		if isControlNode(raw.Data) {
			break
		}
		if isLabelText(text) {
			return text
		}
	}
	cell := node.Closest("td, th, dd")
	for before := cell.Prev(); before.Length() > 0; before = before.Prev() {
		if before.Find("input:not([type=hidden]), select, textarea").Length() > 0 {
			return ""
		}
		if text := Squeeze(before.Text()); isLabelText(text) {
			return text
		}
	}
	return ""
}

func isControlNode(name string) bool {
	return name == "input" || name == "select" || name == "textarea"
}

// isLabelText tells words from the colons and stars between label and control.
func isLabelText(text string) bool { return strings.Trim(text, " :*.-") != "" }
