package ldbc

import (
	"iter"
	"strings"
)

// Edge is a row of a relation between two things of a set.
type Edge struct {
	At
	From, To int64
}

// Posts, comments and their tags are no part of a community's import; these read
// who wrote what in answer to whom, for known answers. A set without them yields
// nothing, and their headers are looked at only here.

// PostCreators yields posts and who wrote them.
func (s *Set) PostCreators() iter.Seq2[Edge, error] {
	return s.edges("post", "creator", "post_hasCreator_person")
}

// CommentCreators yields comments and who wrote them.
func (s *Set) CommentCreators() iter.Seq2[Edge, error] {
	return s.edges("comment", "creator", "comment_hasCreator_person")
}

// PostReplies yields comments and the posts that they answer.
func (s *Set) PostReplies() iter.Seq2[Edge, error] {
	return s.edges("comment", "replyOfPost", "comment_replyOf_post")
}

// CommentReplies yields comments and the comments that they answer.
func (s *Set) CommentReplies() iter.Seq2[Edge, error] {
	return s.edges("comment", "replyOfComment", "comment_replyOf_comment")
}

// PostTags yields posts and their tags.
func (s *Set) PostTags() iter.Seq2[Edge, error] { return s.edges("", "", "post_hasTag_tag") }

// edges reads a relation that is a column of a table, or a table of its own. Where
// the column is empty there is no edge.
func (s *Set) edges(table, column, alone string) iter.Seq2[Edge, error] {
	return func(yield func(Edge, error) bool) {
		for _, name := range []string{table, alone} {
			if err := s.readHeaderOf(name); err != nil {
				yield(Edge{}, err)
				return
			}
		}
		from, to, name := 0, 1, alone
		if t := s.tables[table]; t != nil && t.col(column) >= 0 {
			from, to, name = max(t.col("id"), 0), t.col(column), table
		}
		for r, err := range s.rows(name) {
			e := Edge{At: r.At}
			if err == nil && strings.TrimSpace(r.fields[to]) == "" {
				continue
			}
			if err == nil {
				e.From, err = r.id(from)
			}
			if err == nil {
				e.To, err = r.id(to)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// readHeaderOf learns the columns of a table that Open did not look at.
func (s *Set) readHeaderOf(name string) error {
	if t := s.tables[name]; t == nil || t.cols != nil {
		return nil
	}
	return s.header(name, nil, false)
}
