package pdf

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Property is a fact in a document's metadata (XMP) under a namespace of the caller's.
type Property struct {
	Namespace   string // a URI that ends in "/" or "#"
	Prefix      string // a short name for the namespace, the same in all properties of one
	Name        string // an XML name
	Value       string
	Description string // what the property says; archives want it (ISO 19005-2, 6.6.2.3)
}

const (
	xmpHead = "<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n" +
		"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
	xmpTail = "</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
)

func (w *Writer) xmp() string {
	o := w.options
	var out strings.Builder
	out.WriteString(xmpHead)
	out.WriteString(`<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
		` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">` + "\n" +
		"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n")
	out.WriteString("<dc:format>application/pdf</dc:format>\n")
	fmt.Fprintf(&out, "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:title>\n", escape(o.Title))
	fmt.Fprintf(&out, "<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>\n", escape(o.Language))
	if o.Author != "" {
		fmt.Fprintf(&out, "<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>\n", escape(o.Author))
	}
	if o.Producer != "" {
		fmt.Fprintf(&out, "<pdf:Producer>%s</pdf:Producer>\n", escape(o.Producer))
	}
	at := o.Created.Format(time.RFC3339)
	fmt.Fprintf(&out, "<xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate>\n</rdf:Description>\n", at, at)
	for _, group := range byNamespace(o.Properties) {
		out.WriteString(group.values())
	}
	if len(o.Properties) > 0 {
		out.WriteString(extensions(o.Properties))
	}
	return out.String() + xmpTail
}

type properties []Property

func byNamespace(all []Property) []properties {
	var groups []properties
	place := make(map[string]int)
	for _, property := range all {
		at, known := place[property.Namespace]
		if !known {
			at = len(groups)
			place[property.Namespace] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], property)
	}
	return groups
}

func (p properties) values() string {
	var out strings.Builder
	fmt.Fprintf(&out, "<rdf:Description rdf:about=\"\" xmlns:%s=\"%s\">", p[0].Prefix, escape(p[0].Namespace))
	for _, property := range p {
		fmt.Fprintf(&out, "<%s:%s>%s</%s:%s>", property.Prefix, property.Name, escape(property.Value), property.Prefix, property.Name)
	}
	return out.String() + "</rdf:Description>\n"
}

// extensions describes the properties that are not of XMP itself (ISO 19005-2, 6.6.2.3.3).
func extensions(all []Property) string {
	var out strings.Builder
	out.WriteString(`<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"` +
		` xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">` +
		"<pdfaExtension:schemas><rdf:Bag>\n")
	for _, group := range byNamespace(all) {
		fmt.Fprintf(&out, "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>%s</pdfaSchema:schema><pdfaSchema:namespaceURI>%s</pdfaSchema:namespaceURI>"+
			"<pdfaSchema:prefix>%s</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>", group[0].Prefix, escape(group[0].Namespace), group[0].Prefix)
		for _, property := range group {
			fmt.Fprintf(&out, "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>%s</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"+
				"<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>%s</pdfaProperty:description></rdf:li>",
				property.Name, escape(property.Description))
		}
		out.WriteString("</rdf:Seq></pdfaSchema:property></rdf:li>\n")
	}
	return out.String() + "</rdf:Bag></pdfaExtension:schemas></rdf:Description>\n"
}

func escape(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // to memory: cannot fail
	return out.String()
}
