package graph

import "slices"

// What a snapshot holds beside the connections, in words: how many traits, and
// their ids, two words each; how many have one, and vertex and number of each; how
// many strengths, and vertex, vertex and strength of each tie from its lower end;
// how many blocks, and both vertices. Numbers of things are two words. It is read into
// memory when a snapshot is opened.

// beside is all that v has beside its connections.
func (v *View) beside() (ws []uint32) {
	ws = long(ws, len(v.traits.ids))
	for _, id := range v.traits.ids {
		ws = long(ws, int(id))
	}
	begin := func() int {
		ws = append(ws, 0, 0)
		return len(ws)
	}
	end := func(at, each int) { long(ws[:at-2], (len(ws)-at)/each) }
	at := begin()
	for x := range uint32(len(v.ids)) {
		for _, number := range v.traits.of.of(x) {
			ws = append(ws, x, number)
		}
	}
	end(at, 2)
	at = begin()
	for x := range uint32(len(v.ids)) {
		for pairs := v.strengths.of(x); len(pairs) > 0; pairs = pairs[2:] {
			if x < pairs[0] {
				ws = append(ws, x, pairs[0], pairs[1])
			}
		}
	}
	end(at, 3)
	at = begin()
	for x := range uint32(len(v.ids)) {
		for _, y := range v.blocks.of(x) {
			if x < y {
				ws = append(ws, x, y)
			}
		}
	}
	end(at, 2)
	return ws
}

// long appends a number as two words.
func long(ws []uint32, n int) []uint32 { return append(ws, uint32(n), uint32(n>>32)) }

// besides reads what beside wrote.
type besides struct {
	ws  []uint32
	bad bool
}

// long takes a number.
func (b *besides) long() int {
	if len(b.ws) < 2 {
		b.bad = true
		return 0
	}
	n := int(b.ws[0]) | int(b.ws[1])<<32
	b.ws = b.ws[2:]
	return n
}

// take takes as many times each words as the number before them says.
func (b *besides) take(each int) []uint32 {
	n := b.long()
	if n < 0 || n > len(b.ws)/each {
		b.bad = true
		return nil
	}
	ws := b.ws[:n*each]
	b.ws = b.ws[n*each:]
	return ws
}

// readBeside gives v, which nobody else has yet, what stands beside its connections.
// It believes nothing: a name that is not there, or a thing said twice, is an
// ErrSnapshot.
func (v *View) readBeside(ws []uint32) error {
	b, n := &besides{ws: ws}, uint32(len(v.ids))
	for ids := b.take(2); len(ids) > 0; ids = ids[2:] {
		id := int64(ids[0]) | int64(ids[1])<<32
		if _, known := v.traits.number(id); known {
			return unusable("a trait is there twice")
		}
		v.traits.add(id)
	}
	var pairs [][2]uint32
	for ws := b.take(2); len(ws) > 0; ws = ws[2:] {
		if ws[0] >= n || ws[1] >= uint32(len(v.traits.ids)) {
			return unusable("a trait is not there")
		}
		pairs = append(pairs, [2]uint32{ws[0], ws[1]})
	}
	if len(v.traits.ids) > 0 {
		v.traits.fill(len(v.ids), pairs)
	}
	if err := v.readStrengths(b.take(3), n); err != nil {
		return err
	}
	for ws := b.take(2); len(ws) > 0; ws = ws[2:] {
		if ws[0] >= ws[1] || ws[1] >= n || contains(v.blocks.of(ws[0]), ws[1]) {
			return unusable("a block is of nobody")
		}
		v.setBlock(ws[0], ws[1], inserted)
		v.apart++
	}
	if b.bad || len(b.ws) > 0 {
		return unusable("what stands beside the connections does not fit")
	}
	return nil
}

// readStrengths takes the strengths of ties, as beside wrote them: ascending.
func (v *View) readStrengths(ws []uint32, n uint32) error {
	ties := make([][3]uint32, 0, len(ws)/3)
	for ; len(ws) > 0; ws = ws[3:] {
		t := [3]uint32(ws)
		if t[0] >= t[1] || t[1] >= n || t[2] == 0 || len(ties) > 0 && slices.Compare(ties[len(ties)-1][:2], t[:2]) >= 0 {
			return unusable("a strength is of no tie")
		}
		ties = append(ties, t)
	}
	v.strengths = packStrengths(int(n), ties)
	return nil
}
