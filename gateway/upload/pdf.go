package upload

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A PDF is read as text and streams, without following its cross-reference table: what a forgiving reader might find in a damaged or a
// crafted file is looked at too. Streams of objects are unpacked within a limit. What cannot be looked at is refused.

// activeNames are the names by which a PDF acts, fetches, or carries other files (ISO 32000-2, 12.6, 12.7, 7.11.4, 13).
var activeNames = map[string]bool{
	"JavaScript": true, "JS": true, "Launch": true, "EmbeddedFile": true, "EmbeddedFiles": true, "AA": true, "RichMedia": true,
	"RichMediaExecute": true, "XFA": true, "SubmitForm": true, "ImportData": true, "GoToE": true, "GoToR": true, "Movie": true,
	"Sound": true, "Rendition": true, "Screen": true, "Collection": true, "3D": true, "U3D": true, "PRC": true,
}

var (
	pageObject   = regexp.MustCompile(`/Type\s*/Page\W`)
	objectHeader = regexp.MustCompile(`\d+\s+\d+\s+obj\b`)
	reference    = regexp.MustCompile(`^\s*(\d+)\s+(\d+)\s+R`)
	countOf      = regexp.MustCompile(`/N\s+(\d{1,6})\b`)
	firstOf      = regexp.MustCompile(`/First\s+(\d{1,8})\b`)
	goTo         = regexp.MustCompile(`^\s*<<[^>]*?/S\s*/GoTo\b`)
)

// portable is one PDF while it is looked at.
type portable struct {
	limit    int // bytes that may still be unpacked
	pages    int
	mostPage int
	opens    [][]byte          // what stands after each /OpenAction
	objects  map[string][]byte // of the document, by number, as far as they are needed
	texts    [][]byte
}

// inspectPDF counts the pages.
func (i *Inspector) inspectPDF(content []byte) (pages int, err error) {
	if !bytes.Contains(content[max(0, len(content)-2048):], []byte("%%EOF")) {
		return 0, refuse(Damaged)
	}
	p := &portable{limit: i.limits.Inflated, mostPage: i.limits.Pages, objects: map[string][]byte{}}
	if err := p.walk(content); err != nil {
		return 0, err
	}
	if p.pages > p.mostPage {
		return 0, refuse(TooManyPages)
	}
	if p.pages == 0 {
		return 0, refuse(Damaged)
	}
	return p.pages, p.checkOpening()
}

// walk takes the text between streams, and the streams.
func (p *portable) walk(content []byte) error {
	for len(content) > 0 {
		dictionary, body, rest, found := nextStream(content)
		if err := p.text(dictionary); err != nil {
			return err
		}
		if !found {
			return nil
		}
		if err := p.stream(lastObject(dictionary), body); err != nil {
			return err
		}
		content = rest
	}
	return nil
}

// nextStream cuts the content before, in and after the next stream: the keyword after a dictionary, and the end of a line.
func nextStream(content []byte) (before, body, rest []byte, found bool) {
	keyword, end := []byte("stream"), []byte("endstream")
	for at := 0; ; {
		next := bytes.Index(content[at:], keyword)
		if next < 0 {
			return content, nil, nil, false
		}
		at += next + len(keyword)
		ahead := bytes.TrimRight(content[:at-len(keyword)], " \t\r\n\f\x00")
		if !bytes.HasSuffix(ahead, []byte(">>")) || at >= len(content) || content[at] != '\r' && content[at] != '\n' {
			continue
		}
		body = content[at:]
		length := bytes.Index(body, end)
		if length < 0 {
			return content[:at], body, nil, true
		}
		return content[:at], body[:length], body[length+len(end):], true
	}
}

// lastObject is the dictionary that belongs to a stream: what stands after the last object header.
func lastObject(text []byte) []byte {
	if at := bytes.LastIndex(text, []byte("obj")); at >= 0 {
		return text[at:]
	}
	return text
}

// text looks for what acts, and notes pages, objects and what happens when the document is opened.
func (p *portable) text(text []byte) error {
	for name, after := range names(text) {
		switch {
		case name == "Encrypt":
			return refuse(Locked)
		case activeNames[name]:
			return refuse(Active)
		case name == "OpenAction":
			p.opens = append(p.opens, after)
		}
	}
	p.pages += len(pageObject.FindAllIndex(text, p.mostPage+1))
	p.texts = append(p.texts, text)
	return nil
}

// stream unpacks a stream of objects. Anything else is data, unless objects that act hide in it.
func (p *portable) stream(dictionary, body []byte) error {
	var filters []string
	var objects, filtered bool
	for name := range names(dictionary) {
		objects = objects || name == "ObjStm" || name == "First"
		filtered = filtered || name == "Filter"
		if strings.HasSuffix(name, "Decode") || slices.Contains([]string{"Fl", "LZW", "A85", "AHx", "RL", "Crypt"}, name) {
			filters = append(filters, name)
		}
	}
	if !objects {
		return hidden(body)
	}
	unpacked := body
	switch {
	case len(filters) == 0 && !filtered:
	case len(filters) == 1 && (filters[0] == "FlateDecode" || filters[0] == "Fl") && !bytes.Contains(dictionary, []byte("/Predictor")):
		var err error
		if unpacked, err = p.inflate(body); err != nil {
			return err
		}
	default:
		return refuse(Active) // it cannot be looked at
	}
	p.index(dictionary, unpacked)
	return p.text(unpacked)
}

// hidden refuses data that a reader which repairs files might take for objects that act.
func hidden(body []byte) error {
	if !objectHeader.Match(body) {
		return nil
	}
	for name := range names(body) {
		if activeNames[name] || name == "Encrypt" {
			return refuse(Active)
		}
	}
	return nil
}

func (p *portable) inflate(body []byte) ([]byte, error) {
	reader, err := zlib.NewReader(bytes.NewReader(bytes.TrimLeft(body, "\r\n")))
	if err != nil {
		return nil, refuse(Damaged)
	}
	unpacked, err := io.ReadAll(io.LimitReader(reader, int64(p.limit)+1))
	if len(unpacked) > p.limit {
		return nil, refuse(TooLarge)
	}
	if err != nil {
		return nil, refuse(Damaged)
	}
	p.limit -= len(unpacked)
	return unpacked, nil
}

// index notes the objects of a stream by their numbers (ISO 32000-2, 7.5.7).
func (p *portable) index(dictionary, unpacked []byte) {
	count, first := number(countOf, dictionary), number(firstOf, dictionary)
	if first > len(unpacked) {
		return
	}
	header := bytes.Fields(unpacked[:first])
	for i := 0; i+1 < len(header) && i < 2*count; i += 2 {
		offset, err := strconv.Atoi(string(header[i+1]))
		if err == nil && offset >= 0 && first+offset < len(unpacked) {
			p.objects[string(header[i])] = unpacked[first+offset:]
		}
	}
}

func number(pattern *regexp.Regexp, text []byte) int {
	found := pattern.FindSubmatch(text)
	if found == nil {
		return 0
	}
	value, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return 0
	}
	return value
}

// checkOpening allows a document to open at one of its pages, and nothing else.
func (p *portable) checkOpening() error {
	for _, action := range p.opens {
		if found := reference.FindSubmatch(action); found != nil {
			action = p.object(string(found[1]), string(found[2]))
		}
		if !bytes.HasPrefix(bytes.TrimLeft(action, " \t\r\n\f\x00"), []byte("[")) && !goTo.Match(action) {
			return refuse(Active)
		}
	}
	return nil
}

// object finds an object by number; nil: it is not there.
func (p *portable) object(id, generation string) []byte {
	if object, known := p.objects[id]; known && generation == "0" {
		return object
	}
	header := regexp.MustCompile(`(?:^|[\s>])` + id + `\s+` + generation + `\s+obj\b`)
	for _, text := range p.texts {
		if at := header.FindIndex(text); at != nil {
			return text[at[1]:]
		}
	}
	return nil
}
