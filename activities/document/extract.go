package document

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/documents/shape"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Extracts lay out what a portal showed of its records, in the portal's own words and order. Such a paper says that it is no certified
// copy; it is neither sealed nor signed.
type Extracts struct{ activities *Activities }

// NewExtracts makes the layout; without a library, templates and fonts are those in the binary.
func NewExtracts(c *catalog.Catalog, library *documents.Library) *Extracts {
	return &Extracts{New(nil, c, nil, library)}
}

// LayOut makes the paper of one record, shown at that moment. A record in letters that no font has comes as a text file, which
// every phone shows in its own.
func (e *Extracts) LayOut(to workflows.Recipient, service string, record connectors.Record, shownAt time.Time) (store.Document, error) {
	library, err := e.activities.library()
	if err != nil {
		return store.Document{}, err
	}
	data := e.data(library, to, service, record, shownAt)
	content, err := library.Render(documents.Extract, data)
	if _, unwritable := errors.AsType[*shape.UnwritableError](err); unwritable {
		return store.Document{Filename: "Record-" + to.Reference + ".txt", MIMEType: "text/plain", Content: e.plain(record, data, shownAt)}, nil
	}
	if err != nil {
		return store.Document{}, err
	}
	return store.Document{Filename: "Record-" + to.Reference + ".pdf", MIMEType: mimePDF, Content: content}, nil
}

func (e *Extracts) data(library *documents.Library, to workflows.Recipient, service string, record connectors.Record, shownAt time.Time) documents.Data {
	state := e.activities.catalog.State()
	heads, rows := linesOf(record)
	return documents.Data{
		Service: service, Language: written(library, to.Language), Also: english, Author: "Jansetu – " + state.Title.In(english), At: shownAt,
		Values: map[string]documents.Value{
			"portal": e.portal(service), "record": documents.Plain(record.Title), "shown": documents.Moment(shownAt),
			"reference": documents.Plain(to.Reference), "helpline": documents.Plain(state.Helpline),
		},
		Lists: map[string][]documents.Record{"heads": heads, "rows": rows},
	}
}

// portal names the department of a service.
func (e *Extracts) portal(service string) documents.Value {
	if known, ok := e.activities.catalog.Service(service); ok {
		return e.activities.biller(known.Portal.Name)
	}
	return documents.Plain(service)
}

// linesOf parts a record into what stands once and the rows of its table, each under its number.
func linesOf(record connectors.Record) (heads, rows []documents.Record) {
	group := 0
	for _, field := range record.Fields {
		line := documents.Record{documents.Plain(field.Label), documents.Plain(field.Value)}
		if field.Group == 0 {
			heads = append(heads, line)
			continue
		}
		if field.Group != group {
			group = field.Group
			rows = append(rows, documents.Record{documents.Plain(strconv.Itoa(group))})
		}
		rows = append(rows, line)
	}
	return heads, rows
}

// plain is the record as text, in English around the portal's own words. The mark at its beginning keeps phones from guessing another encoding.
func (e *Extracts) plain(record connectors.Record, data documents.Data, shownAt time.Time) []byte {
	var text strings.Builder
	line := func(words ...string) { text.WriteString(strings.Join(words, "") + "\n") }
	text.WriteString("\ufeff")
	line(record.Title)
	portal := data.Service
	if named, ok := data.Values["portal"].(documents.Words); ok {
		portal = named[english]
	}
	line("As shown by ", portal, " on ", shownAt.In(connectors.IndianTime).Format("2 January 2006, 15:04"), ". Not a certified copy.")
	group := 0
	for _, field := range record.Fields {
		if field.Group != group {
			group = field.Group
			line("\n", strconv.Itoa(group))
		}
		line(field.Label, ": ", field.Value)
	}
	return []byte(text.String())
}
