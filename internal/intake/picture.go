package intake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	_ "image/jpeg" // their headers are read
	_ "image/png"
	"io"
)

// maxPixels is more than any camera of a telephone makes, and what a browser
// can still unpack.
const maxPixels = 120_000_000

// maxPictures is more than a telephone puts behind a photo.
const maxPictures = 16

// whereTaken is said of a photo that carries the place where it was taken. The
// picture is kept as it is, so that nobody loses a picture by our mending.
const whereTaken = "Billedet fortæller, hvor det er taget (GPS). Fjern stedet, hvis nogen kan kendes på det: Åbn billedets egenskaber, og vælg at fjerne placeringen."

// pixels reads a picture's header and bounds its size.
func pixels(r io.ReaderAt, size int64) error {
	c, _, err := image.DecodeConfig(io.NewSectionReader(r, 0, size))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return refuse(damaged)
	}
	if int64(c.Width)*int64(c.Height) > maxPixels {
		return refuse("Billedet er på %d × %d punkter. Gør det mindre, og prøv igen.", c.Width, c.Height)
	}
	return nil
}

// png walks the picture's pieces to its end, behind which there may be nothing.
func (f *File) png(r io.ReaderAt, size int64) error {
	if err := pixels(r, size); err != nil {
		return err
	}
	var head [8]byte
	data := false
	for at := int64(8); at+12 <= size; {
		if _, err := r.ReadAt(head[:], at); err != nil {
			return refuse(damaged)
		}
		n := int64(binary.BigEndian.Uint32(head[:4]))
		kind := string(head[4:])
		if n > size-at-12 {
			return refuse(damaged)
		}
		switch kind {
		case "IDAT":
			data = true
		case "eXIf":
			if place, err := hasPlace(r, at+8, n); err != nil {
				return err
			} else if place {
				f.Notes = append(f.Notes, whereTaken)
			}
		case "IEND":
			if at+12+n != size {
				return refuse(twofold)
			}
			if n != 0 || !data {
				return refuse(damaged)
			}
			return nil
		}
		at += 12 + n
	}
	return refuse(damaged)
}

// jpeg walks the picture's segments to its end. Telephones put further pictures
// behind (MPF); anything else there is refused.
func (f *File) jpeg(r io.ReaderAt, size int64) error {
	if err := pixels(r, size); err != nil {
		return err
	}
	if zip, err := endsAsZip(r, size); err != nil {
		return err
	} else if zip {
		return refuse(twofold)
	}
	at := int64(0)
	for n := 0; at < size; n++ {
		var start [3]byte
		if _, err := r.ReadAt(start[:], at); n > 0 && (err != nil || string(start[:]) != "\xff\xd8\xff") {
			if zeros(r, at, size) {
				return nil
			}
			return refuse(twofold)
		}
		end, err := f.onePicture(r, at, size)
		if err != nil {
			return err
		}
		if n > maxPictures {
			return refuse(twofold)
		}
		at = end
	}
	return nil
}

// zeros tells whether only filling stands from a place to the end.
func zeros(r io.ReaderAt, at, size int64) bool {
	only := true
	err := windows(io.NewSectionReader(r, at, size-at), func(_ int64, b []byte) bool {
		only = len(bytes.Trim(b, "\x00")) == 0
		return only
	})
	return err == nil && only
}

// onePicture walks one JPEG and gives where it ends.
func (f *File) onePicture(r io.ReaderAt, at, size int64) (int64, error) {
	at += 2
	var head [4]byte
	for at+4 <= size {
		if _, err := r.ReadAt(head[:], at); err != nil || head[0] != 0xff {
			return 0, refuse(damaged)
		}
		if head[1] == 0xff { // filling
			at++
			continue
		}
		n := int64(binary.BigEndian.Uint16(head[2:]))
		if n < 2 || at+2+n > size {
			return 0, refuse(damaged)
		}
		if head[1] == 0xe1 && n > 8 {
			var name [6]byte
			if _, err := r.ReadAt(name[:], at+4); err == nil && string(name[:]) == "Exif\x00\x00" {
				place, err := hasPlace(r, at+10, n-8)
				if err != nil {
					return 0, err
				}
				if place && len(f.Notes) == 0 {
					f.Notes = append(f.Notes, whereTaken)
				}
			}
		}
		at += 2 + n
		if head[1] != 0xda {
			continue
		}
		// The picture itself: up to the next mark that is no filling and no restart.
		next := int64(-1)
		err := windows(io.NewSectionReader(r, at, size-at), func(from int64, b []byte) bool {
			for i := 0; i+1 < len(b); i++ {
				if m := b[i+1]; b[i] == 0xff && m != 0 && m != 0xff && (m < 0xd0 || m > 0xd7) {
					next = at + from + int64(i)
					return false
				}
			}
			return true
		})
		if err != nil || next < 0 {
			return 0, errors.Join(err, refuse(damaged))
		}
		var mark [2]byte
		if _, err := r.ReadAt(mark[:], next); err != nil {
			return 0, refuse(damaged)
		}
		if mark[1] == 0xd9 {
			return next + 2, nil
		}
		at = next
	}
	return 0, refuse(damaged)
}

// hasPlace tells whether an EXIF block has a latitude.
func hasPlace(r io.ReaderAt, at, n int64) (bool, error) {
	exif := make([]byte, min(n, 1<<16))
	if _, err := r.ReadAt(exif, at); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	if len(exif) < 8 {
		return false, nil
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(exif[:2]) == "II" {
		order = binary.LittleEndian
	}
	gps := entry(exif, order, order.Uint32(exif[4:]), 0x8825)
	if gps == nil {
		return false, nil
	}
	return entry(exif, order, order.Uint32(gps[8:]), 0x0002) != nil, nil
}

// entry is the field of a directory with a tag; nil when there is none.
func entry(exif []byte, order binary.ByteOrder, at uint32, tag uint16) []byte {
	if int64(at)+2 > int64(len(exif)) {
		return nil
	}
	n := int(order.Uint16(exif[at:]))
	for i := range n {
		from := int(at) + 2 + 12*i
		if from+12 > len(exif) {
			return nil
		}
		if order.Uint16(exif[from:]) == tag {
			return exif[from : from+12]
		}
	}
	return nil
}
