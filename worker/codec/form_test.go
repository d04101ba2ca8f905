package codec_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/jansetu/jansetu/store/vault"
	"github.com/jansetu/jansetu/worker/codec"
)

// formerID is where the form before has the workflow.
const formerID = "jansetu-workflow"

func bound(c *codec.Codec, workflowID string) converter.PayloadCodec {
	return c.WithSerializationContext(converter.WorkflowSerializationContext{WorkflowID: workflowID})
}

func encode(t testing.TB, c *codec.Codec, workflowID string, payload *commonpb.Payload) *commonpb.Payload {
	t.Helper()
	encoded, err := bound(c, workflowID).Encode([]*commonpb.Payload{payload})
	require.NoError(t, err)
	return encoded[0]
}

func encodedAs(encoding, data string) *commonpb.Payload {
	return &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)}, Data: []byte(data)}
}

// former writes a payload as it was written before: the whole of it sealed, the workflow beside it.
func former(t testing.TB, key *vault.Key, workflowID string, payload *commonpb.Payload) *commonpb.Payload {
	t.Helper()
	plain, err := proto.Marshal(payload)
	require.NoError(t, err)
	sealed, err := key.Seal(plain, vault.Place{Table: "temporal", Column: "payload", Row: workflowID})
	require.NoError(t, err)
	encrypted := encodedAs(codec.Encoding, string(sealed))
	encrypted.Metadata["jansetu-person"], encrypted.Metadata[formerID] = []byte(key.Person()), []byte(workflowID)
	return encrypted
}

func TestAPayloadComesBackAsItWas(t *testing.T) {
	t.Parallel()
	c := codec.New(newRing(t, "JS-1"), hub)
	for name, payload := range map[string]*commonpb.Payload{
		"JSON":         encodedAs(converter.MetadataEncodingJSON, `{"bill":"1121104001001"}`),
		"JSON, empty":  encodedAs(converter.MetadataEncodingJSON, ""),
		"null":         encodedAs(converter.MetadataEncodingNil, ""),
		"no metadata":  {Data: []byte("x")},
		"nothing":      {},
		"more of JSON": {Metadata: map[string][]byte{"encoding": []byte("json/plain"), "messageType": []byte("Bill")}, Data: []byte("{}")},
		"JSON kept elsewhere": {
			Metadata: map[string][]byte{"encoding": []byte("json/plain")}, ExternalPayloads: []*commonpb.Payload_ExternalPayloadDetails{{SizeBytes: 7}},
		},
	} {
		encoded := encode(t, c, "JS-1", payload)
		require.Len(t, encoded.GetMetadata(), 1, "%s: metadata is for everybody", name)
		decoded, err := c.Decode([]*commonpb.Payload{encoded})
		require.NoError(t, err, name)
		require.True(t, proto.Equal(payload, decoded[0]), "%s: %v", name, decoded[0])
	}
}

func TestAPayloadGrowsLittle(t *testing.T) {
	t.Parallel()
	payload := encodedAs(converter.MetadataEncodingJSON, `{"bill":"1121104001001"}`)
	encoded := encode(t, codec.New(newRing(t, "JS-1"), hub), "JS-1", payload)
	require.LessOrEqual(t, proto.Size(encoded)-proto.Size(payload), 70, "Temporal stores and sends each of them many times")
}

func TestAPayloadOfTheFormBeforeIsRead(t *testing.T) {
	t.Parallel()
	keys := newRing(t, "JS-1")
	c := codec.New(keys, hub)
	payload := encodedAs(converter.MetadataEncodingJSON, `"Zebunnisa"`)
	for _, workflowID := range []string{"JS-1", ""} {
		encrypted := former(t, keys.keys[keys.persons["JS-1"]], workflowID, payload)
		person, whose, err := codec.Whose(encrypted)
		require.NoError(t, err)
		require.Equal(t, keys.persons["JS-1"], person)
		require.Equal(t, workflowID, whose)
		decoded, err := c.Decode([]*commonpb.Payload{encrypted})
		require.NoError(t, err)
		require.True(t, proto.Equal(payload, decoded[0]))
	}
}

func TestAForgedPayloadIsUnreadable(t *testing.T) {
	t.Parallel()
	keys := newRing(t, "JS-1", "JS-2")
	c, key := codec.New(keys, hub), keys.keys[keys.persons["JS-1"]]
	payload := encodedAs(converter.MetadataEncodingJSON, `"mine"`)
	encrypted, before := encode(t, c, "JS-1", payload), former(t, key, "JS-1", payload)
	sealed := encrypted.GetData()[len("\x02\x04JS-1"):]
	another := encodedAs(codec.Encoding, string(before.GetData()))
	another.Metadata[formerID] = []byte("JS-2")
	made := encodedAs(codec.Encoding, string(sealed))
	made.Metadata[formerID] = []byte("JS-1")
	for name, forged := range map[string]*commonpb.Payload{
		"another workflow":                      encodedAs(codec.Encoding, "\x02\x04JS-2"+string(sealed)),
		"another workflow, in the form before":  another,
		"no workflow":                           encodedAs(codec.Encoding, "\x02\x00"+string(sealed)),
		"a part of the workflow's id":           encodedAs(codec.Encoding, "\x02\x03JS-"+string(sealed)),
		"of the form before, made of this one":  made,
		"of this form, made of the one before":  encodedAs(codec.Encoding, "\x02\x04JS-1"+string(before.GetData())),
		"a form that is not known":              encodedAs(codec.Encoding, "\x03\x04JS-1"+string(sealed)),
		"an id that is longer than the payload": encodedAs(codec.Encoding, "\x02\x7fJS-1"+string(sealed)),
		"an id without an end to its length":    encodedAs(codec.Encoding, "\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"+string(sealed)),
		"an envelope with nothing in it":        encodedAs(codec.Encoding, "\x02\x04JS-1"),
		"a version alone":                       encodedAs(codec.Encoding, "\x02"),
		"nothing":                               encodedAs(codec.Encoding, ""),
	} {
		_, err := c.Decode([]*commonpb.Payload{forged})
		require.ErrorIs(t, err, vault.ErrUnreadable, name)
	}
	for i := range sealed {
		damaged := bytes.Clone(encrypted.GetData())
		damaged[len(damaged)-1-i] ^= 1
		_, err := c.Decode([]*commonpb.Payload{encodedAs(codec.Encoding, string(damaged))})
		require.True(t, errors.Is(err, vault.ErrUnreadable) || errors.Is(err, vault.ErrErased), "byte %d from behind: %v", i, err)
	}
}

func TestWhatASealedPayloadMayNotHold(t *testing.T) {
	t.Parallel()
	keys := newRing(t, "JS-1")
	c, key := codec.New(keys, hub), keys.keys[keys.persons["JS-1"]]
	for name, plain := range map[string]string{"nothing": "", "an unknown kind": "\x09{}", "no protobuf": "\x00\xff"} {
		sealed, err := key.Seal([]byte(plain), vault.Place{Table: "temporal", Column: "envelope", Row: "JS-1"})
		require.NoError(t, err)
		_, err = c.Decode([]*commonpb.Payload{encodedAs(codec.Encoding, "\x02\x04JS-1"+string(sealed))})
		require.ErrorIs(t, err, vault.ErrUnreadable, name)
	}
}

// FuzzDecode gives a payload as a browser or Temporal might, made of pieces of true ones and anything around them: nothing is read from it but
// what was encrypted.
func FuzzDecode(f *testing.F) {
	keys := newRing(f, "JS-1")
	c := codec.New(keys, hub)
	payload := encodedAs(converter.MetadataEncodingJSON, `"mine"`)
	before := former(f, keys.keys[keys.persons["JS-1"]], "JS-1", payload)
	pieces := map[byte][]byte{'n': encode(f, c, "JS-1", payload).GetData()[len("\x02\x04JS-1"):], 'b': before.GetData()}
	f.Add([]byte("\x02\x04JS-1"), byte('n'), []byte{}, "")
	f.Add([]byte{}, byte('b'), []byte{}, "JS-1")
	f.Add([]byte("\x02\x04JS-1"), byte('b'), []byte{}, "JS-1")
	f.Add([]byte{}, byte('n'), []byte{}, "JS-1")
	f.Add([]byte("\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff"), byte('n'), []byte("JS-1"), "JS-1")
	f.Add([]byte{2}, byte(0), []byte{}, "")
	f.Fuzz(func(t *testing.T, front []byte, piece byte, behind []byte, workflowID string) {
		given := encodedAs(codec.Encoding, string(slices.Concat(front, pieces[piece], behind)))
		given.Metadata[formerID] = []byte(workflowID)
		_, _, whose := codec.Whose(given)
		decoded, err := c.Decode([]*commonpb.Payload{given})
		switch {
		case err == nil:
			require.NoError(t, whose)
			require.True(t, proto.Equal(payload, decoded[0]), "forged: %v", decoded[0])
		case whose != nil:
			require.ErrorIs(t, err, vault.ErrUnreadable)
		default:
			require.True(t, errors.Is(err, vault.ErrUnreadable) || errors.Is(err, vault.ErrErased), err)
		}
	})
}

// FuzzAPayloadComesBack gives any payload at all to a workflow of any name.
func FuzzAPayloadComesBack(f *testing.F) {
	c := codec.New(newRing(f), hub)
	for _, payload := range []*commonpb.Payload{encodedAs("json/plain", "{}"), encodedAs("binary/null", ""), {Data: []byte("x")}} {
		encoded, err := proto.Marshal(payload)
		require.NoError(f, err)
		f.Add(encoded, "JS-1")
		f.Add(append(encoded, 0x78, 1), "") // and a field that is not known
	}
	f.Fuzz(func(t *testing.T, encoded []byte, workflowID string) {
		payload := &commonpb.Payload{}
		if proto.Unmarshal(encoded, payload) != nil {
			return
		}
		encrypted := encode(t, c, workflowID, payload)
		_, whose, err := codec.Whose(encrypted)
		require.NoError(t, err)
		require.Equal(t, workflowID, whose)
		decoded, err := c.Decode([]*commonpb.Payload{encrypted})
		require.NoError(t, err)
		require.True(t, proto.Equal(payload, decoded[0]))
	})
}
