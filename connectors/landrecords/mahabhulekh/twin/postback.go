package twin

import (
	"encoding/base64"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
	"github.com/jansetu/jansetu/connectors/twin"
)

// blankPage is what the portal shows when it does not know what to show.
const blankPage = "<!DOCTYPE html>\n<html><head><title></title></head><body></body></html>\n"

func (t *Twin) open(w http.ResponseWriter, r *http.Request) {
	t.sessions.Put(w, r, visitor{})
	formserver.WritePage(w, http.StatusOK, t.page(choices{Kind: kind712, District: unchosen}, "", ""))
}

// picture draws the captcha that the session's page stands on.
func (t *Twin) picture(w http.ResponseWriter, r *http.Request) {
	guest, known := t.sessions.Get(r)
	if !known || guest.captcha == "" {
		http.NotFound(w, r)
		return
	}
	drawn := captcha(guest.captcha)
	t.mu.Lock()
	t.pictures[string(drawn)] = guest.captcha
	t.mu.Unlock()
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(drawn)
}

// postback is every choice and every button.
func (t *Twin) postback(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // a form that cannot be read has no view state
	sent := r.PostForm
	if _, expired := t.Faults.Take(Step, twin.SessionExpires); expired {
		t.sessions.Forget(r)
	}
	guest, known := t.sessions.Get(r)
	if !known {
		formserver.WritePage(w, http.StatusOK, `<!DOCTYPE html><html><head><title>Error</title></head><body><form>
<span id="lblError">Session Expired. Please try again.</span></form></body></html>`)
		return
	}
	before, err := t.views.Open(sent)
	if err != nil {
		formserver.WriteFailure(w, err)
		return
	}
	if _, empty := t.Faults.Take(Step, BlankPage); empty || guest.spoiled || !t.fits(w, r, &guest, sent, before) {
		formserver.WritePage(w, http.StatusOK, blankPage)
		return
	}
	t.act(w, r, guest, before.after(sent), sent)
}

// fits holds the portal's temper: a control that is not on the page spoils the
// session, a value that was not offered blanks the page.
func (t *Twin) fits(w http.ResponseWriter, r *http.Request, guest *visitor, sent url.Values, before choices) bool {
	onPage := map[string]control{}
	for _, each := range t.controls(before) {
		onPage[each.name] = each
	}
	for name, values := range sent {
		if strings.HasPrefix(name, "__") {
			continue
		}
		known, found := onPage[name]
		if !found || len(values) != 1 {
			guest.spoiled = true
			t.sessions.Put(w, r, *guest)
			return false
		}
		if known.list != nil && !formserver.Offers(known.list, values[0]) {
			return false
		}
	}
	return true
}

// after is where the page stands once something was chosen; what depends on it is
// undone.
func (c choices) after(sent url.Values) choices {
	next := choices{Kind: sent.Get(nameKind), District: sent.Get(nameDistrict)}
	target, _, _ := strings.Cut(strings.TrimPrefix(sent.Get(formserver.FieldTarget), content), "$")
	depth := map[string]int{"rbtnSelectType": 0, "ddlMainDist": 1, "ddlTalForAll": 2, "ddlVillForAll": 3, "ddlSelectSearchType": 4, "ddlsurveyno": 6}
	level, chose := depth[target]
	if sent.Get(nameFind) != "" {
		level = 5
	} else if !chose {
		level = 7
	}
	if level == 0 {
		next.District = unchosen
	}
	for at, field := range []struct {
		into *string
		name string
	}{{&next.Taluka, nameTaluka}, {&next.Village, nameVillage}, {&next.Search, nameSearch}, {&next.Query, nameNumber}, {&next.Parcel, nameParcel}} {
		if level >= at+2 {
			*field.into = sent.Get(field.name)
		}
	}
	next.Mobile, next.Language = sent.Get(nameMobile), sent.Get(nameLanguage)
	return next
}

// act does what the postback asked for and draws the page.
func (t *Twin) act(w http.ResponseWriter, r *http.Request, guest visitor, state choices, sent url.Values) {
	alert, result := "", ""
	switch {
	case sent.Get(nameFind) != "" && len(found(t.parcels[state.Village], state)) == 1:
		alert = "No Data Found. कृपया नंबर तपासा."
	case sent.Get(nameSubmit) != "":
		alert, result = t.submit(guest, state, sent.Get(nameCaptcha))
	}
	if state.Parcel != "" && state.Parcel != unchosen {
		guest.captcha, guest.drawn = fmt.Sprintf("%05d", rand.IntN(100_000)), t.config.Clock() //nolint:gosec // a stand-in's captcha
		t.sessions.Put(w, r, guest)
	}
	formserver.WritePage(w, http.StatusOK, t.page(state, alert, result))
}

var aMobile = regexp.MustCompile(`^[6-9]\d{9}$`)

// submit answers the record or says why not.
func (t *Twin) submit(guest visitor, state choices, answer string) (alert, result string) {
	_, always := t.Faults.Take(Submit, twin.CaptchaAlways)
	_, late := t.Faults.Take(Submit, twin.CaptchaExpired)
	switch {
	case !aMobile.MatchString(state.Mobile):
		return "Please Enter Valid Mobile Number", ""
	case late || t.config.Clock().Sub(guest.drawn) > captchaLife:
		return "Captcha Expired. Please enter new captcha.", ""
	case always || answer == "" || answer != guest.captcha:
		return "Invalid Captcha. कृपया योग्य कॅप्चा टाका.", ""
	}
	if _, fails := t.Faults.Take(Submit, RenderFails); fails {
		return "System.IO.IOException: The process cannot access the file because it is being used by another process.", ""
	}
	of := chosen(t.parcels[state.Village], state)
	if len(of) == 0 {
		return "Record not available. अभिलेख उपलब्ध नाही.", ""
	}
	t.remember(state)
	if state.Kind == kind8A {
		return "Finished", t.eightA(state, of)
	}
	return "Finished", `<div id="ContentPlaceHolder1_showPopUp"><img id="ContentPlaceHolder1_ImgPC" src="data:image/jpeg;base64,` +
		base64.StdEncoding.EncodeToString(satbara(of[0])) + `" /></div>` + "\n"
}

// eightA draws the khata as a table: its head, then a row for each parcel.
func (t *Twin) eightA(state choices, of []parcel) string {
	district := below(land(), state.District)
	taluka := below(district.below, state.Taluka)
	village := below(taluka.below, state.Village)
	_, moved := t.Faults.Take(Submit, twin.MovedColumns)
	_, doubled := t.Faults.Take(Submit, twin.DuplicateRows)
	columns := [][2]string{
		{"भूमापन क्रमांक व उपविभाग क्रमांक", "number"}, {"एकूण क्षेत्र (हे.आर.चौ.मी)", "area"},
		{"आकारणी (रु.पै.)", "assessment"}, {"स्थानिक उपकर (रु.पै.)", "cess"},
	}
	if moved {
		columns[0], columns[2] = columns[2], columns[0]
	}
	var page strings.Builder
	page.WriteString(`<div id="ContentPlaceHolder1_showPopUp1"><h3>गाव नमुना आठ-अ</h3><table id="head"><tr>`)
	for _, cell := range [][2]string{{"गाव", village.name}, {"तालुका", taluka.name}, {"जिल्हा", district.name}, {"वर्ष", "२०२६-२०२७"},
		{"दिनांक", devanagari(t.config.Clock().Format("02/01/2006"))}, {"खाते क्र.", state.Parcel}, {"खातेदाराचे नाव", of[0].holder}} {
		fmt.Fprintf(&page, "<td><b>%s:</b> %s</td>", cell[0], html.EscapeString(cell[1]))
	}
	page.WriteString("</tr></table>\n<table id=\"rows\"><tr>")
	for _, column := range columns {
		page.WriteString("<th>" + column[0] + "</th>")
	}
	page.WriteString("</tr>\n")
	for i, each := range of {
		cells := map[string]string{
			"number": devanagari(each.number), "area": devanagari(each.area),
			"assessment": devanagari(fmt.Sprintf("%d.25", i+2)), "cess": "०.५०",
		}
		for range 1 + map[bool]int{true: 1}[doubled] {
			page.WriteString("<tr>")
			for _, column := range columns {
				page.WriteString("<td>" + cells[column[1]] + "</td>")
			}
			page.WriteString("</tr>\n")
		}
	}
	page.WriteString("</table></div>\n")
	return page.String()
}
