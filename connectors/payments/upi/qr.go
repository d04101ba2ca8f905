package upi

import (
	"fmt"

	"rsc.io/qr"
)

// pixelsPerModule makes a picture of a few hundred pixels, which a phone shows and
// another phone reads from it.
const pixelsPerModule = 8

// QR draws a link as a black and white PNG with its quiet border. A quarter of it
// may be spoilt and it still reads, as on a creased print.
func QR(link string) ([]byte, error) {
	if _, err := ParseIntent(link); err != nil {
		return nil, fmt.Errorf("draw QR: %w", err)
	}
	code, err := qr.Encode(link, qr.Q)
	if err != nil {
		return nil, fmt.Errorf("draw QR: %w", err)
	}
	code.Scale = pixelsPerModule
	return code.PNG(), nil
}
