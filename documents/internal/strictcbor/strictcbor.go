// Package strictcbor writes CBOR in the one way that hashes and signatures can rest on, and reads nothing else than a careful writer writes.
package strictcbor

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Encode writes deterministic CBOR (RFC 8949, 4.2.1).
func Encode(value any) ([]byte, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, fmt.Errorf("prepare CBOR: %w", err)
	}
	raw, err := mode.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write CBOR: %w", err)
	}
	return raw, nil
}

// Decode refuses a key twice, indefinite lengths, tags, and nesting deeper than levels.
func Decode(raw []byte, into any, levels int) error {
	mode, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden, MaxNestedLevels: levels,
	}.DecMode()
	if err != nil {
		return fmt.Errorf("prepare CBOR: %w", err)
	}
	return mode.Unmarshal(raw, into)
}
