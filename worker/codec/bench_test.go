package codec_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/jansetu/jansetu/worker/codec"
)

// benchCodec does something with the payloads of a request by the size of their JSON: most lie between the first two.
func benchCodec(b *testing.B, do func(b *testing.B, bound converter.PayloadCodec, plain, encoded []*commonpb.Payload)) {
	b.Helper()
	const reference = "JS-2611-ABCDEFGH"
	for _, size := range []int{30, 150, 600} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			bound := bound(codec.New(newRing(b, reference), hub), reference)
			plain := []*commonpb.Payload{encodedAs(converter.MetadataEncodingJSON, strings.Repeat("1", size))}
			encoded, err := bound.Encode(plain)
			require.NoError(b, err)
			do(b, bound, plain, encoded)
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	benchCodec(b, func(b *testing.B, bound converter.PayloadCodec, plain, encoded []*commonpb.Payload) {
		b.Helper()
		for b.Loop() {
			if _, err := bound.Encode(plain); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(proto.Size(encoded[0])-proto.Size(plain[0])), "more-bytes")
	})
}

func BenchmarkDecode(b *testing.B) {
	benchCodec(b, func(b *testing.B, bound converter.PayloadCodec, _, encoded []*commonpb.Payload) {
		b.Helper()
		for b.Loop() {
			if _, err := bound.Decode(encoded); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkBind is what the SDK does before it encodes or decodes for a workflow.
func BenchmarkBind(b *testing.B) {
	dc := codec.New(newRing(b), hub).DataConverter()
	for b.Loop() {
		of(dc, "JS-2611-ABCDEFGH")
	}
}
