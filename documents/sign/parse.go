package sign

import (
	"bytes"
	"fmt"
	"strconv"
)

// Limits of what is read, for files that anybody may have made.
const (
	mostFile     = 32 << 20
	mostObjects  = 1 << 20
	mostSections = 64
)

// document is a PDF whose cross-reference tables were read.
type document struct {
	file    []byte
	places  map[int]int // of objects
	trailer dictionary  // the newest
	xref    int         // where the newest table stands
}

// parse reads the tables of a PDF. It fails with ErrPDF.
func parse(file []byte) (*document, error) {
	if len(file) > mostFile || !bytes.HasPrefix(file, []byte("%PDF-")) {
		return nil, fmt.Errorf("%w: it does not begin as one, or is too large", ErrPDF)
	}
	tail := max(0, len(file)-1024)
	mark := bytes.LastIndex(file[tail:], []byte("startxref"))
	if mark < 0 {
		return nil, fmt.Errorf("%w: it does not end as one", ErrPDF)
	}
	scan := scanner{file: file, at: tail + mark + len("startxref")}
	at, err := scan.number()
	if err != nil {
		return nil, err
	}
	d := &document{file: file, places: map[int]int{}, xref: at}
	if err := d.readTables(at); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *document) readTables(at int) error {
	for range mostSections {
		if at <= 0 || at >= len(d.file) {
			return fmt.Errorf("%w: a table outside of the file", ErrPDF)
		}
		scan := scanner{file: d.file, at: at}
		trailer, err := d.readTable(&scan)
		if err != nil {
			return err
		}
		if d.trailer == nil {
			d.trailer = trailer
		}
		previous := trailer.get("Prev")
		if previous == nil {
			return nil
		}
		earlier, err := strconv.Atoi(string(previous))
		if err != nil || earlier >= at {
			return fmt.Errorf("%w: tables in a circle", ErrPDF)
		}
		at = earlier
	}
	return fmt.Errorf("%w: more than %d updates", ErrPDF, mostSections)
}

// readTable reads one table and its trailer; what a newer table said stays.
func (d *document) readTable(scan *scanner) (dictionary, error) {
	if scan.word() != "xref" {
		return nil, scan.fail("no cross-reference table (streams are not supported)")
	}
	for {
		scan.space()
		if scan.has("trailer") {
			scan.at += len("trailer")
			return scan.dictionary(0)
		}
		first, err := scan.number()
		if err != nil {
			return nil, err
		}
		count, err := scan.number()
		if err != nil || count > mostObjects {
			return nil, scan.fail("no count of objects")
		}
		for number := first; number < first+count; number++ {
			if err := d.readPlace(scan, number); err != nil {
				return nil, err
			}
		}
	}
}

// readPlace reads one line of a table: place, generation, and whether the object is in use.
func (d *document) readPlace(scan *scanner, number int) error {
	place, err := scan.number()
	if err != nil {
		return err
	}
	if _, err := scan.number(); err != nil {
		return err
	}
	if _, known := d.places[number]; scan.word() == "n" && !known {
		d.places[number] = place
	}
	return nil
}

// reference reads "12 0 R".
func reference(value []byte) (number int, ok bool) {
	scan := scanner{file: value}
	number, err := scan.number()
	if err != nil {
		return 0, false
	}
	generation, err := scan.number()
	return number, err == nil && generation == 0 && scan.word() == "R"
}

// open places a scanner at the content of an object.
func (d *document) open(number int) (*scanner, error) {
	place := d.places[number]
	if place <= 0 || place >= len(d.file) {
		return nil, fmt.Errorf("%w: no object %d", ErrPDF, number)
	}
	scan := &scanner{file: d.file, at: place}
	found, err := scan.number()
	if err != nil {
		return nil, err
	}
	if _, err := scan.number(); err != nil {
		return nil, err
	}
	if found != number || scan.word() != "obj" {
		return nil, fmt.Errorf("%w: object %d is not where the table says", ErrPDF, number)
	}
	return scan, nil
}

// dictionary reads the dictionary that a value is or refers to.
func (d *document) dictionary(value []byte) (dictionary, int, error) {
	number, indirect := reference(value)
	if !indirect {
		scan := scanner{file: value}
		found, err := scan.dictionary(0)
		return found, 0, err
	}
	scan, err := d.open(number)
	if err != nil {
		return nil, 0, err
	}
	found, err := scan.dictionary(0)
	return found, number, err
}

// stream reads the content of a stream that is neither compressed nor encrypted.
func (d *document) stream(value []byte) ([]byte, error) {
	number, _ := reference(value)
	scan, err := d.open(number)
	if err != nil {
		return nil, err
	}
	header, err := scan.dictionary(0)
	if err != nil {
		return nil, err
	}
	length, err := strconv.Atoi(string(header.get("Length")))
	scan.space()
	if err != nil || header.get("Filter") != nil || !scan.has("stream\n") {
		return nil, scan.fail("no plain stream")
	}
	scan.at += len("stream\n")
	if length < 0 || length > len(d.file)-scan.at {
		return nil, scan.fail("a stream longer than the file")
	}
	return d.file[scan.at : scan.at+length], nil
}

// elements reads the values of an array that a value is or refers to.
func (d *document) elements(value []byte) ([][]byte, error) {
	scan := &scanner{file: value}
	if number, indirect := reference(value); indirect {
		var err error
		if scan, err = d.open(number); err != nil {
			return nil, err
		}
		scan.space()
	}
	if !scan.has("[") {
		return nil, scan.fail("no array")
	}
	scan.at++
	var all [][]byte
	for {
		scan.space()
		if scan.has("]") {
			return all, nil
		}
		each, err := scan.value(0)
		if err != nil {
			return nil, err
		}
		all = append(all, each)
	}
}

// firstPage finds the first page and its object's number.
func (d *document) firstPage(catalog dictionary) (dictionary, int, error) {
	next := catalog.get("Pages")
	for range deepest {
		node, number, err := d.dictionary(next)
		if err != nil {
			return nil, 0, err
		}
		if string(node.get("Type")) == "/Page" && number != 0 {
			return node, number, nil
		}
		kids, err := d.elements(node.get("Kids"))
		if err != nil || len(kids) == 0 {
			return nil, 0, fmt.Errorf("%w: no pages", ErrPDF)
		}
		next = kids[0]
	}
	return nil, 0, fmt.Errorf("%w: no pages", ErrPDF)
}
