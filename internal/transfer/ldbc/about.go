package ldbc

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Count is how many rows of a kind a set has that a community does not take.
type Count struct {
	What string
	Rows int
}

// Left counts what the set has beside a community: the posts, comments and likes
// that come with the feed, and tables that nothing is made of.
func (s *Set) Left() (later, never []Count, err error) {
	count := func(into *[]Count, what string, tables ...string) {
		for _, t := range tables {
			n, e := s.Rows(t)
			if err = cmp.Or(err, e); n > 0 {
				*into = append(*into, Count{what, n})
				return
			}
		}
	}
	count(&later, "posts", "post", "post_hasCreator_person")
	count(&later, "comments", "comment", "comment_hasCreator_person")
	count(&later, "likes of posts", "person_likes_post")
	count(&later, "likes of comments", "person_likes_comment")
	count(&never, "tags of forums", "forum_hasTag_tag")
	count(&never, "classes of tags", "tagclass")
	return later, never, err
}

// identifying is how many persons name a set.
const identifying = 16

// ID names the set by its persons with the lowest ids and when they joined, so
// that a folder that was moved, or whose broken rows were put right, is known
// again, and another set with the same ids is not mistaken for it.
func (s *Set) ID() (string, error) {
	var lowest []string
	var ids []int64
	for p, err := range each(s.rows("person"), func(r row) (Person, error) {
		id, err := r.id(r.table.col("id"))
		return Person{ID: id, Created: s.softDate(r, "creationDate")}, err
	}) {
		if IsBad(err) {
			continue
		}
		if err != nil {
			return "", err
		}
		i, twice := slices.BinarySearch(ids, p.ID)
		if twice || i >= identifying {
			continue
		}
		ids = slices.Insert(ids, i, p.ID)
		lowest = slices.Insert(lowest, i, fmt.Sprintf("%d %d", p.ID, p.Created.UnixMilli()))
		ids, lowest = ids[:min(len(ids), identifying)], lowest[:min(len(lowest), identifying)]
	}
	if len(ids) == 0 {
		return "", invalid("The data set in %s names no person in person_0_0.csv.", s.Dir)
	}
	sum := sha256.Sum256([]byte(strings.Join(lowest, "\n")))
	return hex.EncodeToString(sum[:6]), nil
}
