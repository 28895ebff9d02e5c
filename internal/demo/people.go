package demo

import (
	"time"
)

// people makes everybody: the personas first, then the others.
func (m *maker) people(n int) {
	m.members = make([]person, 0, n)
	m.personas()
}

// personas are the members whom one may be.
func (m *maker) personas() {
	names := []string{"Noor Haddad", "Adaeze Nwosu-Lindqvist", "Mateus Figueira Antunes", "Tilda Marchetti-Holm", "Eirik Valkeapää Dahl", "Ursula Kestrel"}
	for i, c := range cast {
		p := person{handle: c.handle, name: names[i], joined: m.now.Add(-300 * 24 * time.Hour)}
		if c.handle == keeper {
			p.joined = m.now.Add(-keeperYears)
		}
		m.members = append(m.members, p)
	}
}
