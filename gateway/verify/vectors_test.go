package verify_test

import (
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"
)

// vector is bytes, with what they mean in the terms of JSON, or that they are refused.
type vector struct {
	Name    string `json:"name"`
	Bytes   []int  `json:"bytes"`
	Want    any    `json:"want"`
	Refused bool   `json:"refused"`
}

func octets(raw []byte) []int {
	all := make([]int, len(raw))
	for i := range raw {
		all[i] = int(raw[i])
	}
	return all
}

func vectors(t testing.TB) []vector {
	t.Helper()
	mode, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(t, err)
	of := func(pairs ...any) any { return map[string]any{"map": pairs} }
	written := []struct {
		name        string
		value, want any
	}{
		{"small", 23, 23},
		{"one byte", 24, 24},
		{"two bytes", 1000, 1000},
		{"four bytes", 1_800_000_000, 1_800_000_000},
		{"eight bytes", int64(1) << 40, int64(1) << 40},
		{"beyond a double", uint64(1) << 63, map[string]any{"big": "9223372036854775808"}},
		{"negative", -7, -7},
		{"very negative", -100_000, -100_000},
		{"bytes", []byte{1, 2, 255}, map[string]any{"bytes": []int{1, 2, 255}}},
		{"Telugu", "శ్రీమతి లక్ష్మీ దేవి", "శ్రీమతి లక్ష్మీ దేవి"},
		{"long text", strings.Repeat("a", 300), strings.Repeat("a", 300)},
		{"a list", []any{1, "two", true, nil}, []any{1, "two", true, nil}},
		{"a map", map[int]string{1: "IN-AP", -3: "x"}, of([]any{1, "IN-AP"}, []any{-3, "x"})},
	}
	all := make([]vector, 0, len(written)+12)
	for _, each := range written {
		raw, err := mode.Marshal(each.value)
		require.NoError(t, err)
		all = append(all, vector{Name: each.name, Bytes: octets(raw), Want: each.want})
	}
	for name, raw := range map[string]string{
		"empty": "", "cut off": "\x19\x01", "something follows": "\x01\x01", "a text cut off": "\x65abc", "indefinite text": "\x7f\x61a\xff",
		"indefinite list": "\x9f\x01\xff", "a key twice": "\xa2\x01\x01\x01\x02", "another tag": "\xc1\x01", "a float": "\xf9\x3c\x00",
		"not UTF-8": "\x61\xff", "not the shortest": "\x18\x01", "a huge length": "\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
		"a list as a key": "\xa1\x80\x01", "too deep": strings.Repeat("\x81", 20) + "\x01", "a break alone": "\xff",
	} {
		all = append(all, vector{Name: name, Bytes: octets([]byte(raw)), Refused: true})
	}
	return all
}
