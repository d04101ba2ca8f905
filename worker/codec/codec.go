// Package codec encrypts what goes to Temporal: every payload and the text of every failure, under the key of the person for whom
// the workflow runs, so that the histories of an erased person become unreadable. Whose key it was is written beside each payload,
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
	"google.golang.org/protobuf/proto"

	"github.com/jansetu/jansetu/store/vault"
)

// The metadata of an encrypted payload, readable by everybody.
const (
	Encoding         = "binary/encrypted" // of the metadata key "encoding"
	MetadataPerson   = "jansetu-person"   // whose key
	MetadataWorkflow = "jansetu-workflow" // what was bound to it; may be empty
)

// keyDeadline of asking for a key that is not in memory.
const keyDeadline = 4 * time.Second

// Keys tells whose key a workflow's payloads are under, and gives keys. *store.Store does.
type Keys interface {
	// PersonOfWorkflow tells for whom a workflow runs.
	PersonOfWorkflow(ctx context.Context, workflowID string) (person string, err error)
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
	ctx, cancel := context.WithTimeout(context.Background(), keyDeadline)
	defer cancel()
	key, err := c.key(ctx)
	if err != nil {
		return nil, c.failed(fmt.Errorf("encrypt payloads: %w", err))
	}
	encrypted := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		if encrypted[i], err = c.encrypt(key, payload); err != nil {
			return nil, err
		}
	}
	return encrypted, nil
}

func (c *Codec) key(ctx context.Context) (*vault.Key, error) {
	person, err := c.person(ctx)
	if err != nil {
		return nil, err
	}
	return c.keys.Key(ctx, person)
}

func (c *Codec) person(ctx context.Context) (string, error) {
	if c.workflow == "" {
		return c.hub, nil
	}
	if person, known := c.people.of(c.workflow); known {
		return person, nil
	}
	person, err := c.keys.PersonOfWorkflow(ctx, c.workflow)
	if err == nil && person != c.hub { // nobody's yet may become somebody's
		c.people.note(c.workflow, person)
	}
	return person, err
}

// failed turns a failure that may pass into a panic where an error would end the workflow.
func (c *Codec) failed(err error) error {
	if c.retried && !errors.Is(err, vault.ErrErased) && !errors.Is(err, vault.ErrUnreadable) {
		panic(err)
	}
	return err
}

func (c *Codec) encrypt(key *vault.Key, payload *commonpb.Payload) (*commonpb.Payload, error) {
	plain, err := proto.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("encode payload: %w", err)
	}
	sealed, err := key.Seal(plain, place(c.workflow))
	if err != nil {
		return nil, fmt.Errorf("encrypt payload: %w", err)
	}
	return &commonpb.Payload{Data: sealed, Metadata: map[string][]byte{
		converter.MetadataEncoding: []byte(Encoding), MetadataPerson: []byte(key.Person()), MetadataWorkflow: []byte(c.workflow),
	}}, nil
}

func place(workflow string) vault.Place {
	return vault.Place{Table: "temporal", Column: "payload", Row: workflow}
}

// Decode implements converter.PayloadCodec. A payload that is not encrypted stays as it is.
func (c *Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	ctx, cancel := context.WithTimeout(context.Background(), keyDeadline)
	defer cancel()
	decrypted := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		plain, err := c.Decrypt(ctx, payload)
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
	person, err := vault.KeyOf(payload.GetData())
	if err != nil {
		return nil, fmt.Errorf("decrypt payload: %w", err)
	}
	key, err := c.keys.Key(ctx, person)
	if err != nil {
		return nil, fmt.Errorf("decrypt payload: %w", err)
	}
	opened, err := key.Open(payload.GetData(), place(string(payload.GetMetadata()[MetadataWorkflow])))
	if err != nil {
		return nil, fmt.Errorf("decrypt payload: %w", err)
	}
	plain := &commonpb.Payload{}
	if err := proto.Unmarshal(opened, plain); err != nil {
		return nil, fmt.Errorf("decode payload: %w", err)
	}
	return plain, nil
}

// Encrypted tells whether a payload was encrypted by a Codec.
func Encrypted(payload *commonpb.Payload) bool {
	return string(payload.GetMetadata()[converter.MetadataEncoding]) == Encoding
}

// Whose tells whose an encrypted payload is, and of which workflow.
func Whose(payload *commonpb.Payload) (person, workflow string) {
	return string(payload.GetMetadata()[MetadataPerson]), string(payload.GetMetadata()[MetadataWorkflow])
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
