package profile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"guildhall/internal/blob"
	"guildhall/internal/fault"
	"guildhall/internal/picture"
)

// A picture is two blobs, small and large, and the card has one key for both:
// the two blobs' keys with a dot between.
const pictureDot = "."

// KeepPicture makes two squares of an upload, stores both and returns the key
// that SetPicture takes. What is wrong with the upload is a fault of the field
// "picture". Costs what picture.Square and two blobs cost.
func KeepPicture(ctx context.Context, blobs *blob.Store, upload io.Reader) (key string, err error) {
	small, large, err := picture.Square(upload)
	if err != nil {
		return "", err
	}
	a, err := blobs.Put(ctx, bytes.NewReader(small), int64(len(small)))
	if err != nil {
		return "", err
	}
	b, err := blobs.Put(ctx, bytes.NewReader(large), int64(len(large)))
	if err != nil {
		return "", errors.Join(err, blobs.Delete(a))
	}
	return a + pictureDot + b, nil
}

// OpenPicture opens one of a picture's two JPEGs, 96 pixels square or 400; the
// caller closes it. Whatever is no key of a picture is fault.Missing.
func OpenPicture(blobs *blob.Store, key string, large bool) (io.ReadSeekCloser, error) {
	a, b, ok := strings.Cut(key, pictureDot)
	if !ok {
		return nil, fault.NotFound()
	}
	if large {
		a = b
	}
	return blobs.Open(a)
}

// DropPicture deletes both blobs of a picture; none when key is empty.
func DropPicture(blobs *blob.Store, key string) error {
	a, b, ok := strings.Cut(key, pictureDot)
	if !ok {
		return nil
	}
	return errors.Join(blobs.Delete(a), blobs.Delete(b))
}
