package graph

import (
	"iter"
	"slices"
)

// build makes a View of edges given in any order, with duplicates and loops:
// everybody gets an ordinal, the best connected first; then the lists are
// filled segment by segment, sorted, and rid of duplicates.
func build(edges iter.Seq2[int64, int64], p *pool) *View {
	v := &View{pool: p}
	pairs := v.number(edges)
	counts := v.renumber(pairs)
	v.ordinals = newIndex(v.ids)
	v.fill(pairs, counts)
	return v
}

// number gives ordinals in order of appearance and returns the edges by them.
func (v *View) number(edges iter.Seq2[int64, int64]) (pairs [][2]uint32) {
	seen := newIndex(nil)
	ordinal := func(id int64) uint32 {
		x, ok := seen.find(v.ids, id)
		if ok {
			return x
		}
		x = uint32(len(v.ids))
		v.ids = append(v.ids, id)
		if seen.full() {
			seen = newIndex(v.ids)
		} else {
			seen.add(id, x)
		}
		return x
	}
	for a, b := range edges {
		if a != b {
			pairs = append(pairs, [2]uint32{ordinal(a), ordinal(b)})
		}
	}
	return pairs
}

// renumber numbers the vertices by degree, also in the pairs, and returns how many
// connections each has, duplicates counted.
func (v *View) renumber(pairs [][2]uint32) (counts []uint32) {
	counts = make([]uint32, len(v.ids))
	for _, p := range pairs {
		counts[p[0]]++
		counts[p[1]]++
	}
	var place []uint32
	v.ids, counts, place = byDegree(v.ids, counts)
	for i, p := range pairs {
		pairs[i] = [2]uint32{place[p[0]], place[p[1]]}
	}
	return counts
}

// byDegree orders the vertices by how many connections they have, those with the
// most first and equal ones as they were; place is where each has come. A search
// comes by the well connected most of the time: side by side, their bits and
// counters stay near.
func byDegree(ids []int64, counts []uint32) (sortedIDs []int64, sorted, place []uint32) {
	order := make([]uint64, len(ids))
	for x, n := range counts {
		order[x] = uint64(^n)<<32 | uint64(x)
	}
	slices.Sort(order)
	sortedIDs, sorted, place = make([]int64, len(ids)), make([]uint32, len(ids)), make([]uint32, len(ids))
	for to, key := range order {
		from := uint32(key)
		sortedIDs[to], sorted[to], place[from] = ids[from], counts[from], uint32(to)
	}
	return sortedIDs, sorted, place
}

// fill makes the segments from both directions of each pair.
func (v *View) fill(pairs [][2]uint32, counts []uint32) {
	segments := (len(v.ids) + segmentSize - 1) / segmentSize
	ends, cursors := make([][]uint32, segments), make([]uint32, len(v.ids))
	for i := range segments {
		total := uint32(0)
		for x := i * segmentSize; x < min(len(v.ids), (i+1)*segmentSize); x++ {
			cursors[x] = total
			total += counts[x]
		}
		ends[i] = make([]uint32, total)
	}
	for _, p := range pairs {
		for _, q := range [2][2]uint32{p, {p[1], p[0]}} {
			ends[q[0]/segmentSize][cursors[q[0]]] = q[1]
			cursors[q[0]]++
		}
	}
	v.table = make([]*page, (segments+pageSize-1)/pageSize)
	for i := range v.table {
		v.table[i] = emptyPage()
	}
	for i, es := range ends {
		s := pack(es, counts[i*segmentSize:min(len(v.ids), (i+1)*segmentSize)])
		if len(s.ends) < len(es) {
			s.ends = slices.Clone(s.ends)
		}
		v.table[i/pageSize][i%pageSize] = s
		v.edges += len(s.ends)
		v.squares += squaresOf(s.offsets)
	}
	v.edges /= 2
}

// pack makes a segment of lists of the given lengths that stand one behind the
// other, unsorted and with duplicates, in their place.
func pack(ends, lengths []uint32) *segment {
	s := &segment{offsets: new([segmentSize + 1]uint32)}
	from, kept := uint32(0), uint32(0)
	for i := range segmentSize {
		if i < len(lengths) {
			list := ends[from : from+lengths[i]]
			slices.Sort(list)
			from += lengths[i]
			kept += uint32(copy(ends[kept:], slices.Compact(list)))
		}
		s.offsets[i+1] = kept
	}
	s.ends = ends[:kept]
	return s
}
