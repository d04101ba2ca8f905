package upload

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
)

// orientation reads how a camera was held from a JPEG's Exif data: 1 to 8, 1 when it does not say (Exif 2.32, tag 0x0112).
func orientation(content []byte) int {
	tiff := exif(content)
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	directory := int64(order.Uint32(tiff[4:]))
	if directory+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[directory:]
	count := int(order.Uint16(entries))
	for entry := entries[2:]; count > 0 && len(entry) >= 12; entry, count = entry[12:], count-1 {
		if order.Uint16(entry) != 0x0112 {
			continue
		}
		if value := int(order.Uint16(entry[8:])); value >= 1 && value <= 8 {
			return value
		}
		return 1
	}
	return 1
}

// exif returns the TIFF structure in a JPEG's first APP1 segment that has one.
func exif(content []byte) []byte {
	for rest := content[2:]; len(rest) >= 4 && rest[0] == 0xff && rest[1] != 0xda; {
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if length < 2 || len(rest) < 2+length {
			return nil
		}
		if body, found := bytes.CutPrefix(rest[4:2+length], []byte("Exif\x00\x00")); found && rest[1] == 0xe1 {
			return body
		}
		rest = rest[2+length:]
	}
	return nil
}

// upright turns and mirrors a picture as its orientation asks.
func upright(picture image.Image, orientation int) image.Image {
	if orientation == 1 {
		return picture
	}
	source, ok := picture.(*image.RGBA)
	if !ok {
		source = image.NewRGBA(image.Rect(0, 0, picture.Bounds().Dx(), picture.Bounds().Dy()))
		draw.Draw(source, source.Bounds(), picture, picture.Bounds().Min, draw.Src)
	}
	width, height := source.Bounds().Dx(), source.Bounds().Dy()
	turned := image.NewRGBA(image.Rect(0, 0, width, height))
	if orientation >= 5 {
		turned = image.NewRGBA(image.Rect(0, 0, height, width))
	}
	for y := range height {
		for x := range width {
			toX, toY := place(orientation, x, y, width, height)
			copy(turned.Pix[turned.PixOffset(toX, toY):][:4], source.Pix[source.PixOffset(x, y):][:4])
		}
	}
	return turned
}

// place is where a stored pixel belongs in the upright picture.
func place(orientation, x, y, width, height int) (toX, toY int) {
	switch orientation {
	case 2:
		return width - 1 - x, y
	case 3:
		return width - 1 - x, height - 1 - y
	case 4:
		return x, height - 1 - y
	case 5:
		return y, x
	case 6:
		return height - 1 - y, x
	case 7:
		return height - 1 - y, width - 1 - x
	case 8:
		return y, width - 1 - x
	}
	return x, y
}
