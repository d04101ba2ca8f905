package twin

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
	"github.com/jansetu/jansetu/connectors/twin"
)

var errNotAsync = errors.New("The page cannot be processed without its script manager.")

// postback is every choice in a list and the button at the end.
func (t *Twin) postback(w http.ResponseWriter, r *http.Request) {
	if _, expired := t.Faults.Take(Step, twin.SessionExpires); expired {
		t.sessions.Forget(r)
	}
	if _, recycled := t.Faults.Take(Step, PoolRecycled); recycled {
		refuse(w, formserver.ErrMAC)
		return
	}
	sent := form(r)
	guest, known := t.sessions.Get(r)
	if !known || !guest.admitted || sent.Get(nameCSRF) != guest.csrf {
		new(formserver.Delta).Add("pageRedirect", "", url.QueryEscape("/BhulekhError.aspx")).Write(w)
		return
	}
	before, err := t.views.Open(sent)
	if err == nil {
		err = t.check(r, sent, before)
	}
	if err != nil {
		refuse(w, err)
		return
	}
	if sent.Get(nameView) != "" {
		t.show(w, r, guest, before, sent.Get(nameData))
		return
	}
	after := before.after(sent)
	view := t.views.Seal(after)
	new(formserver.Delta).Add("updatePanel", formserver.ID(namePanel), t.panel(after)).Hide(view).
		Add("asyncPostBackControlIDs", "", "").Add("updatePanelIDs", "", "t"+namePanel+","+formserver.ID(namePanel)).
		Add("formAction", "", "./RoRView.aspx").Add("pageTitle", "", ".:BHULEKH || ODISHA:.").Write(w)
}

// refuse is how an UpdatePanel is told of an error nobody caught: with status
// 200.
func refuse(w http.ResponseWriter, err error) {
	new(formserver.Delta).Add("error", "500", err.Error()).Write(w)
}

// check holds ASP.NET's own rules: every posted value was offered by the page the
// view state belongs to.
func (t *Twin) check(r *http.Request, sent url.Values, before choices) error {
	manager := sent.Get(nameManager)
	if !formserver.IsAsync(r) || !strings.HasPrefix(manager, namePanel+"|") {
		return errNotAsync
	}
	for _, name := range []string{nameDistrict, nameTahasil, nameVillage, nameData} {
		values, posted := sent[name]
		if !posted || len(values) != 1 || !formserver.Offers(t.listOf(before, name), values[0]) {
			return formserver.ErrValidation
		}
	}
	if !formserver.Offers(searchKinds(), sent.Get(nameSearchKind)) {
		return formserver.ErrValidation
	}
	return nil
}

// after is where the page stands once a choice has been made; choices below it
// are undone.
func (c choices) after(sent url.Values) choices {
	next := choices{District: sent.Get(nameDistrict), Kind: sent.Get(nameSearchKind)}
	if target := sent.Get(formserver.FieldTarget); target != nameDistrict {
		next.Tahasil = sent.Get(nameTahasil)
		if target != nameTahasil {
			next.Village = sent.Get(nameVillage)
		}
	}
	return next
}

// show keeps the record for the page that the visitor is sent to.
func (t *Twin) show(w http.ResponseWriter, r *http.Request, guest visitor, state choices, value string) {
	district := below(land(), state.District)
	tahasil := below(district.below, state.Tahasil)
	village := below(tahasil.below, state.Village)
	found, known := record(t.register.of(district, tahasil, village), state.Kind, value)
	if !known {
		new(formserver.Delta).Add("updatePanel", formserver.ID(namePanel), t.panel(state)).Hide(t.views.Seal(state)).
			Add("scriptStartupBlock", "ScriptContentNoTags", "alert('Please Select "+state.Kind+"');").Write(w)
		return
	}
	guest.record = &found
	t.sessions.Put(w, r, guest)
	new(formserver.Delta).Add("pageRedirect", "", "%2fSRoRFront_Uni.aspx").Write(w)
}
