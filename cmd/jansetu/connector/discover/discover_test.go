package discover_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/connector/discover"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

const form = `<html><head><title>e-Office</title></head><body><h1>Trade Licence</h1>
<form action="http://search.example/"><input name="q"></form>
<form method="post" action="/apply.do"><input type="hidden" name="__VIEWSTATE" value="x">
<label for="a">Applicant's name *</label><input id="a" name="txtName" maxlength="60">
<label for="m">Mobile number *</label><input id="m" name="txtMob">
<label for="t">Kind of trade *</label><select id="t" name="ddlTrade"><option value="0">--Select--</option><option value="T1 ">Tea stall</option></select>
<label for="d">Date of opening</label><input id="d" type="date" name="dt">
<label for="p">Address proof *</label><input id="p" type="file" name="proof">
<img src="/Captcha.ashx"><input name="txtCaptcha"><input type="submit" name="btn" value="Submit"></form></body></html>`

const draft = `# Drafted from the form at /apply.do.
# Check every line; what says TODO is for a person. Texts are wanted in every language of the state.
# Hidden state that goes back unchanged: __VIEWSTATE.
# Buttons: btn ("Submit").
# A captcha: it is relayed to the citizen, never solved.
# WebForms: connectors/portal/aspnet.
id: trade-licence
kind: application
category: TODO
department: TODO
availability: coming
title:
  en: Trade Licence
asked_as:
  - trade licence
portal:
  name: TODO
  service: TODO
form:
  - id: applicant_s_name
    type: name
    max_length: 60
    portal_field: txtName
    label:
      en: Applicant's name
    prompt:
      en: TODO
  - id: mobile_number
    type: phone
    portal_field: txtMob
    label:
      en: Mobile number
    prompt:
      en: TODO
  - id: kind_of_trade
    type: choice
    portal_field: ddlTrade
    label:
      en: Kind of trade
    prompt:
      en: TODO
    choices:
      - id: "T1 "
        title:
          en: Tea stall
  - id: date_of_opening
    type: date
    portal_field: dt
    optional: true
    label:
      en: Date of opening
    prompt:
      en: TODO
  - id: address_proof
    type: document
    portal_field: proof
    label:
      en: Address proof
    prompt:
      en: TODO
source: TODO
`

func page(t *testing.T, text string) *webform.Page {
	t.Helper()
	address, err := url.Parse("http://portal.example/apply")
	require.NoError(t, err)
	parsed, err := webform.ParseText(text, address)
	require.NoError(t, err)
	return parsed
}

func TestFormIsDraftedAsAService(t *testing.T) {
	t.Parallel()
	drafted, err := discover.Draft(page(t, form), "")
	require.NoError(t, err)
	require.Equal(t, draft, string(drafted))
}

func TestPageWithoutAFormIsNoService(t *testing.T) {
	t.Parallel()
	_, err := discover.Draft(page(t, "<h1>Welcome</h1>"), "")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}
