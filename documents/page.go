package documents

import (
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

const font = "Helvetica"

type receiptPage struct {
	*fpdf.Fpdf
	toLatin func(string) string
}

// latin prepares a text for the core fonts, which hold Western letters only: a text with others is left out rather than garbled.
func (p *receiptPage) latin(text string) string {
	for _, char := range text {
		if char > 0x24f && !strings.ContainsRune("–—‘’“”•…", char) {
			return ""
		}
	}
	return p.toLatin(text)
}

// describe fixes everything by which two files of the same content would differ.
func (p *receiptPage) describe(r Receipt) {
	p.SetCreationDate(r.PostedAt.UTC())
	p.SetModificationDate(r.PostedAt.UTC())
	p.SetCatalogSort(true)
	p.SetProducer("Jansetu", true)
	p.SetTitle("Payment receipt "+r.Reference, true)
	p.SetLang("en-IN")
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, 0)
	p.AddPage()
}

func (p *receiptPage) ink(size float64, style string, red, green, blue int) {
	p.SetFont(font, style, size)
	p.SetTextColor(red, green, blue)
}

func (p *receiptPage) header(r Receipt) {
	p.SetFillColor(18, 78, 120)
	p.Rect(0, 0, pageWidth, 26, "F")
	p.SetXY(margin, 7)
	p.ink(16, "B", 255, 255, 255)
	p.CellFormat(inner, 7, "Payment receipt", "", 1, "L", false, 0, "")
	p.ink(9, "", 214, 228, 240)
	p.CellFormat(inner, 5, p.latin(r.Issuer), "", 1, "L", false, 0, "")
}

func (p *receiptPage) amount(r Receipt) {
	p.SetXY(margin, 33)
	p.ink(9, "", 100, 100, 100)
	p.CellFormat(inner, 5, "Amount paid", "", 1, "L", false, 0, "")
	p.ink(22, "B", 20, 20, 20)
	p.CellFormat(inner, 10, rupees(r.Amount), "", 0, "L", false, 0, "")
	p.SetFillColor(224, 242, 228)
	p.ink(11, "B", 22, 101, 52)
	p.SetXY(pageWidth-margin-30, 38)
	p.CellFormat(30, 8, "PAID", "", 1, "C", true, 0, "")
	p.SetY(52)
}

func (p *receiptPage) section(title string, rows []row) {
	p.ink(10, "B", 18, 78, 120)
	p.CellFormat(inner, 7, title, "", 1, "L", false, 0, "")
	p.SetDrawColor(205, 213, 220)
	p.Line(margin, p.GetY(), pageWidth-margin, p.GetY())
	p.Ln(1.5)
	for _, each := range rows {
		p.row(each)
	}
	p.Ln(3)
}

// row leaves out what is not known.
func (p *receiptPage) row(r row) {
	value := p.latin(r.value)
	if value == "" {
		return
	}
	p.ink(9, "", 100, 100, 100)
	p.CellFormat(labelWidth, lineHeight, r.label, "", 0, "L", false, 0, "")
	p.ink(9, "", 20, 20, 20)
	p.MultiCell(inner-labelWidth, lineHeight, value, "", "L", false)
}

func (p *receiptPage) footer(r Receipt) {
	p.SetY(-30)
	p.SetDrawColor(205, 213, 220)
	p.Line(margin, p.GetY(), pageWidth-margin, p.GetY())
	p.Ln(2)
	p.ink(8, "", 90, 90, 90)
	p.MultiCell(inner, 4, p.latin(r.Complaints), "", "L", false)
	p.Ln(1)
	p.MultiCell(inner, 4, "This receipt was made by a computer and needs no signature. Times are Indian Standard Time.", "", "L", false)
}
