package webform

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// labelOf finds the text that people see beside a control: its label element,
// the label around it, the cell or the text before it, its placeholder or title.
// The text keeps the star of a mandatory field.
func (p *Page) labelOf(node *goquery.Selection) string {
	if text := p.labelsByID()[node.AttrOr("id", "")]; text != "" {
		return text
	}
	if around := node.Closest("label"); around.Length() > 0 {
		around = around.Clone()
		around.Find(anyControl).Remove()
		if text := Squeeze(around.Text()); text != "" {
			return text
		}
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

// labelsByID reads all label elements that name their control.
func (p *Page) labelsByID() map[string]string {
	if p.labels == nil {
		p.labels = map[string]string{}
		for _, label := range p.Document.Find("label[for]").EachIter() {
			if id := label.AttrOr("for", ""); id != "" && p.labels[id] == "" {
				p.labels[id] = Squeeze(label.Text())
			}
		}
	}
	return p.labels
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
