// Package issue gives out papers that prove themselves: each once, with a number and a seal, recorded in the public log before anybody
// has it, and signed with the proof of that in it.
//
// The order is what makes a crash harmless. First everything is made in memory. Then one transaction records the document together
// with its entry of the log: before it nothing happened, after it the document exists. Then the entry gets its place, the file its
// proof and signature, and the first file that is stored is the one that counts. Whoever asks again goes on where it stopped, and gets
// the same bytes.
package issue

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/sign"
	"github.com/jansetu/jansetu/store"
)

// What a caller decides on.
var (
	// ErrDiffers says that the document was issued before with other content: it is corrected, never changed.
	ErrDiffers = errors.New("this document was issued with other content")
	// ErrForgotten says that the document was issued, and forgotten as its person or the law wanted.
	ErrForgotten = errors.New("this document was issued and is no longer kept")
	// ErrEnded says that the document was revoked: it cannot be corrected.
	ErrEnded = errors.New("this document was revoked")
	// ErrReplaced says that the version to be corrected was replaced by another correction.
	ErrReplaced = errors.New("this document was replaced by another correction")
	// ErrLogDamaged says that the log in the database is not what was signed. Nothing is issued until that is cleared up.
	ErrLogDamaged = errors.New("the public log in the database is not what was signed")
)

const mimePDF = "application/pdf"

// CheckPath is the page that checks a paper by its number, below the gateway's address.
const CheckPath = "/verify"

// Config is what an issuer needs.
type Config struct {
	Store *store.Store
	// Name is the deployment's name in seals and key list, such as "IN-AP".
	Name string
	// Address is scheme and host of the page that a QR picture opens.
	Address string
	SealKey crypto.Signer // ECDSA on P-256
	Signer  *sign.Signer
	Log     note.Signer // of the public log; its name is the log's origin
	LogKey  note.Verifier
	Slog    *slog.Logger
	Now     func() time.Time // nil: time.Now
}

// Issuer issues documents. It is safe for concurrent use, also by several processes on one database.
type Issuer struct {
	config Config
	grower *grower
}

// New checks the configuration and makes an issuer.
func New(config Config) (*Issuer, error) {
	complete := config.Store != nil && config.Name != "" && config.Address != "" && config.SealKey != nil && config.Signer != nil &&
		config.Log != nil && config.LogKey != nil && config.Slog != nil
	if !complete {
		return nil, errors.New("issue: store, name, address, keys and log must be set")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	i := &Issuer{config: config}
	i.grower = &grower{grow: i.growOnce}
	return i, nil
}

// Order is a document to be issued.
type Order struct {
	Request  string // the request it is issued for
	Kind     string // receipt, certificate …; a request has one of each
	Filename string
	Expires  time.Time    // zero: never
	Fields   []seal.Field // what the seal says, to be compared with the paper
	// Spare names the fields that are left out of the seal, one after the other, when the code on the paper has no room for all. Of fields of
	// the same name the last goes first.
	Spare []string
	// Source is what the pages are laid out from, kept encrypted for a correction; nil: it cannot be corrected.
	Source []byte
	// Replaces is the version that a correction replaces: when a later one than its next exists, Correct fails. 0: the newest.
	Replaces int
	// Render lays out the pages. The PDF must have classic cross-reference tables and no form.
	Render func(ctx context.Context, stamp Stamp) ([]byte, error)
}

// Stamp is what the pages show beside their own content.
type Stamp struct {
	Number  string
	Version int
	Issued  time.Time
	Address string // that the QR picture opens, with the whole seal in it
	Check   string // where who has no camera types the number
	Picture *seal.Picture
}

// Issued is an issued document.
type Issued struct {
	File     string // the id of the file in the store
	Filename string
	Number   string
	Version  int
	State    store.IssueState
}

// Issue issues a document, or gives what was issued. It fails with ErrDiffers and ErrForgotten, and with seal.ErrTooLarge when what is not
// spare does not fit into the code.
func (i *Issuer) Issue(ctx context.Context, order Order) (Issued, error) {
	order, err := i.fitted(order)
	if err != nil {
		return Issued{}, err
	}
	known, err := i.config.Store.LatestIssued(ctx, order.Request, order.Kind)
	if errors.Is(err, store.ErrNotIssued) {
		made, err := i.record(ctx, order, nil, nil)
		if errors.Is(err, store.ErrIssued) {
			return i.again(ctx, order) // somebody issued it meanwhile
		}
		if err != nil {
			return Issued{}, err
		}
		return i.finish(ctx, made)
	}
	if err != nil {
		return Issued{}, fmt.Errorf("look for the document: %w", err)
	}
	return i.resume(ctx, order, known)
}

func (i *Issuer) again(ctx context.Context, order Order) (Issued, error) {
	known, err := i.config.Store.LatestIssued(ctx, order.Request, order.Kind)
	if err != nil {
		return Issued{}, fmt.Errorf("look for the document: %w", err)
	}
	return i.resume(ctx, order, known)
}

// Correct issues the next version of a document; the one before is replaced. Asked again with the same content it gives the same
// version. It fails with store.ErrNotIssued, ErrEnded, ErrReplaced and ErrForgotten.
func (i *Issuer) Correct(ctx context.Context, order Order, reason string) (Issued, error) {
	order, err := i.fitted(order)
	if err != nil {
		return Issued{}, err
	}
	known, err := i.config.Store.LatestIssued(ctx, order.Request, order.Kind)
	if err != nil {
		return Issued{}, fmt.Errorf("look for the document: %w", err)
	}
	switch same, err := says(known, order); {
	case err != nil:
		return Issued{}, err
	case same:
		return i.finish(ctx, known)
	case order.Replaces != 0 && known.Version != order.Replaces:
		return Issued{}, ErrReplaced
	case known.State == store.IssueRevoked:
		return Issued{}, ErrEnded
	}
	ending, err := i.ending(known, publiclog.Replaced, store.IssueReplaced, reason)
	if err != nil {
		return Issued{}, err
	}
	made, err := i.record(ctx, order, &known, &ending)
	if errors.Is(err, store.ErrIssued) {
		return i.again(ctx, order) // another correction was first: it gives the same, or ErrDiffers
	}
	if err != nil {
		return Issued{}, err
	}
	issued, err := i.finish(ctx, made)
	if err != nil {
		return Issued{}, err
	}
	return issued, i.RefreshRevocations(ctx)
}

// Revoke says that a document is not to be relied on. Revoking again, or what was replaced, changes nothing.
func (i *Issuer) Revoke(ctx context.Context, request, kind, reason string) error {
	known, err := i.config.Store.LatestIssued(ctx, request, kind)
	if err != nil {
		return fmt.Errorf("look for the document: %w", err)
	}
	ending, err := i.ending(known, publiclog.Revoked, store.IssueRevoked, reason)
	if err != nil {
		return err
	}
	if _, err := i.config.Store.EndIssued(ctx, ending); err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	if err := i.grower.wait(ctx); err != nil {
		return err
	}
	return i.RefreshRevocations(ctx)
}

func (i *Issuer) ending(known store.IssuedDocument, kind publiclog.Kind, state store.IssueState, reason string) (store.Ending, error) {
	leaf, err := endingLeaf(known, kind)
	return store.Ending{ID: known.ID, State: state, Reason: reason, Leaf: leaf}, err
}

// RevocationLeaf is the entry of the log that says that a document no longer counts, without its moment. It needs no key: whoever records
// it together with the revocation leaves its place to [Issuer.Maintain]. It fails with ErrForgotten.
func RevocationLeaf(known store.IssuedDocument) ([]byte, error) {
	return endingLeaf(known, publiclog.Revoked)
}

func endingLeaf(known store.IssuedDocument, kind publiclog.Kind) ([]byte, error) {
	if len(known.Salt) != len(publiclog.Salt{}) {
		return nil, ErrForgotten
	}
	leaf := publiclog.Leaf{Kind: kind, Document: publiclog.Salt(known.Salt).Document(known.Number, known.Version)}
	draft, err := leaf.Marshal()
	if err != nil {
		return nil, fmt.Errorf("write the log's entry: %w", err)
	}
	return draft, nil
}

// says tells whether an issued document says what an order wants.
func says(known store.IssuedDocument, order Order) (bool, error) {
	if known.Seal == nil {
		return false, ErrForgotten
	}
	sealed, err := seal.Read(known.Seal)
	if err != nil {
		return false, fmt.Errorf("read what was issued: %w", err)
	}
	return slices.Equal(sealed.Claims.Fields, order.Fields) && sealed.Claims.Expires.Unix() == order.Expires.Unix(), nil
}

func (i *Issuer) resume(ctx context.Context, order Order, known store.IssuedDocument) (Issued, error) {
	same, err := says(known, order)
	if err != nil {
		return Issued{}, err
	}
	if !same {
		return Issued{}, fmt.Errorf("%w: %s of %s", ErrDiffers, order.Kind, order.Request)
	}
	return i.finish(ctx, known)
}

// record makes seal and pages, and records the document with its entry of the log.
func (i *Issuer) record(ctx context.Context, order Order, before *store.IssuedDocument, ending *store.Ending) (store.IssuedDocument, error) {
	claims := seal.Claims{
		Issuer: i.config.Name, Number: newNumber(), Version: 1, Kind: order.Kind, Issued: i.config.Now().UTC().Truncate(time.Second),
		Expires: order.Expires, Fields: order.Fields,
	}
	if before != nil {
		claims.Number, claims.Version = before.Number, before.Version+1
	}
	sealed, pages, err := i.lay(ctx, order, claims)
	if err != nil {
		return store.IssuedDocument{}, err
	}
	salt := publiclog.NewSalt()
	fingerprint := claims.Document().Fingerprint()
	d := store.IssuedDocument{
		ID: uuid.NewString(), Request: order.Request, Kind: order.Kind, Version: claims.Version, Filename: order.Filename,
		Slot: i.config.Store.IssueSlot(order.Request, order.Kind, claims.Version), Fingerprint: fingerprint[:],
		Number: claims.Number, Salt: salt[:], Seal: sealed.Raw, Pages: pages, Source: order.Source, IssuedAt: claims.Issued, State: store.IssueValid,
	}
	leaf := publiclog.Leaf{
		Kind: publiclog.Issued, Document: salt.Document(claims.Number, claims.Version), Slot: publiclog.Hash(d.Slot),
		Content: salt.Content(publiclog.Hash(sealed.Digest()), sha256.Sum256(pages)),
	}
	draft, err := leaf.Marshal()
	if err != nil {
		return store.IssuedDocument{}, fmt.Errorf("write the log's entry: %w", err)
	}
	if d.Entry, err = i.config.Store.AddIssued(ctx, d, draft, ending); err != nil {
		return store.IssuedDocument{}, fmt.Errorf("record the document: %w", err)
	}
	return d, nil
}

func (i *Issuer) lay(ctx context.Context, order Order, claims seal.Claims) (seal.Seal, []byte, error) {
	sealed, err := seal.New(i.config.SealKey, claims)
	if err != nil {
		return seal.Seal{}, nil, fmt.Errorf("seal %s: %w", order.Kind, err)
	}
	address := sealed.Text(i.config.Address)
	picture, err := seal.Draw(address)
	if err != nil {
		return seal.Seal{}, nil, fmt.Errorf("seal %s: %w", order.Kind, err)
	}
	pages, err := order.Render(ctx, Stamp{
		Number: claims.Number, Version: claims.Version, Issued: claims.Issued, Address: address, Check: i.config.Address + CheckPath, Picture: picture,
	})
	if err != nil {
		return seal.Seal{}, nil, fmt.Errorf("lay out %s: %w", order.Kind, err)
	}
	return sealed, pages, nil
}

// finish gives a recorded document its place, proof and signature, if it has them not yet.
func (i *Issuer) finish(ctx context.Context, d store.IssuedDocument) (Issued, error) {
	issued := Issued{File: d.Document, Filename: d.Filename, Number: d.Number, Version: d.Version, State: d.State}
	if d.Document != "" {
		return issued, nil
	}
	if d.Pages == nil {
		return Issued{}, ErrForgotten
	}
	proof, err := i.prove(ctx, d)
	if err != nil {
		return Issued{}, err
	}
	file, err := i.config.Signer.Sign(ctx, d.Pages, proof, i.config.Now())
	if err != nil {
		return Issued{}, fmt.Errorf("sign %s: %w", d.Kind, err)
	}
	issued.File, err = i.config.Store.FinishIssued(ctx, d.ID, store.Document{
		Request: d.Request, Kind: d.Kind, Filename: d.Filename, MIMEType: mimePDF, Content: file,
	})
	if err != nil {
		return Issued{}, fmt.Errorf("store %s: %w", d.Kind, err)
	}
	return issued, nil
}

// numberAlphabet has no letter or digit that is mistaken for another when read out or typed.
const numberAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// newNumber makes a number such as "7K3M-Q2PX-9RTV-3WZD": 78 random bits, because who knows the number may ask about the paper.
func newNumber() string {
	number := make([]byte, 0, 19)
	var random [1]byte
	for len(number) < cap(number) {
		if len(number)%5 == 4 {
			number = append(number, '-')
			continue
		}
		_, _ = rand.Read(random[:]) // never fails, and never short (crypto/rand)
		// 240 is the greatest multiple of 30: every letter is as likely.
		if random[0] < 240 {
			number = append(number, numberAlphabet[int(random[0])%len(numberAlphabet)])
		}
	}
	return string(number)
}
