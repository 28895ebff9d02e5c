package profile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"guildhall/internal/access"
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

// SeePicture returns nil where key is the present picture of the member with a
// handle and v may see their card; a guest, where the page is public. All else is
// fault.Missing: nobody learns whether a key was ever somebody's. One statement
// where the card is kept, none for one's own; a handle of before its change costs
// one more.
func (s *Service) SeePicture(ctx context.Context, v access.Viewer, handle, key string) error {
	owner, _, err := s.members.ByHandle(ctx, handle)
	if err != nil {
		return err
	}
	var policy access.Policy
	if v.IsGuest() { // members need none
		policies, err := s.open.Load(ctx, s.db, []int64{owner})
		if err != nil {
			return err
		}
		policy = policies[owner]
	}
	sees, err := s.guard.SeePage(ctx, v, owner, policy)
	if err != nil {
		return err
	}
	cards, err := s.members.Cards(ctx, s.db, []int64{owner})
	if err != nil {
		return err
	}
	if !sees || key == "" || cards[owner].Picture != key {
		return fault.NotFound()
	}
	return nil
}

// OpenPicture opens one of a picture's two JPEGs, 96 pixels square or 400; the
// caller closes it. Whatever is no key of a picture is fault.Missing. Who may see
// it is SeePicture's to say.
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
