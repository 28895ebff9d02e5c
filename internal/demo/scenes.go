package demo

import (
	"slices"
	"time"

	"guildhall/internal/why"
)

// meet stages the ties that the newcomer's story needs: three connections, each
// of whom knows the one who gives no reason.
func (m *maker) meet() {
	friends := []int{adaeze, tilda, m.colleague("Brackwater Analytics")}
	for _, f := range friends {
		m.staged = append(m.staged, [2]int{noor, f}, [2]int{dafni, f})
	}
	m.staged = append(m.staged, [2]int{adaeze, tilda}, [2]int{ursula, tilda}, [2]int{ursula, adaeze}, [2]int{adaeze, mateus})
	m.lives[noor].appeal = 0
}

// colleague is the first stranger who works at a firm now; the first of all if
// nobody does.
func (m *maker) colleague(firm string) int {
	for i := len(actors); i < len(m.members); i++ {
		if job := m.members[i].present(); m.entities[job.entity].Name == firm && job.end() >= m.month {
			return i
		}
	}
	return len(actors)
}

// scene is what waits for one of the cast, by cause.
type scene struct {
	to     int
	causes []string
}

var waiting = []scene{
	{adaeze, []string{"company", "school", "mentor", "mutual", "group", "seek", "company", "none", "mutual"}},
	{mateus, []string{"company", "claimed", "skill", "mutual", "none", "group", "school", "gap", "company", "met", "mutual", "group", "none", "company"}},
	{tilda, []string{"school", "group", "mentor", "mutual", "group"}},
	{eirik, []string{"company", "gap"}},
	{ursula, []string{"schoolgap", "group", "mentor", "mutual"}},
}

// scenes writes what waits for the cast, and what some of them answered.
func (m *maker) scenes() {
	m.newcomer()
	for _, s := range waiting {
		for i, key := range s.causes {
			if l, ok := m.toActor(s.to, key); ok {
				if s.to == mateus {
					m.vary(&l, i)
				}
				m.send(l)
			}
		}
	}
	for _, to := range []int{mateus, mateus, mateus, mateus, mateus, adaeze, adaeze, adaeze, tilda, ursula} {
		if l, ok := m.toActor(to, one(m.rng, []string{"company", "group", "school", "mutual"})); ok {
			m.settle(&l)
			if l.answer == withdrawn {
				l.answer = ignores
			}
			m.send(l)
		}
	}
}

// newcomer writes the three invitations that wait for Noor: one that holds, one
// that does not, and one that says nothing.
func (m *maker) newcomer() {
	worked, _ := m.bond(solveig, noor, func(x bond) bool { return x.months > 12 })
	m.send(letter{
		from: solveig, to: noor, at: m.now.Add(-53 * time.Hour), reason: why.Relationship, sub: "worked",
		note:    "We shared the night desk in Aqaba through two winters of floods, and I still use your radar notes. Come and see our gauges when you have got used to the rain.",
		release: m.released(&causes[0], solveig, noor, worked),
	})
	m.send(letter{
		from: bastian, to: noor, at: m.now.Add(-5*day - 3*time.Hour), reason: why.Relationship, sub: "worked",
		note: "Great to reconnect after our Brackwater days!",
	})
	m.send(letter{from: dafni, to: noor, at: m.now.Add(-7*day - time.Hour)})
}

// toActor finds somebody from whom such a letter can come, rather one who has
// sent few; for another cause if nobody can send this one.
func (m *maker) toActor(to int, key string) (letter, bool) {
	from := m.rng.Perm(len(m.members))
	for _, key := range []string{key, "mutual", "skill", "none"} {
		s := &causes[slices.IndexFunc(causes, func(s cause) bool { return s.key == key })]
		for _, a := range from {
			if a < len(actors) || slices.ContainsFunc(m.letters, func(l letter) bool { return l.from == a && l.answer == waits }) {
				continue
			}
			if l, ok := m.letter(s, a, to); ok {
				return l, true
			}
		}
	}
	return letter{}, false
}

// vary puts the letters to Mateus into different states: a question asked, one
// answered, one that is about to run out, one that waits since just now.
func (m *maker) vary(l *letter, i int) {
	l.replies = nil
	switch i {
	case 0:
		l.at = m.now.Add(-95 * time.Minute)
	case 1:
		l.replies = []string{replies[0][0]}
	case 3:
		l.replies = replies[1][:]
	case 6:
		l.replies = replies[4][:1]
	default:
		m.age(l)
	}
	l.after = m.now.Sub(l.at) * 4 / 5
}

// age lets one letter to Mateus wait so long that it is about to run out, if its
// sender was here then.
func (m *maker) age(l *letter) {
	old := m.now.Add(-172 * day)
	aged := slices.ContainsFunc(m.letters, func(o letter) bool { return o.to == l.to && o.at.Equal(old) })
	if !aged && m.members[l.from].joined.Before(old) {
		l.at = old
	}
}
