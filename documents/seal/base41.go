package seal

import (
	"fmt"
	"strings"
)

// base41 is RFC 9285's base45 (two bytes in three characters of a QR picture's alphanumeric mode) without the four characters that
// the path of an address cannot carry: space, %, / and :. 41³ still exceeds 2¹⁶.
const base41 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-."

func encode41(raw []byte) string {
	var text strings.Builder
	text.Grow((len(raw)*3 + 1) / 2)
	for i := 0; i+1 < len(raw); i += 2 {
		n := int(raw[i])<<8 | int(raw[i+1])
		text.WriteByte(base41[n%41])
		text.WriteByte(base41[n/41%41])
		text.WriteByte(base41[n/(41*41)])
	}
	if len(raw)%2 == 1 {
		n := int(raw[len(raw)-1])
		text.WriteByte(base41[n%41])
		text.WriteByte(base41[n/41])
	}
	return text.String()
}

// decode41 accepts only what encode41 writes. It fails with ErrNotSeal.
func decode41(text string) ([]byte, error) {
	if len(text) > 2*mostSeal || len(text)%3 == 1 || text == "" {
		return nil, fmt.Errorf("%w: a text of this length", ErrNotSeal)
	}
	raw := make([]byte, 0, len(text)*2/3)
	for text != "" {
		group := text[:min(3, len(text))]
		text = text[len(group):]
		n, weight := 0, 1
		for i := range len(group) {
			digit := strings.IndexByte(base41, group[i])
			if digit < 0 {
				return nil, fmt.Errorf("%w: a character that no seal has", ErrNotSeal)
			}
			n, weight = n+digit*weight, weight*41
		}
		switch {
		case len(group) == 3 && n < 1<<16:
			raw = append(raw, byte(n>>8), byte(n))
		case len(group) == 2 && n < 1<<8:
			raw = append(raw, byte(n))
		default:
			return nil, fmt.Errorf("%w: characters in an order that no seal has", ErrNotSeal)
		}
	}
	return raw, nil
}
