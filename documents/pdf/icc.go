package pdf

import (
	"math"
	"sync"
)

// sRGB is an ICC profile (version 2.1, matrix and curve) of the sRGB colour space of IEC 61966-2-1, computed here: a file to be printed years
// from now must say what its colours mean (ISO 19005-2, 6.2.3), and the profiles that vendors give away come with conditions.
var sRGB = sync.OnceValue(func() []byte {
	curve := curveTag()
	tags := []struct {
		name string
		data []byte
	}{
		{"cprt", textTag("No copyright, use freely")}, {"desc", descriptionTag("sRGB")}, {"wtpt", xyzTag(0.9642, 1, 0.8249)},
		{"rXYZ", xyzTag(0.43607, 0.22249, 0.01392)}, {"gXYZ", xyzTag(0.38515, 0.71687, 0.09708)}, {"bXYZ", xyzTag(0.14307, 0.06061, 0.7141)},
		{"rTRC", curve}, {"gTRC", nil}, {"bTRC", nil}, // the three curves are one
	}
	directory := put32(nil, len(tags))
	var data []byte
	start := 128 + 4 + 12*len(tags)
	at, length := 0, 0
	for _, tag := range tags {
		if tag.data != nil {
			at, length = start+len(data), len(tag.data)
			data = pad(append(data, tag.data...))
		}
		directory = put32(put32(append(directory, tag.name...), at), length)
	}
	return append(append(profileHeader(start+len(data)), directory...), data...)
})

// profileHeader is the 128 bytes of ICC.1:2001-04, 6.1.
func profileHeader(size int) []byte {
	header := put32(nil, size)
	header = append(header, "\x00\x00\x00\x00\x02\x10\x00\x00mntrRGB XYZ "...)
	for _, field := range []int{2026, 1, 1, 0, 0, 0} {
		header = put16(header, field)
	}
	header = append(header, "acsp"...)
	header = append(header, make([]byte, 68-len(header))...)
	for _, value := range []float64{0.9642, 1, 0.8249} { // the illuminant D50
		header = put32(header, fixed(value))
	}
	return append(header, make([]byte, 128-len(header))...)
}

func fixed(value float64) int { return int(math.Round(value * 65536)) }

func xyzTag(x, y, z float64) []byte {
	return put32(put32(put32([]byte("XYZ \x00\x00\x00\x00"), fixed(x)), fixed(y)), fixed(z))
}

func textTag(text string) []byte { return append([]byte("text\x00\x00\x00\x00"+text), 0) }

func descriptionTag(text string) []byte {
	tag := put32([]byte("desc\x00\x00\x00\x00"), len(text)+1)
	tag = append(append(tag, text...), 0)
	return append(tag, make([]byte, 4+4+2+1+67)...) // no description in Unicode, none in ScriptCode
}

func curveTag() []byte {
	const steps = 256
	tag := put32([]byte("curv\x00\x00\x00\x00"), steps)
	for i := range steps {
		level := float64(i) / (steps - 1)
		linear := level / 12.92
		if level > 0.04045 {
			linear = math.Pow((level+0.055)/1.055, 2.4)
		}
		tag = put16(tag, int(math.Round(linear*65535)))
	}
	return tag
}

var packedSRGB = sync.OnceValue(func() []byte { return deflate(sRGB(), best) })
