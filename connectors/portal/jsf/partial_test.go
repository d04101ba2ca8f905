package jsf_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal/jsf"
)

const answer = `<?xml version='1.0' encoding='UTF-8'?>
<partial-response id="j_id1"><changes><update id="form_rcdl:pnl_show"><![CDATA[<div id="form_rcdl:pnl_show"><b>A & B</b></div>]]></update>
<update id="j_id1:javax.faces.ViewState:0"><![CDATA[-77:12]]></update>
<extension ln="primefaces" type="args">{"validationFailed":true}</extension></changes></partial-response>`

func TestPartialResponseIsRead(t *testing.T) {
	t.Parallel()
	require.True(t, jsf.IsPartial(answer))
	partial, err := jsf.ParsePartial(answer)
	require.NoError(t, err)
	require.Equal(t, []jsf.Update{
		{ID: "form_rcdl:pnl_show", Markup: `<div id="form_rcdl:pnl_show"><b>A & B</b></div>`},
		{ID: "j_id1:javax.faces.ViewState:0", Markup: "-77:12"},
	}, partial.Updates)
	require.Equal(t, true, partial.Args["validationFailed"])

	partial, err = jsf.ParsePartial(`<partial-response><redirect url="/dlstatus/home.xhtml"/></partial-response>`)
	require.NoError(t, err)
	require.Equal(t, "/dlstatus/home.xhtml", partial.Redirect)
	partial, err = jsf.ParsePartial(`<partial-response><error><error-name>class javax.faces.application.ViewExpiredException</error-name></error></partial-response>`)
	require.NoError(t, err)
	require.Contains(t, partial.ErrorName, "ViewExpired")
}

func TestWhatIsNoPartialResponseIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "<html></html>", "<partial-response>", "plain", "<partial-response><a><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></a></partial-response>"} {
		_, err := jsf.ParsePartial(text)
		require.Error(t, err, text)
	}
}

func FuzzParsePartial(f *testing.F) {
	f.Add(answer)
	f.Add(`<partial-response><changes><update id="x"/></changes></partial-response>`)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = jsf.ParsePartial(text) })
}
