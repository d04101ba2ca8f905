package pdf

import (
	"bytes"
	"encoding/binary"
	"hash"
	"hash/adler32"
	"sync"

	"github.com/klauspost/compress/flate"
)

// Levels of compression. What takes longer gets smaller.
const (
	quick = 3                     // of what one document says
	usual = 5                     // of pictures
	best  = flate.BestCompression // of what many documents share
)

// A compressor is a large thing to make, and a document needs a dozen. They are kept by their level.
var compressors [flate.BestCompression + 1]sync.Pool

// compress appends compressed blocks (RFC 1951) that end with the stream when they are its last, and otherwise with a whole byte, so that more
// may follow whatever they hold.
func compress(out *bytes.Buffer, level int, last bool, content ...[]byte) {
	writer, kept := compressors[level].Get().(*flate.Writer)
	if !kept {
		writer, _ = flate.NewWriter(nil, level) // the level is one there is
	}
	defer compressors[level].Put(writer)
	writer.Reset(out)
	for _, part := range content {
		_, _ = writer.Write(part) // a buffer takes everything
	}
	if last {
		_ = writer.Close()
	} else {
		_ = writer.Flush()
	}
}

// zlibStream is a stream as FlateDecode wants it (RFC 1950), put together from parts.
type zlibStream struct {
	out bytes.Buffer
	sum hash.Hash32 // of the contents
}

func newZlibStream(room int) *zlibStream {
	s := &zlibStream{sum: adler32.New()}
	s.out.Grow(room)
	s.out.WriteString("\x78\x9c") // deflate with a window of 32 KB, no dictionary
	return s
}

// plain adds a short part as it is (RFC 1951, 3.2.4).
func (s *zlibStream) plain(content []byte) {
	_, _ = s.sum.Write(content) // a sum takes everything
	length := uint16(len(content) & 0xffff)
	block := binary.LittleEndian.AppendUint16(append(s.out.AvailableBuffer(), 0), length)
	s.out.Write(append(binary.LittleEndian.AppendUint16(block, ^length), content...))
}

// packed adds a part that was compressed before.
func (s *zlibStream) packed(content, blocks []byte) {
	_, _ = s.sum.Write(content)
	s.out.Write(blocks)
}

// end adds what is left, compressed together, and gives the whole.
func (s *zlibStream) end(level int, content ...[]byte) []byte {
	for _, part := range content {
		_, _ = s.sum.Write(part)
	}
	compress(&s.out, level, true, content...)
	s.out.Write(s.sum.Sum(s.out.AvailableBuffer()))
	return s.out.Bytes()
}

func deflate(content []byte, level int) []byte {
	return newZlibStream(len(content)/2+64).end(level, content)
}
