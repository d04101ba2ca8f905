package paper

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
)

// Shelf gives the papers that are kept to the activities that send them to a department.
type Shelf struct{ store *store.Store }

// NewShelf makes a shelf over a store.
func NewShelf(s *store.Store) *Shelf { return &Shelf{store: s} }

// Enclosure opens a paper of a request for the department, kind being the portal's own code of what it is. The file is named after kind, never
// as the citizen's phone called it. That it was read is in the audit log before it is given. It fails with store.ErrNoPaper, also
// for a paper of another request, and with vault.ErrErased.
func (s *Shelf) Enclosure(ctx context.Context, reference, id, kind string) (connectors.Enclosure, error) {
	paper, err := s.store.Paper(ctx, reference, id)
	if err != nil {
		return connectors.Enclosure{}, fmt.Errorf("open paper: %w", err)
	}
	source, err := s.store.PaperSource(ctx, reference)
	if err != nil {
		return connectors.Enclosure{}, fmt.Errorf("open paper: %w", err)
	}
	err = audit.Append(ctx, s.store.Pool(), audit.Entry{
		Actor: actor, Action: audit.DocumentRead, Person: source.Person, Object: id, Reason: "sent to the department for " + reference,
	})
	if err != nil {
		return connectors.Enclosure{}, err
	}
	return connectors.Enclosure{Kind: kind, Filename: filename(kind, paper.MIMEType), MIMEType: paper.MIMEType, Content: paper.Content}, nil
}

// filename keeps to what every portal takes.
func filename(kind, mimeType string) string {
	name := make([]byte, 0, len(kind))
	for _, char := range []byte(kind) {
		switch {
		case char >= 'a' && char <= 'z', char >= 'A' && char <= 'Z', char >= '0' && char <= '9', char == '-', char == '_':
			name = append(name, char)
		}
	}
	const longest = 40
	if len(name) == 0 || len(name) > longest {
		name = []byte("paper")
	}
	return string(name) + map[string]string{upload.JPEG: ".jpg", upload.PNG: ".png", upload.PDF: ".pdf"}[mimeType]
}
