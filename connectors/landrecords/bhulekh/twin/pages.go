package twin

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
	"github.com/jansetu/jansetu/connectors/twin"
)

// The names of the page's controls.
const (
	content        = "ctl00$ContentPlaceHolder1$"
	nameDistrict   = content + "ddlDistrict"
	nameTahasil    = content + "ddlTahsil"
	nameVillage    = content + "ddlVillage"
	nameSearchKind = content + "rbtnRORSearchtype"
	nameData       = content + "ddlBindData"
	nameView       = content + "btnRORFront"
	nameCSRF       = content + "csrfval"
	namePanel      = content + "UpdatePanel1"
	nameManager    = "ctl00$ScriptManager1"
	nameHere       = "ctl00$ContentPlaceHolder1$lnkHere"
)

// choices is where a page stands.
type choices struct {
	District, Tahasil, Village, Kind, Data string
}

const unchosen = "Select"

func (t *Twin) enter(w http.ResponseWriter, r *http.Request) {
	guest, _ := t.sessions.Get(r)
	t.sessions.Put(w, r, guest)
	http.Redirect(w, r, "/RoRView.aspx", http.StatusFound)
}

// sorry is where everybody lands who comes without a session.
func (t *Twin) sorry(w http.ResponseWriter, _ *http.Request) {
	formserver.WritePage(w, http.StatusOK, document("Error", `<form method="post" action="./BhulekhError.aspx" id="aspnetForm">`+
		formserver.Hidden(t.views.Seal(choices{}))+
		`<h3>Session time out or an error occurred.</h3>
<p>Please click <a id="ctl00_ContentPlaceHolder1_lnkHere" href="javascript:__doPostBack(&#39;`+nameHere+`&#39;,&#39;&#39;)">here</a>
to go to the home page.</p></form>`))
}

func (t *Twin) admit(w http.ResponseWriter, r *http.Request) {
	if _, err := t.views.Open(form(r)); err != nil || r.PostFormValue(formserver.FieldTarget) != nameHere {
		formserver.WriteFailure(w, formserver.ErrValidation)
		return
	}
	t.sessions.Put(w, r, visitor{admitted: true, csrf: rand.Text()})
	http.Redirect(w, r, "/Default.aspx", http.StatusFound)
}

func form(r *http.Request) url.Values {
	_ = r.ParseForm() // a form that cannot be read has no view state
	return r.PostForm
}

func (t *Twin) lists(w http.ResponseWriter, r *http.Request) {
	guest, known := t.sessions.Get(r)
	if !known || !guest.admitted {
		http.Redirect(w, r, "/BhulekhError.aspx", http.StatusFound)
		return
	}
	state := choices{District: unchosen, Kind: byKhatiyan}
	formserver.WritePage(w, http.StatusOK, document(".:BHULEKH || ODISHA:.",
		`<form method="post" action="./RoRView.aspx" id="aspnetForm">`+formserver.Hidden(t.views.Seal(state))+
			`<script>//<![CDATA[
Sys.WebForms.PageRequestManager._initialize('`+nameManager+`', 'aspnetForm',
 ['t`+namePanel+`','`+formserver.ID(namePanel)+`'], [], [], 90, 'ctl00');
//]]></script>
<input name="ctl00$txtSearchBox" type="text" id="ctl00_txtSearchBox" />
<input type="hidden" name="`+nameCSRF+`" id="ctl00_ContentPlaceHolder1_csrfval" value="`+guest.csrf+`" />
<input type="hidden" name="`+content+`hidredirectsts" id="ctl00_ContentPlaceHolder1_hidredirectsts" />
<div id="ctl00_ContentPlaceHolder1_UpdatePanel1">`+t.panel(state)+`</div></form>`))
}

// panel draws the lists as they are for a state.
func (t *Twin) panel(state choices) string {
	name := func(text string) string { return text }
	if _, renamed := t.Faults.Take(Step, twin.RenamedIDs); renamed {
		name = strings.NewReplacer("ddlTahsil", "ddlTahasilNew", "ddlVillage", "ddlGrama").Replace
	}
	var page strings.Builder
	row := func(label, control string) {
		fmt.Fprintf(&page, "<tr><td>%s</td><td>%s</td></tr>\n", label, control)
	}
	page.WriteString("<table>\n")
	row("District", formserver.Select(name(nameDistrict), state.District, t.listOf(state, nameDistrict), true))
	row("Tahasil", formserver.Select(name(nameTahasil), state.Tahasil, t.listOf(state, nameTahasil), true))
	row("Village", formserver.Select(name(nameVillage), state.Village, t.listOf(state, nameVillage), true))
	row("Search By", formserver.Radios(name(nameSearchKind), state.Kind, searchKinds()))
	if _, more := t.Faults.Take(Step, twin.NewMandatoryField); more {
		row(`Mobile No <span class="req">*</span>`,
			`<input type="text" required="required" name="`+content+`txtMobile" id="ctl00_ContentPlaceHolder1_txtMobile" />`)
	}
	row(state.Kind, formserver.Select(name(nameData), state.Data, t.listOf(state, nameData), false))
	row("", `<input type="submit" name="`+nameView+`" value="View RoR" id="ctl00_ContentPlaceHolder1_btnRORFront" />`)
	page.WriteString("</table>\n")
	return page.String()
}

// listOf is what a list offers on a page that stands at state.
func (t *Twin) listOf(state choices, name string) []formserver.Choice {
	district := below(land(), state.District)
	tahasil := below(district.below, state.Tahasil)
	village := below(tahasil.below, state.Village)
	switch name {
	case nameDistrict:
		return listed("Select District", land())
	case nameTahasil:
		return listed("Select Tahasil", district.below)
	case nameVillage:
		return listed("Select Village", tahasil.below)
	default:
		list := []formserver.Choice{{Value: unchosen, Label: "Select " + state.Kind}}
		if village.code != "" {
			list = append(list, offered(t.register.of(district, tahasil, village), state.Kind)...)
		}
		return list
	}
}

func listed(first string, places []place) []formserver.Choice {
	list := make([]formserver.Choice, 0, 1+len(places))
	list = append(list, formserver.Choice{Value: unchosen, Label: first})
	for _, each := range places {
		list = append(list, formserver.Choice{Value: each.code, Label: each.name})
	}
	return list
}

// document is a page around a body. The portal declares no charset in the page.
func document(title, body string) string {
	return "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head>\n<body>\n" + body + "\n</body></html>\n"
}
