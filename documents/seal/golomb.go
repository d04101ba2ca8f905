package seal

import (
	"math/bits"
	"slices"
)

// golombBits is how many low bits of each difference are written as they are; a paper is wrongly found with a chance of 2^-golombBits.
const golombBits = 24

// golombSet is a set of 64-bit hashes as the differences of their sorted images in 0 … Count·2^24, each Golomb–Rice coded: the
// quotient in unary (ones, then a zero), then 24 bits; the most significant bit first.
type golombSet struct {
	Count uint64 `cbor:"1,keyasint"`
	Bits  []byte `cbor:"2,keyasint"`
}

// image scales a hash to the set's range without a division.
func (s golombSet) image(hash uint64) uint64 {
	high, _ := bits.Mul64(hash, s.Count<<golombBits)
	return high
}

func newGolombSet(hashes []uint64) golombSet {
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	set := golombSet{Count: uint64(len(hashes)), Bits: []byte{}}
	var writer bitWriter
	var last uint64
	for _, hash := range hashes {
		image := set.image(hash)
		difference := image - last
		last = image
		for range difference >> golombBits {
			writer.write(1, 1)
		}
		writer.write(0, 1)
		writer.write(difference&(1<<golombBits-1), golombBits)
	}
	if writer.out != nil {
		set.Bits = writer.out
	}
	return set
}

func (s golombSet) has(hash uint64) bool {
	// A count that the bits cannot hold is a damaged list; it was signed so, and says nothing.
	if s.Count == 0 || s.Count > uint64(len(s.Bits)) {
		return false
	}
	wanted := s.image(hash)
	reader := bitReader{in: s.Bits}
	var image uint64
	for range s.Count {
		var quotient uint64
		for reader.read(1) == 1 {
			quotient++
		}
		image += quotient<<golombBits | reader.read(golombBits)
		if image >= wanted {
			return image == wanted && !reader.ended
		}
	}
	return false
}

type bitWriter struct {
	out  []byte
	used int // bits of the last byte
}

func (w *bitWriter) write(value uint64, count int) {
	for count > 0 {
		if w.used%8 == 0 {
			w.out, w.used = append(w.out, 0), 0
		}
		take := min(count, 8-w.used)
		chunk := byte(value >> (count - take) & (1<<take - 1) & 0xff)
		w.out[len(w.out)-1] |= chunk << (8 - w.used - take)
		w.used += take
		count -= take
	}
}

type bitReader struct {
	in    []byte
	at    int // in bits
	ended bool
}

// read gives zeros beyond the end.
func (r *bitReader) read(count int) (value uint64) {
	for count > 0 {
		if r.at/8 >= len(r.in) {
			r.ended = true
			return value << count
		}
		take := min(count, 8-r.at%8)
		chunk := r.in[r.at/8] >> (8 - r.at%8 - take) & (1<<take - 1)
		value = value<<take | uint64(chunk)
		r.at += take
		count -= take
	}
	return value
}
