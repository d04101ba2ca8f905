package formserver

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
)

// Choice is one option of a list.
type Choice struct{ Value, Label string }

// Offers tells whether the list has the value.
func Offers(list []Choice, value string) bool {
	return slices.ContainsFunc(list, func(choice Choice) bool { return choice.Value == value })
}

// Select draws a list of options. An autopostback one posts the page as soon as
// something is chosen.
func Select(name, chosen string, list []Choice, autopostback bool) string {
	var page strings.Builder
	fmt.Fprintf(&page, `<select name="%s" id="%s"`, html.EscapeString(name), ID(name))
	if autopostback {
		fmt.Fprintf(&page, ` onchange="javascript:setTimeout(&#39;__doPostBack(\&#39;%s\&#39;,\&#39;\&#39;)&#39;, 0)"`, html.EscapeString(name))
	}
	page.WriteString(">\n")
	for _, choice := range list {
		mark := ""
		if choice.Value == chosen {
			mark = ` selected="selected"`
		}
		fmt.Fprintf(&page, "\t<option%s value=\"%s\">%s</option>\n", mark, html.EscapeString(choice.Value), html.EscapeString(choice.Label))
	}
	page.WriteString("</select>")
	return page.String()
}

// Radios draws a list of which one is checked; each posts the page when picked.
func Radios(name, chosen string, list []Choice) string {
	var page strings.Builder
	for i, choice := range list {
		mark := ""
		if choice.Value == chosen {
			mark = ` checked="checked"`
		}
		id := fmt.Sprintf("%s_%d", ID(name), i)
		fmt.Fprintf(&page, `<input id="%s" type="radio" name="%s" value="%s"%s `+
			`onclick="javascript:setTimeout(&#39;__doPostBack(\&#39;%s$%d\&#39;,\&#39;\&#39;)&#39;, 0)" /><label for="%s">%s</label>`+"\n",
			id, html.EscapeString(name), html.EscapeString(choice.Value), mark, html.EscapeString(name), i, id, html.EscapeString(choice.Label))
	}
	return page.String()
}

// Hidden draws a view's fields as they stand in a whole page.
func Hidden(view View) string {
	var page strings.Builder
	for _, field := range [][2]string{
		{FieldTarget, ""}, {FieldArgument, ""}, {"__LASTFOCUS", ""}, {FieldViewState, view.State},
		{FieldGenerator, view.Generator}, {FieldValidation, view.Validation},
	} {
		fmt.Fprintf(&page, `<input type="hidden" name="%s" id="%s" value="%s" />`+"\n", field[0], field[0], html.EscapeString(field[1]))
	}
	return page.String()
}

// ID is how ASP.NET makes an id of a control's name.
func ID(name string) string { return strings.ReplaceAll(name, "$", "_") }

// WritePage sends a whole page.
func WritePage(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("X-Powered-By", "ASP.NET")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// WriteFailure sends the page ASP.NET shows for an error nobody caught.
func WriteFailure(w http.ResponseWriter, err error) {
	WritePage(w, http.StatusInternalServerError, fmt.Sprintf(`<!DOCTYPE html><html><head><title>%s</title></head><body>
<h1>Server Error in '/' Application.</h1><h2><i>%s</i></h2></body></html>`, html.EscapeString(err.Error()), html.EscapeString(err.Error())))
}
