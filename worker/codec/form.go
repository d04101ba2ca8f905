package codec

import (
	"encoding/binary"
	"fmt"
	"slices"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/jansetu/jansetu/store/vault"
)

// The data of an encrypted payload is a version, the workflow's id behind its length, and what vault.Key.Seal made of a kind and the payload.
// The id stands there because whoever decodes for Temporal's UI is not told the workflow. Temporal stores, sends and reads a payload many times:
// whatever can be left out of it is.
const version = 2 // the data of the form before begins with the vault's own, 1

// The kinds of what is sealed.
const (
	kindWhole = 0 // a payload as protobuf
	kindJSON  = 1 // the data of a payload whose metadata says that it is JSON, and no more: nearly all are
)

// envelope is an encrypted payload as everybody can read it.
type envelope struct {
	workflow string // bound to what is sealed; may be empty
	sealed   []byte // by vault.Key.Seal
	former   bool   // in the form before
}

// enclose writes an envelope of a payload.
func enclose(key *vault.Key, payload *commonpb.Payload, workflow string) (*commonpb.Payload, error) {
	plain, err := pack(payload)
	if err != nil {
		return nil, fmt.Errorf("encode payload: %w", err)
	}
	sealed, err := key.Seal(plain, envelope{workflow: workflow}.place())
	if err != nil {
		return nil, fmt.Errorf("encrypt payload: %w", err)
	}
	data := make([]byte, 0, 1+binary.MaxVarintLen16+len(workflow)+len(sealed))
	data = binary.AppendUvarint(append(data, version), uint64(len(workflow)))
	data = append(append(data, workflow...), sealed...)
	return &commonpb.Payload{Data: data, Metadata: map[string][]byte{converter.MetadataEncoding: []byte(Encoding)}}, nil
}

// envelopeOf reads the envelope of an encrypted payload. It fails with vault.ErrUnreadable.
func envelopeOf(payload *commonpb.Payload) (envelope, error) {
	data := payload.GetData()
	if len(data) == 0 || data[0] != version {
		return formerEnvelope(payload), nil
	}
	length, size := binary.Uvarint(data[1:])
	if size <= 0 {
		return envelope{}, fmt.Errorf("%w: a payload without its workflow", vault.ErrUnreadable)
	}
	rest := data[1+size:]
	if length > uint64(len(rest)) {
		return envelope{}, fmt.Errorf("%w: a payload that was cut off", vault.ErrUnreadable)
	}
	return envelope{workflow: string(rest[:length]), sealed: rest[length:]}, nil
}

// place is bound to what is sealed: an envelope of one form is unreadable in the other.
func (e envelope) place() vault.Place {
	if e.former {
		return formerPlace(e.workflow)
	}
	return vault.Place{Table: "temporal", Column: "envelope", Row: e.workflow}
}

// unpack reads what was sealed. It fails with vault.ErrUnreadable.
func (e envelope) unpack(plain []byte) (*commonpb.Payload, error) {
	if e.former {
		return whole(plain)
	}
	switch {
	case len(plain) > 0 && plain[0] == kindJSON:
		return &commonpb.Payload{Data: plain[1:], Metadata: map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingJSON)}}, nil
	case len(plain) > 0 && plain[0] == kindWhole:
		return whole(plain[1:])
	}
	return nil, fmt.Errorf("%w: a payload of an unknown kind", vault.ErrUnreadable)
}

func pack(payload *commonpb.Payload) ([]byte, error) {
	if isJSON(payload) {
		return slices.Concat([]byte{kindJSON}, payload.GetData()), nil
	}
	return proto.MarshalOptions{}.MarshalAppend([]byte{kindWhole}, payload)
}

// isJSON tells whether a payload is its data alone, in JSON.
func isJSON(payload *commonpb.Payload) bool {
	metadata := payload.GetMetadata()
	return len(metadata) == 1 && string(metadata[converter.MetadataEncoding]) == converter.MetadataEncodingJSON &&
		len(payload.GetExternalPayloads()) == 0 && len(payload.ProtoReflect().GetUnknown()) == 0
}

func whole(encoded []byte) (*commonpb.Payload, error) {
	payload := &commonpb.Payload{}
	if err := proto.Unmarshal(encoded, payload); err != nil {
		return nil, fmt.Errorf("%w: %w", vault.ErrUnreadable, err)
	}
	return payload, nil
}
