package ldbc

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Who wrote and answered what is read alike from a column and from a table.
func TestEdgesInEitherLayout(t *testing.T) {
	for layout, files := range map[string]map[string]string{
		"a column": {"comment_0_0.csv": "id|content|creator|replyOfPost|replyOfComment\n10|yes|1|7|\n11|no|2||10\nx|no|2||10\n"},
		"a table": {
			"comment_hasCreator_person_0_0.csv": "Comment.id|Person.id\n10|1\n11|2\nx|2\n",
			"comment_replyOf_post_0_0.csv":      "Comment.id|Post.id\n10|7\n",
			"comment_replyOf_comment_0_0.csv":   "Comment.id|Comment.id\n11|10\nx|10\n",
		},
	} {
		t.Run(layout, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := &Set{Dir: dir, latest: time.Now(), tables: map[string]*table{}, digests: map[string]digest{}}
			if err := s.find(dir); err != nil {
				t.Fatal(err)
			}
			for name, c := range map[string]struct {
				got  func() ([][2]int64, int)
				want [][2]int64
				bad  int
			}{
				"creators": {func() ([][2]int64, int) { return collect(t, s.CommentCreators()) }, [][2]int64{{10, 1}, {11, 2}}, 1},
				"posts":    {func() ([][2]int64, int) { return collect(t, s.PostReplies()) }, [][2]int64{{10, 7}}, 0},
				"comments": {func() ([][2]int64, int) { return collect(t, s.CommentReplies()) }, [][2]int64{{11, 10}}, 1},
				"none":     {func() ([][2]int64, int) { return collect(t, s.PostTags()) }, nil, 0},
			} {
				if got, bad := c.got(); !slices.Equal(got, c.want) || bad != c.bad {
					t.Errorf("%s: %v and %d bad rows, want %v and %d", name, got, bad, c.want, c.bad)
				}
			}
		})
	}
}

func collect(t *testing.T, edges func(func(Edge, error) bool)) (out [][2]int64, bad int) {
	t.Helper()
	for e, err := range edges {
		switch {
		case IsBad(err):
			bad++
		case err != nil:
			t.Fatal(err)
		default:
			out = append(out, [2]int64{e.From, e.To})
		}
	}
	return out, bad
}
