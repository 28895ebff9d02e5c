package answers

import (
	"cmp"
	"context"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/trait"
	"guildhall/internal/transfer/ldbc"
)

// Posts and comments come to Guildhall with the feed. Until then what these
// questions need of them is read straight from the set; people, connections, ways,
// interests and places are asked of Guildhall's services.

// talk is who wrote what, and in answer to whom, by the set's ids.
type talk struct {
	posts   map[int64][][]int64  // by person: the tags of each post
	replies map[[2]int64]float64 // by pair, lower first: a reply to a post counts 1, to a comment ½
}

// talk reads it once, when it is first asked for.
func (h *house) spoken() (*talk, error) {
	if h.said != nil {
		return h.said, nil
	}
	s, err := ldbc.Open(h.set, h.db.Now())
	if err != nil {
		return nil, err
	}
	t := &talk{posts: map[int64][][]int64{}, replies: map[[2]int64]float64{}}
	post, err := ends(s.PostCreators())
	if err != nil {
		return nil, err
	}
	comment, err := ends(s.CommentCreators())
	if err != nil {
		return nil, err
	}
	if err := t.addPosts(s, post); err != nil {
		return nil, err
	}
	for _, r := range []struct {
		edges  iter.Seq2[ldbc.Edge, error]
		author map[int64]int64
		weight float64
	}{{s.PostReplies(), post, 1}, {s.CommentReplies(), comment, 0.5}} {
		err := good(r.edges, func(e ldbc.Edge) {
			by, okBy := comment[e.From]
			to, okTo := r.author[e.To]
			if okBy && okTo {
				t.replies[[2]int64{min(by, to), max(by, to)}] += r.weight
			}
		})
		if err != nil {
			return nil, err
		}
	}
	h.said = t
	return t, nil
}

func (t *talk) addPosts(s *ldbc.Set, author map[int64]int64) error {
	tags := map[int64][]int64{}
	if err := good(s.PostTags(), func(e ldbc.Edge) { tags[e.From] = append(tags[e.From], e.To) }); err != nil {
		return err
	}
	for id, by := range author {
		t.posts[by] = append(t.posts[by], tags[id])
	}
	return nil
}

// good calls f with every row that can be read.
func good(edges iter.Seq2[ldbc.Edge, error], f func(ldbc.Edge)) error {
	for e, err := range edges {
		switch {
		case ldbc.IsBad(err):
		case err != nil:
			return err
		default:
			f(e)
		}
	}
	return nil
}

func ends(edges iter.Seq2[ldbc.Edge, error]) (map[int64]int64, error) {
	out := map[int64]int64{}
	return out, good(edges, func(e ldbc.Edge) { out[e.From] = e.To })
}

// strangers is IC10: people at the second degree with a birthday from the 21st of a
// month to the 21st of the next, by how many of their posts are about an interest
// of the person's, less those that are about none; then by the set's id.
func (h *house) strangers(ctx context.Context, p params) ([][]string, error) {
	source := p.id("personId", "personIdQ10")
	id, ok := h.persons[source]
	if !ok {
		return nil, nil
	}
	said, err := h.spoken()
	if err != nil {
		return nil, err
	}
	var ids []int64
	for m, d := range h.lens.Graph().Within(id, 2) {
		if d == graph.Second && h.lens.SeeMember(m) && bornAround(h.own[h.source[m]].birthday, int(p.id("month"))) {
			ids = append(ids, m)
		}
	}
	traits, err := h.traits.Of(ctx, h.db, append(ids, id), trait.Skill, trait.Place)
	if err != nil {
		return nil, err
	}
	cares := map[int64]bool{}
	for _, t := range traits[id] {
		if t.Kind == trait.Skill && t.Relation == trait.Has {
			cares[h.tags[t.Entity]] = true
		}
	}
	cards, err := h.members.Cards(ctx, h.db, ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ids, func(a, b int64) int {
		return cmp.Or(cmp.Compare(said.fit(h.source[b], cares), said.fit(h.source[a], cares)), cmp.Compare(h.source[a], h.source[b]))
	})
	var rows [][]string
	for _, m := range ids[:min(len(ids), p.limit(10))] {
		first, last := h.split(cards[m].Name, h.source[m])
		rows = append(rows, []string{itoa(h.source[m]), first, last, strconv.Itoa(said.fit(h.source[m], cares)), h.own[h.source[m]].gender, city(traits[m])})
	}
	return rows, nil
}

func city(ts []trait.Trait) string {
	for _, t := range ts {
		if t.Kind == trait.Place && trait.Section(t.Kind, t.Relation) == access.Location {
			return spelled(t.Name)
		}
	}
	return ""
}

// fit counts the posts about something one cares about, less the others.
func (t *talk) fit(person int64, cares map[int64]bool) (n int) {
	for _, tags := range t.posts[person] {
		if slices.ContainsFunc(tags, func(tag int64) bool { return cares[tag] }) {
			n++
		} else {
			n--
		}
	}
	return n
}

// bornAround reports whether a birthday lies from the 21st of a month to the 21st
// of the next.
func bornAround(birthday string, month int) bool {
	t, err := time.Parse(time.DateOnly, birthday)
	m := int(t.Month())
	return err == nil && (m == month && t.Day() >= 21 || m == month%12+1 && t.Day() < 22)
}

// ways is IC14: all shortest paths, weighted by what the people on them answered
// each other. The set's standard leaves the order of equal weights open; here equal
// ones come by their ids.
func (h *house) ways(_ context.Context, p params) ([][]string, error) {
	a, okA := h.persons[p.id("person1Id", "person1IdQ14StartNode")]
	b, okB := h.persons[p.id("person2Id", "person2IdQ14EndNode")]
	if !okA || !okB {
		return nil, nil
	}
	said, err := h.spoken()
	if err != nil {
		return nil, err
	}
	var all []way
	for _, path := range h.lens.Graph().Paths(a, b, 0, 0, h.lens.Blocked, nil) {
		w := way{ids: make([]int64, len(path))}
		for i, m := range path {
			w.ids[i] = h.source[m]
			if i > 0 {
				x, y := w.ids[i-1], w.ids[i]
				w.weight += said.replies[[2]int64{min(x, y), max(x, y)}]
			}
		}
		all = append(all, w)
	}
	return inOrder(all), nil
}

// way is one path with its weight.
type way struct {
	ids    []int64
	weight float64
}

func inOrder(all []way) (rows [][]string) {
	slices.SortFunc(all, func(v, w way) int { return cmp.Or(cmp.Compare(w.weight, v.weight), slices.Compare(v.ids, w.ids)) })
	for _, w := range all {
		ids := make([]string, len(w.ids))
		for i, id := range w.ids {
			ids[i] = itoa(id)
		}
		rows = append(rows, []string{strings.Join(ids, " "), strconv.FormatFloat(w.weight, 'f', -1, 64)})
	}
	return rows
}

// reordered brings known ways into the order of inOrder.
func reordered(known []string) (rows []string) {
	all := make([]way, len(known))
	for i, row := range known {
		path, weight, _ := strings.Cut(row, " | ")
		for id := range strings.FieldsSeq(path) {
			n, _ := strconv.ParseInt(id, 10, 64)
			all[i].ids = append(all[i].ids, n)
		}
		all[i].weight, _ = strconv.ParseFloat(weight, 64)
	}
	for _, r := range inOrder(all) {
		rows = append(rows, strings.Join(r, " | "))
	}
	return rows
}

var digits = regexp.MustCompile(`\d+`)

// steps reads a path written as its steps, {{1,2},{2,3}}.
func steps(s string) (string, error) {
	var ids []string
	for i, id := range digits.FindAllString(s, -1) {
		if i == 0 || i%2 == 1 {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, " "), nil
}

// number writes a number in its one form.
func number(s string) (string, error) {
	f, err := strconv.ParseFloat(s, 64)
	return strconv.FormatFloat(f, 'f', -1, 64), err
}
