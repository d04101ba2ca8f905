package twin

import (
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
	"github.com/jansetu/jansetu/connectors/twin"
)

// front is the record's page.
func (t *Twin) front(w http.ResponseWriter, r *http.Request) {
	guest, known := t.sessions.Get(r)
	if !known || guest.record == nil {
		http.Redirect(w, r, "/BhulekhError.aspx", http.StatusFound)
		return
	}
	t.remember(guest.record)
	page := frontPage(*guest.record) + t.plots(guest.record.Plots)
	if _, renamed := t.Faults.Take(Extract, twin.RenamedIDs); renamed {
		page = strings.NewReplacer("lblKhatiyanslNo", "lblKhataNo", "lblName", "lblRaiyatName").Replace(page)
	}
	formserver.WritePage(w, http.StatusOK, document(".:BHULEKH || ODISHA:.",
		`<form method="post" action="./SRoRFront_Uni.aspx" id="form1">`+formserver.Hidden(t.views.Seal(choices{}))+page+
			`<p>ରାଷ୍ଟ୍ରୀୟ ସୂଚନା ବିଜ୍ଞାନ କେନ୍ଦ୍ର <span id="lblCurrDate">`+t.config.Clock().Format("02/01/2006 15:04:05")+`</span></p></form>`))
}

func span(name, value string) string {
	return fmt.Sprintf(`<span id="gvfront_ctl02_%s">%s</span>`, name, html.EscapeString(value))
}

func frontPage(k Khatiyan) string {
	var page strings.Builder
	cell := func(label, name, value string) {
		fmt.Fprintf(&page, "<td>%s</td><td>\n        %s\n      </td>\n", label, span(name, value))
	}
	row := func(cells ...[3]string) {
		page.WriteString("<tr>")
		for _, each := range cells {
			cell(each[0], each[1], each[2])
		}
		page.WriteString("</tr>\n")
	}
	page.WriteString(`<table id="gvfront" cellspacing="0"><tr><th scope="col">Schedule I Form No.39-A ଖତିୟାନ</th></tr><tr><td><table>` + "\n")
	row([3]string{"ମୌଜା :", "lblMouja", k.Village}, [3]string{"ତହସିଲ :", "lblTehsil", k.Tahasil})
	row([3]string{"ଥାନା :", "lblThana", "ଚନ୍ଦକା"}, [3]string{"ତହସିଲ ନମ୍ବର :", "lblTesilNo", ".."})
	row([3]string{"ଥାନା ନମ୍ବର :", "lblThanano", "22"}, [3]string{"ଜିଲ୍ଲା :", "lblDist", k.District})
	row([3]string{"ଜମିଦାରଙ୍କ ନାମ ଓ ଖେୱାଟ ବା ଖତିୟାନର କ୍ରମିକ ନମ୍ବର", "lblLandlordName", k.Landlord})
	row([3]string{"1) ଖତିୟାନର କ୍ରମିକ ନମ୍ବର", "lblKhatiyanslNo", strconv.Itoa(k.Number)})
	row([3]string{"2) ପ୍ରଜାର ନାମ, ପିତାର ନାମ, ଜାତି ଓ ବାସସ୍ଥାନ", "lblName", strings.Join(k.Tenants, ", ")})
	row([3]string{"3) ସ୍ଵତ୍ଵ", "lblStatua", k.Status})
	row([3]string{"ଜଳକର", "lblWaterTax", k.WaterTax}, [3]string{"ଖଜଣା", "lblTax", k.Rent}, [3]string{"ସେସ୍", "lblSes", k.Cess},
		[3]string{"ନିସ୍ତାର ସେସ୍ ଓ ଅନ୍ୟାନ୍ୟ ସେସ୍ ଯଦି କିଛି ଥାଏ", "lblOtherses", k.Other}, [3]string{"ମୋଟ", "lblTotal", k.Told})
	row([3]string{"5) କ୍ରମବର୍ଦ୍ଧନଶୀଳ ଖଜଣାର ବିବରଣି", "lblDescription", ""})
	row([3]string{"6) ବିଶେଷ ଅନୁସଙ୍ଗ ଯଦି କିଛି ଥାଏ", "lblSpecialCase", k.Remark})
	row([3]string{"ଅନ୍ତିମ ପ୍ରକାଶନ ତାରିଖ -", "lblLastPublishDate", "06/03/1962"}, [3]string{"ଖଜଣା ଧାର୍ଯ୍ୟ ତାରିଖ -", "lblTaxDate", ""})
	page.WriteString("</table></td></tr></table>\n")
	return page.String()
}

// plots draws the table of parcels. Its rows are numbered from ctl02, as those of
// every GridView.
func (t *Twin) plots(list []Plot) string {
	_, moved := t.Faults.Take(Extract, twin.MovedColumns)
	_, doubled := t.Faults.Take(Extract, twin.DuplicateRows)
	var page strings.Builder
	page.WriteString(`<table id="gvRorBack"><tr><th>ପ୍ଲଟ ନମ୍ବର ଓ ଚକର ନାମ</th><th>କିସମ ଓ ପ୍ଲଟର ଖଜଣା</th><th>କିସମର ବିସ୍ତାରିତ ବିବରଣୀ ଓ ଚୌହଦି</th>` +
		`<th>ଏ.</th><th>ଡି.</th><th>ହେକ୍ଟର</th><th>ମନ୍ତବ୍ୟ</th></tr>` + "\n")
	row := 2
	for _, each := range list {
		for range 1 + map[bool]int{true: 1}[doubled] {
			page.WriteString(plotRow(row, each, moved))
			row++
		}
	}
	fmt.Fprintf(&page, `<tr><td>%d plot</td><td></td><td></td><td></td><td></td><td></td><td></td></tr></table>`, len(list))
	return page.String()
}

func plotRow(row int, each Plot, moved bool) string {
	cells := [][2]string{
		{"lblPlotNo", strconv.Itoa(each.Number)}, {"lbllType", each.Kisam}, {"lbln_occu", each.Bounds},
		{"lblAcre", each.Acres}, {"lblDecimil", each.Decimals}, {"lblHector", each.Hects}, {"lblPlotRemarks", each.Remark},
	}
	if moved {
		cells[0], cells[5] = cells[5], cells[0]
	}
	var page strings.Builder
	page.WriteString("<tr>")
	for _, cell := range cells {
		fmt.Fprintf(&page, `<td><span id="gvRorBack_ctl%02d_%s">%s</span></td>`, row, cell[0], html.EscapeString(cell[1]))
	}
	page.WriteString("</tr>\n")
	return page.String()
}
