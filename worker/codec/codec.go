// Package codec encrypts what goes to Temporal: every payload and the text of every failure, under the key of the person for whom
// the workflow runs, so that the histories of an erased person become unreadable. Whose key it was is written in each payload,
// and old keys go on decoding.
//
// It knows keys only through the interface Keys, and nothing of what workflows carry.
package codec

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/jansetu/jansetu/store/vault"
)

// Encoding is what the metadata of an encrypted payload says: Temporal's own samples and tools know it.
const Encoding = "binary/encrypted"

// keyDeadline of asking once for a person or a key that is not in memory.
const keyDeadline = 4 * time.Second

// Keys tells whose key a workflow's payloads are under, and gives keys. *store.Store does.
type Keys interface {
	// PersonOfWorkflow tells for whom a workflow runs.
	PersonOfWorkflow(ctx context.Context, workflowID string) (person string, err error)
	// KeyAtHand gives a key if nobody has to be asked for it.
	KeyAtHand(person string) (key *vault.Key, atHand bool)
	// Key gives a key; it fails with vault.ErrErased.
	Key(ctx context.Context, person string) (*vault.Key, error)
}

// Codec encrypts and decrypts payloads. It is safe for concurrent use.
type Codec struct {
	keys     Keys
	hub      string
	people   *people
	workflow string // of the payloads to come; empty: none
	retried  bool   // an error fails the whole workflow: panic instead, and Temporal tries the task again
}

var _ converter.PayloadCodecWithSerializationContext = (*Codec)(nil)

// New makes a codec. hub is the person under whose key lies what belongs to nobody.
func New(keys Keys, hub string) *Codec { return &Codec{keys: keys, hub: hub, people: newPeople()} }

// WithSerializationContext implements converter.PayloadCodecWithSerializationContext: the SDK says for which workflow it encodes.
func (c *Codec) WithSerializationContext(sc converter.SerializationContext) converter.PayloadCodec {
	bound := *c
	switch sc := sc.(type) {
	case converter.WorkflowSerializationContext:
		bound.workflow = sc.WorkflowID
	case converter.ActivitySerializationContext:
		bound.workflow = sc.WorkflowID
	}
	return &bound
}

// Encode implements converter.PayloadCodec.
func (c *Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	key, err := c.ownKey()
	if err != nil {
		return nil, c.failed(fmt.Errorf("encrypt payloads: %w", err))
	}
	encrypted := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		if encrypted[i], err = enclose(key, payload, c.workflow); err != nil {
			return nil, err
		}
	}
	return encrypted, nil
}

// ownKey is the key of the payloads to come.
func (c *Codec) ownKey() (*vault.Key, error) {
	person, err := c.person()
	if err != nil {
		return nil, err
	}
	return c.key(context.Background(), person)
}

func (c *Codec) person() (string, error) {
	if c.workflow == "" {
		return c.hub, nil
	}
	if person, known := c.people.of(c.workflow); known {
		return person, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), keyDeadline)
	defer cancel()
	person, err := c.keys.PersonOfWorkflow(ctx, c.workflow)
	if err == nil && person != c.hub { // nobody's yet may become somebody's
		c.people.note(c.workflow, person)
	}
	return person, err
}

func (c *Codec) key(ctx context.Context, person string) (*vault.Key, error) {
	if key, atHand := c.keys.KeyAtHand(person); atHand {
		return key, nil
	}
	ctx, cancel := context.WithTimeout(ctx, keyDeadline)
	defer cancel()
	return c.keys.Key(ctx, person)
}

// failed turns a failure that may pass into a panic where an error would end the workflow.
func (c *Codec) failed(err error) error {
	if c.retried && !errors.Is(err, vault.ErrErased) && !errors.Is(err, vault.ErrUnreadable) {
		panic(err)
	}
	return err
}

// Decode implements converter.PayloadCodec. A payload that is not encrypted stays as it is.
func (c *Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	decrypted := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		plain, err := c.Decrypt(context.Background(), payload)
		if err != nil {
			return nil, c.failed(err)
		}
		decrypted[i] = plain
	}
	return decrypted, nil
}

// Decrypt reads one payload; one that is not encrypted stays as it is. It fails with vault.ErrErased and vault.ErrUnreadable.
func (c *Codec) Decrypt(ctx context.Context, payload *commonpb.Payload) (*commonpb.Payload, error) {
	if !Encrypted(payload) {
		return payload, nil
	}
	plain, err := c.open(ctx, payload)
	if err != nil {
		return nil, fmt.Errorf("decrypt payload: %w", err)
	}
	return plain, nil
}

func (c *Codec) open(ctx context.Context, payload *commonpb.Payload) (*commonpb.Payload, error) {
	e, err := envelopeOf(payload)
	if err != nil {
		return nil, err
	}
	person, err := vault.KeyOf(e.sealed)
	if err != nil {
		return nil, err
	}
	key, err := c.key(ctx, person)
	if err != nil {
		return nil, err
	}
	plain, err := key.Open(e.sealed, e.place())
	if err != nil {
		return nil, err
	}
	return e.unpack(plain)
}

// Encrypted tells whether a payload was encrypted by a Codec.
func Encrypted(payload *commonpb.Payload) bool {
	return string(payload.GetMetadata()[converter.MetadataEncoding]) == Encoding
}

// Whose tells under whose key an encrypted payload is, and of which workflow it says that it is: only who decrypts it knows that this is true.
// It fails with vault.ErrUnreadable.
func Whose(payload *commonpb.Payload) (person, workflow string, err error) {
	e, err := envelopeOf(payload)
	if err != nil {
		return "", "", err
	}
	person, err = vault.KeyOf(e.sealed)
	return person, e.workflow, err
}

// people remembers for whom workflows run. It forgets everything when it is full: asking again is cheap.
type people struct {
	mu   sync.Mutex
	byID map[string]string
}

const mostPeople = 20_000

func newPeople() *people { return &people{byID: map[string]string{}} }

func (p *people) of(workflow string) (person string, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	person, known = p.byID[workflow]
	return person, known
}

func (p *people) note(workflow, person string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.byID) >= mostPeople {
		clear(p.byID)
	}
	p.byID[workflow] = person
}
