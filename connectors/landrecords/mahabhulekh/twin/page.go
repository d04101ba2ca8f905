package twin

import (
	"fmt"
	"html"
	"strings"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
	"github.com/jansetu/jansetu/connectors/twin"
)

// The names of the page's controls.
const (
	content      = "ctl00$ContentPlaceHolder1$"
	nameULPIN    = content + "rbtnULPIN"
	nameKind     = content + "rbtnSelectType"
	nameDistrict = content + "ddlMainDist"
	nameTaluka   = content + "ddlTalForAll"
	nameVillage  = content + "ddlVillForAll"
	nameSearchBy = content + "rbtnSearchType"
	nameSearch   = content + "ddlSelectSearchType"
	nameNumber   = content + "txtcsno"
	nameFind     = content + "btnsearchfind"
	nameParcel   = content + "ddlsurveyno"
	nameMobile   = content + "txtmobile1"
	nameLanguage = content + "ddllangforAll"
	nameCaptcha  = content + "txtcaptcha"
	nameRefresh  = content + "btnreferesh"
	nameSubmit   = content + "btnmainsubmit"
)

const (
	unchosen = "--निवडा--"
	kind712  = "Select712"
	kind8A   = "Select8A"
	byNumber = "17"
)

// choices is where a page stands.
type choices struct {
	Kind, District, Taluka, Village string
	Search, Query, Parcel           string
	Mobile, Language                string
}

func kinds() []formserver.Choice {
	return []formserver.Choice{{Value: kind712, Label: "७/१२"}, {Value: kind8A, Label: "८अ"}}
}

func languages() []formserver.Choice {
	return []formserver.Choice{{Value: "mr_in", Label: "मराठी"}, {Value: "en_in", Label: "English"}}
}

func searches(kind string) []formserver.Choice {
	label := "सर्व्हे नंबर / गट नंबर"
	if kind == kind8A {
		label = "खाते नंबर"
	}
	return []formserver.Choice{{Value: unchosen, Label: unchosen}, {Value: "1", Label: label}}
}

func listed(places []place) []formserver.Choice {
	list := make([]formserver.Choice, 0, 1+len(places))
	list = append(list, formserver.Choice{Value: unchosen, Label: unchosen})
	for _, each := range places {
		list = append(list, formserver.Choice{Value: each.code, Label: each.name})
	}
	return list
}

// control is what a page that stands at a state has on it: a list, or nothing but
// a name.
type control struct {
	name  string
	list  []formserver.Choice
	value string
}

// controls are those on the page, in its order. Each list appears when the one
// before it has been chosen.
func (t *Twin) controls(state choices) []control {
	district := below(land(), state.District)
	taluka := below(district.below, state.Taluka)
	list := []control{
		{nameULPIN, []formserver.Choice{{Value: "Know-no", Label: "नाही"}}, "Know-no"}, {nameKind, kinds(), state.Kind},
		{nameDistrict, listed(land()), state.District}, {nameTaluka, listed(district.below), state.Taluka},
		{nameVillage, listed(taluka.below), state.Village},
	}
	if state.Village != "" && state.Village != unchosen {
		list = append(list, control{nameSearchBy, []formserver.Choice{{Value: byNumber, Label: "नंबर"}}, byNumber},
			control{nameSearch, searches(state.Kind), state.Search})
	}
	if state.Search != "" && state.Search != unchosen {
		list = append(list, control{name: nameNumber, value: state.Query}, control{name: nameFind, value: "शोधा(Search)"})
	}
	if state.Query != "" {
		list = append(list, control{nameParcel, found(t.parcels[state.Village], state), state.Parcel})
	}
	if state.Parcel != "" && state.Parcel != unchosen {
		list = append(list, control{name: nameMobile, value: state.Mobile}, control{nameLanguage, languages(), state.Language},
			control{name: nameCaptcha}, control{name: nameRefresh, value: "Refresh"}, control{name: nameSubmit, value: "Submit"})
	}
	return list
}

// page draws the whole page; alert is shown by a script, result stands in a popup.
func (t *Twin) page(state choices, alert, result string) string {
	name := func(text string) string { return text }
	if _, renamed := t.Faults.Take(Step, twin.RenamedIDs); renamed {
		name = strings.NewReplacer("ddlTalForAll", "ddlTaluka2", "ddlVillForAll", "ddlVillage2", "txtcaptcha", "txtCode").Replace
	}
	var page strings.Builder
	page.WriteString("<!DOCTYPE html>\n<html><head><title>महाभूलेख</title><meta charset=\"utf-8\"></head><body>\n" +
		`<form method="post" action="./NewBhulekh.aspx" id="form1">` + "\n" + formserver.Hidden(t.views.Seal(state)))
	for _, each := range t.controls(state) {
		page.WriteString("<div>" + drawn(name(each.name), each) + "</div>\n")
	}
	if state.Parcel != "" && state.Parcel != unchosen {
		fmt.Fprintf(&page, `<img id="ContentPlaceHolder1_captchaImage" src="Captcha.aspx?n=%d" />`+"\n", t.config.Clock().UnixNano())
		if _, more := t.Faults.Take(Step, twin.NewMandatoryField); more {
			page.WriteString(`<input type="text" required="required" name="` + content + `txtPAN" id="ContentPlaceHolder1_txtPAN" />` + "\n")
		}
	}
	page.WriteString(result)
	if alert != "" {
		fmt.Fprintf(&page, "<script type=\"text/javascript\">\n//<![CDATA[\nalert('%s');//]]>\n</script>\n", alert)
	}
	page.WriteString("</form></body></html>\n")
	return page.String()
}

func drawn(name string, each control) string {
	id := strings.TrimPrefix(formserver.ID(name), "ctl00_")
	switch {
	case each.name == nameULPIN || each.name == nameKind || each.name == nameSearchBy:
		return formserver.Radios(name, each.value, each.list)
	case each.list != nil:
		return strings.ReplaceAll(formserver.Select(name, each.value, each.list, each.name != nameLanguage), formserver.ID(name), id)
	case each.name == nameFind || each.name == nameSubmit || each.name == nameRefresh:
		return input("submit", name, each.value, id)
	default:
		return input("text", name, each.value, id)
	}
}

func input(kind, name, value, id string) string {
	return `<input type="` + kind + `" name="` + name + `" value="` + html.EscapeString(value) + `" id="` + id + `" />`
}
