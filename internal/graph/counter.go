package graph

// Counter counts what one member has in common with many others: whose connections
// they are is marked once. It is not safe for concurrent use, and is to be closed.
type Counter struct {
	v    *View
	s    *scratch
	a    int64
	own  []uint32
	seen bool // own is marked
}

// Counter returns a counter for a. It costs nothing until somebody is counted for
// whom marking pays.
func (v *View) Counter(a int64) *Counter { return &Counter{v: v, a: a, own: v.neighbours(a)} }

// Count is MutualCount of a and b: O(d(b)) once a's connections are marked, O(d(a)), or
// less where searching among them is quicker.
func (c *Counter) Count(b int64) int {
	if b == c.a {
		return 0
	}
	list := c.v.neighbours(b)
	if len(c.own)*muchLonger < len(list) || !c.seen && len(list)*muchLonger < len(c.own) {
		return common(c.own, list, nil)
	}
	if !c.seen {
		c.s, c.seen = c.v.scratch(), true
		c.s.a.fit(c.v)
		c.s.a.addAll(c.own)
	}
	return c.s.a.count(list)
}

// Close gives back what the counter holds. It may be called more than once.
func (c *Counter) Close() {
	if c.seen {
		c.s.a.clear()
		c.v.release(c.s)
		c.s, c.seen = nil, false
	}
}
