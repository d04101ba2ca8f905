package twin

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// namespace of the operations: the default of Microsoft's tools, which nobody
// changed.
const namespace = "http://tempuri.org/"

const envelopeHead = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" ` +
	`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>`

const envelopeTail = `</soap:Body></soap:Envelope>`

func fault(w http.ResponseWriter, status int, code, words string) {
	writeXML(w, status, fmt.Sprintf(`%s<soap:Fault><faultcode>%s</faultcode><faultstring>%s</faultstring><detail /></soap:Fault>%s`,
		envelopeHead, code, escape(words), envelopeTail))
}

// writeTable answers with a DataSet: a schema, then the rows as a diffgram.
func writeTable(w http.ResponseWriter, operation string, table [][]column) {
	var page strings.Builder
	fmt.Fprintf(&page, `%s<%sResponse xmlns="%s"><%sResult>`, envelopeHead, operation, namespace, operation)
	page.WriteString(`<xs:schema id="NewDataSet" xmlns="" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:msdata="urn:schemas-microsoft-com:xml-msdata">` +
		`<xs:element name="NewDataSet" msdata:IsDataSet="true"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="Table"/>` +
		`</xs:choice></xs:complexType></xs:element></xs:schema>` +
		`<diffgr:diffgram xmlns:msdata="urn:schemas-microsoft-com:xml-msdata" xmlns:diffgr="urn:schemas-microsoft-com:xml-diffgram-v1">`)
	if len(table) > 0 {
		page.WriteString(`<NewDataSet xmlns="">`)
		for i, row := range table {
			writeRow(&page, i, row)
		}
		page.WriteString(`</NewDataSet>`)
	}
	fmt.Fprintf(&page, `</diffgr:diffgram></%sResult></%sResponse>%s`, operation, operation, envelopeTail)
	writeXML(w, http.StatusOK, page.String())
}

func writeRow(page *strings.Builder, i int, row []column) {
	fmt.Fprintf(page, `<Table diffgr:id="Table%d" msdata:rowOrder="%d">`, i+1, i)
	for _, each := range row {
		if each.value != "" {
			fmt.Fprintf(page, `<%s>%s</%s>`, each.name, escape(each.value), each.name)
		}
	}
	page.WriteString(`</Table>`)
}

func escape(text string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // a builder takes everything
	return escaped.String()
}

func writeXML(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}
