// Package mahabhulekh speaks to Mahabhulekh, the land records of Maharashtra.
//
// # What is known and what is assumed
//
// Known from public client code: the one page NewBhulekh.aspx with full postbacks;
// the names of its controls (rbtnSelectType, ddlMainDist, ddlTalForAll,
// ddlVillForAll, ddlSelectSearchType, txtcsno, btnsearchfind, ddlsurveyno, txtmobile1,
// ddllangforAll, txtcaptcha, btnreferesh, btnmainsubmit); that each list posts the
// page and must be chosen in order, that a value which was not offered gives a blank
// page, and that sending a control which is not on the page spoils the session; that
// the 7/12 comes as a picture in ImgPC and the 8A as tables in showPopUp1; that
// everything else is said by a script's alert, "Finished" being no news; that drawing
// the record fails at random. Before the record the portal wants a mobile number and
// the text of a captcha's picture. Parcel numbers are offered in Devanagari digits.
//
// Assumed: the words of the alerts beyond those, the radio's value Select712, that the
// captcha's picture has an address of its own (one inside the page is read too), and
// the columns of the 8A, taken from the printed form.
//
// The captcha is relayed to the citizen and never read by us, although the page
// offers no great resistance to a machine.
//
// # Services and fields
//
//	service Select712  7/12, a picture     service Select8A  8A, a table
//
// Fields, in order:
//
//	ddlMainDist, ddlTalForAll, ddlVillForAll, ddlSelectSearchType   choices
//	txtcsno         the survey, gat or khata number, in any digits
//	txtmobile1      the citizen's mobile number
//	ddllangforAll   mr_in, unless it says otherwise
//
// Without ddlSelectSearchType the search is by number.
//
// RecordQuery.Record is the value of the parcel's option as Search gave it.
package mahabhulekh
