package strictcbor_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/internal/strictcbor"
)

func TestTheSameIsAlwaysWrittenTheSameWay(t *testing.T) {
	t.Parallel()
	raw, err := strictcbor.Encode(map[string]int{"b": 2, "aa": 3, "a": 1})
	require.NoError(t, err)
	require.Equal(t, "a3616101616202626161"+"03", hex.EncodeToString(raw), "keys by their bytes, RFC 8949, 4.2.1")
	var read map[string]int
	require.NoError(t, strictcbor.Decode(raw, &read, 4))
	require.Equal(t, map[string]int{"a": 1, "aa": 3, "b": 2}, read)
}

func TestWhatNoCarefulWriterWritesIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a key twice":          "a2616101616102",
		"an indefinite length": "9f01ff",
		"a tag":                "c101",
		"deep nesting":         "8181818181" + "01",
		"half of it":           "a26161",
	} {
		raw, err := hex.DecodeString(text)
		require.NoError(t, err)
		var read any
		require.Error(t, strictcbor.Decode(raw, &read, 4), name)
	}
}
