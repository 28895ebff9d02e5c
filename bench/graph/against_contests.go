package graph

import (
	"fmt"
	"slices"

	engine "guildhall/internal/graph"
)

// topic is what a question is about.
type topic struct {
	a, c   int64 // c is only there in a pair
	pair   bool
	others []int64
}

// rest is what a question is about beside the viewer.
func (t topic) rest() string {
	switch {
	case t.others != nil:
		return fmt.Sprint("others ", t.others)
	case t.pair:
		return fmt.Sprint("other ", t.c)
	}
	return "nobody else"
}

// contest is a kind of question that the engine and databases both answer.
type contest struct {
	query   string
	targets map[string]float64 // how many times the engine's time a database takes
	draw    func(b *bench, viewer int64) topic
	ask     func(b *bench, v *engine.View, t topic)
	answer  func(b *bench) []int64 // what ask has left in b, as numbers
	equal   func(v *engine.View, ours, theirs []int64) bool
}

const (
	bestSuggestions = 20
	bestMutuals     = 10
)

var contests = []contest{
	{
		query: "degrees of 100", targets: map[string]float64{"postgres": 100, "sqlite": 50},
		draw: func(b *bench, a int64) topic {
			t := topic{a: a}
			for range 100 {
				t.others = append(t.others, b.anybody())
			}
			return t
		},
		ask: func(b *bench, v *engine.View, t topic) { b.degrees = v.AppendDegrees(b.degrees[:0], t.a, t.others) },
		answer: func(b *bench) (all []int64) {
			for _, d := range b.degrees {
				all = append(all, int64(d))
			}
			return all
		},
		equal: sameNumbers,
	},
	{
		query: "mutual count and top 10", targets: map[string]float64{"sqlite": 15},
		draw: func(b *bench, a int64) topic { return topic{a: a, c: b.second(a), pair: true} },
		ask: func(b *bench, v *engine.View, t topic) {
			b.ids, b.number = v.AppendMutuals(b.ids[:0], t.a, t.c, bestMutuals, nil)
		},
		answer: func(b *bench) []int64 { return append([]int64{int64(b.number)}, b.ids...) },
		equal:  sameNumbers,
	},
	{
		query: "one shortest path", targets: map[string]float64{"sqlite": 15},
		draw:   func(b *bench, a int64) topic { return topic{a: a, c: b.anybody(), pair: true} },
		ask:    func(b *bench, v *engine.View, t topic) { b.ids = v.AppendPath(b.ids[:0], t.a, t.c, 0, nil) },
		answer: func(b *bench) []int64 { return slices.Clone(b.ids) },
		equal:  samePath,
	},
	{
		query: "second-degree count", targets: map[string]float64{"postgres": 100, "sqlite": 50},
		draw:   func(b *bench, a int64) topic { return topic{a: a} },
		ask:    func(b *bench, v *engine.View, t topic) { b.number = v.SecondCount(t.a) },
		answer: func(b *bench) []int64 { return []int64{int64(b.number)} },
		equal:  sameNumbers,
	},
	{
		query: "people you may know, top 20", targets: map[string]float64{"postgres": 70, "sqlite": 50},
		draw: func(b *bench, a int64) topic { return topic{a: a} },
		ask: func(b *bench, v *engine.View, t topic) {
			b.near = v.AppendNearest(b.near[:0], t.a, bestSuggestions, nil)
		},
		answer: func(b *bench) (all []int64) {
			for _, c := range b.near {
				all = append(all, c.Member, int64(c.Mutual), int64(c.Score*engine.Unit))
			}
			return all
		},
		equal: sameNumbers,
	},
}

func sameNumbers(_ *engine.View, ours, theirs []int64) bool { return slices.Equal(ours, theirs) }

// samePath accepts any shortest path: a database has no reason to find the lowest.
func samePath(v *engine.View, ours, theirs []int64) bool {
	if len(ours) != len(theirs) || len(ours) > 0 && (ours[0] != theirs[0] || ours[len(ours)-1] != theirs[len(theirs)-1]) {
		return false
	}
	for i := 1; i < len(theirs); i++ {
		if !v.Connected(theirs[i-1], theirs[i]) {
			return false
		}
	}
	return true
}
