package twin

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
)

// lines are what is printed on the paper.
func (r Record) lines(title, issuer string) []string {
	lines := make([]string, 0, 5+len(r.Facts)+len(r.Marks))
	lines = append(lines, issuer, title, "Number: "+r.Number, "Name: "+r.Name, "Date of birth: "+r.Born)
	for _, fact := range r.Facts {
		lines = append(lines, fact[0]+": "+fact[1])
	}
	for _, mark := range r.Marks {
		lines = append(lines, mark[0]+"  "+mark[1])
	}
	return lines
}

// pdf writes one page of plain text (ISO 32000-1, the smallest file that viewers
// take).
func pdf(lines []string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 12 Tf 56 780 Td 18 TL\n")
	escape := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`)
	for _, line := range lines {
		fmt.Fprintf(&text, "(%s) Tj T*\n", escape.Replace(line))
	}
	text.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var file bytes.Buffer
	file.WriteString("%PDF-1.4\n")
	var table strings.Builder
	fmt.Fprintf(&table, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, object := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", file.Len())
		fmt.Fprintf(&file, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	fmt.Fprintf(&file, "%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table.String(), len(objects)+1, file.Len())
	return file.Bytes()
}

// The certificate in the specification's schema. Names and blanks are theirs.
type (
	xmlSubject struct {
		Name  string `xml:"name,attr" json:"name"`
		Marks string `xml:"marksTotal,attr" json:"marksTotal"`
		Grade string `xml:"grade,attr" json:"grade"`
	}
	xmlPerson struct {
		UID    string `xml:"uid,attr" json:"uid"`
		Name   string `xml:"name,attr" json:"name"`
		Born   string `xml:"dob,attr" json:"dob"`
		Gender string `xml:"gender,attr" json:"gender"`
	}
	xmlFact struct {
		XMLName xml.Name `json:"-"`
		Value   string   `xml:"value,attr" json:"value"`
	}
	xmlCertificate struct {
		XMLName   xml.Name     `xml:"Certificate" json:"-"`
		Language  string       `xml:"language,attr" json:"language"`
		Name      string       `xml:"name,attr" json:"name"`
		Type      string       `xml:"type,attr" json:"type"`
		Number    string       `xml:"number,attr" json:"number"`
		Expires   string       `xml:"expiryDate,attr" json:"expiryDate"`
		Status    string       `xml:"status,attr" json:"status"`
		Issued    xmlIssued    `xml:"IssuedBy" json:"IssuedBy"`
		Person    xmlPerson    `xml:"IssuedTo>Person" json:"IssuedTo"`
		Subjects  []xmlSubject `xml:"CertificateData>Performance>Subjects>Subject" json:"Subjects,omitempty"`
		FactsList []xmlFact    `xml:"CertificateData>Facts>Fact" json:"-"`
		// Facts is the same in JSON, whose members need no order.
		Facts map[string]string `xml:"-" json:"CertificateData,omitempty"`
	}
	xmlIssued struct {
		Organization struct {
			Name string `xml:"name,attr" json:"name"`
			Code string `xml:"code,attr" json:"code"`
		} `xml:"Organization" json:"Organization"`
	}
)

func (r Record) certificate(kind, title, issuer string) xmlCertificate {
	made := xmlCertificate{
		Language: "99", Name: title, Type: strings.ToUpper(kind), Number: r.Number, Status: "A",
		Person: xmlPerson{Name: r.Name, Born: r.Born},
	}
	made.Issued.Organization.Name, made.Facts = issuer, map[string]string{}
	for _, mark := range r.Marks {
		made.Subjects = append(made.Subjects, xmlSubject{Name: mark[0], Marks: mark[1]})
	}
	for _, fact := range r.Facts {
		made.Facts[fact[0]] = fact[1]
		made.FactsList = append(made.FactsList, xmlFact{XMLName: xml.Name{Local: fact[0]}, Value: fact[1]})
	}
	return made
}

func (c xmlCertificate) xml() []byte {
	text, err := xml.MarshalIndent(c, "", " ")
	if err != nil {
		return nil
	}
	return append([]byte(xml.Header), text...)
}

func (c xmlCertificate) json() []byte {
	text, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		return nil
	}
	return text
}
