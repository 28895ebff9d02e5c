package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// BuildSnapshot writes the snapshot of a graph of the given edges to a file without
// ever holding the graph: Open then gives what Build would have made. Edges come in
// either direction and any order; duplicates and those from a member to itself are
// ignored. memory is how many bytes may be taken for lists; 0 or less: 1 GiB. About
// 40 bytes a member come on top, and beside the file 4 to 8 bytes an edge given,
// until it is done.
//
// position is called when the edges have been read and gives what Open returns
// beside the graph; nil gives nothing. An error of it, say that reading the edges
// failed, is returned. After an error, a full disk or a panic in edges, no file is
// left, and one that was there before stays as it was. O(n log n + m log d) on all
// cores; the edges are read by the caller's goroutine.
func BuildSnapshot(ctx context.Context, path string, edges iter.Seq2[int64, int64], position func() ([]byte, error), memory int) error {
	if memory <= 0 {
		memory = 1 << 30
	}
	b := &external{ctx: ctx, workers: runtime.GOMAXPROCS(0), spool: &spool{}, seen: newIndex(nil)}
	b.share = max(1, min(memory/4/b.workers, 1<<31))
	var err error
	if b.spool.file, err = beside(path, "edges"); err != nil {
		return err
	}
	defer discard(b.spool.file)
	if err := b.read(edges); err != nil {
		return fmt.Errorf("number the edges: %w", err)
	}
	var at []byte
	if position != nil {
		if at, err = position(); err != nil {
			return err
		}
	}
	out, err := beside(path, "new")
	if err != nil {
		return err
	}
	defer discard(out)
	if err := b.write(out, at); err != nil {
		return fmt.Errorf("write the snapshot: %w", err)
	}
	return publish(out, path)
}

// beside makes a file in the folder of another one.
func beside(path, what string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"."+what+"-*")
}

// discard takes away a file, or nothing when it has been given another name.
func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// publish gives a file its name once all of it is on the disk.
func publish(f *os.File, path string) error {
	err := f.Sync()
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("put the snapshot in its place: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes sure that a name in the folder stays.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// external builds a snapshot in three steps. Edges get ordinals in order of
// appearance and go to a spool; the vertices are numbered anew by degree, and with
// them the spool; then the spool is read again for as many segments at a time as
// fit the memory, which are filled, sorted and written.
type external struct {
	ctx     context.Context
	workers int
	share   int // how many ends a worker may hold
	spool   *spool
	seen    *index
	ids     []int64
	counts  []uint32 // connections, duplicates counted
	sum     uint32   // keeps the compiler from leaving out the touching
}

// spool is a file of edges by ordinal, as words: one with the mark says from whom
// those behind it come. So edges that are sorted by one end take little more than
// 4 bytes. Every block begins with a mark.
type spool struct {
	file  *os.File
	size  int64    // of the blocks in the file, in words
	block []uint32 // not written yet
	from  uint32
}

const (
	spoolMark  = 1 << 31
	spoolBlock = 1 << 16
)

func (s *spool) add(from, to uint32) (err error) {
	if len(s.block)+2 > spoolBlock {
		err = s.flush()
	}
	if from != s.from || len(s.block) == 0 {
		s.from = from
		s.block = append(s.block, from|spoolMark)
	}
	s.block = append(s.block, to)
	return err
}

// flush writes the block; all but the last are of one size.
func (s *spool) flush() error {
	for len(s.block)%spoolBlock != 0 {
		s.block = append(s.block, s.from|spoolMark)
	}
	_, err := s.file.WriteAt(bytesOf(s.block), 4*s.size)
	s.size += int64(len(s.block))
	s.block = s.block[:0]
	return err
}

func bytesOf(words []uint32) []byte {
	if len(words) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), 4*len(words)) //nolint:gosec // read back by the same program
}

// each passes on the blocks of the spool whose number is first, first + step and so
// on. What use makes of a block is written back when it returns true.
func (b *external) each(first, step int64, use func(block []uint32) (changed bool)) error {
	block := make([]uint32, spoolBlock)
	for at := first * spoolBlock; at < b.spool.size; at += step * spoolBlock {
		if err := b.ctx.Err(); err != nil {
			return err
		}
		if _, err := b.spool.file.ReadAt(bytesOf(block), 4*at); err != nil {
			return err
		}
		if use(block) {
			if _, err := b.spool.file.WriteAt(bytesOf(block), 4*at); err != nil {
				return err
			}
		}
	}
	return nil
}

// parallel runs do once a worker and returns the first error.
func (b *external) parallel(do func(worker int) error) error {
	errs := make([]error, b.workers)
	var workers sync.WaitGroup
	for i := range errs {
		workers.Go(func() { errs[i] = do(i) })
	}
	workers.Wait()
	return cmp.Or(errs...)
}

const (
	edgeBatch = 1 << 13       // passed on at a time
	edgeGroup = batchSize / 2 // looked up at a time
)

// read puts all edges into the spool, numbering them beside the reading.
func (b *external) read(edges iter.Seq2[int64, int64]) (err error) {
	full, spare := make(chan [][2]int64, 2), make(chan [][2]int64, 4)
	var failed atomic.Pointer[error]
	done := make(chan struct{})
	go func() {
		defer close(done)
		for batch := range full {
			if failed.Load() == nil {
				if err := b.number(batch); err != nil {
					failed.Store(&err)
				}
			}
			spare <- batch[:0]
		}
	}()
	defer func() { // also when the edges panic
		close(full)
		<-done
		if p := failed.Load(); p != nil {
			err = *p
		} else if err = b.ctx.Err(); err == nil {
			err = b.spool.flush()
		}
	}()
	for range cap(spare) - 1 {
		spare <- make([][2]int64, 0, edgeBatch)
	}
	batch := <-spare
	for from, to := range edges {
		batch = append(batch, [2]int64{from, to})
		if len(batch) == edgeBatch {
			full <- batch
			batch = <-spare
			if failed.Load() != nil || b.ctx.Err() != nil {
				return nil
			}
		}
	}
	full <- batch
	return nil
}

// number gives ordinals in order of appearance and counts. The index is far from
// the processor: it is touched for a group of edges first, so that the waits for
// memory overlap.
func (b *external) number(batch [][2]int64) error {
	for group := range slices.Chunk(batch, edgeGroup) {
		b.touch(group)
		for _, e := range group {
			if e[0] == e[1] {
				continue
			}
			x, y := b.ordinal(e[0]), b.ordinal(e[1])
			b.counts[x]++
			b.counts[y]++
			if err := b.spool.add(x, y); err != nil {
				return err
			}
		}
		if len(b.ids) >= spoolMark {
			return errors.New("too many members")
		}
	}
	return nil
}

// touch is index.touch for the ends of a group of edges, and their counts.
func (b *external) touch(group [][2]int64) {
	var ends [batchSize]int64
	var ordinals [batchSize]uint32
	for i, e := range group {
		ends[2*i], ends[2*i+1] = e[0], e[1]
	}
	sum := b.seen.touch(b.ids, ends[:2*len(group)], &ordinals)
	for _, x := range ordinals[:2*len(group)] {
		if int(x) < len(b.counts) {
			sum += b.counts[x]
		}
	}
	b.sum += sum
}

func (b *external) ordinal(id int64) uint32 {
	x, ok := b.seen.find(b.ids, id)
	if ok {
		return x
	}
	x = uint32(len(b.ids))
	b.ids, b.counts = append(b.ids, id), append(b.counts, 0)
	if b.seen.full() {
		b.seen = newIndexOf(b.ids, 2*len(b.ids))
	} else {
		b.seen.add(id, x)
	}
	return x
}

// write numbers everybody anew and writes the snapshot.
func (b *external) write(out *os.File, position []byte) error {
	b.seen = nil
	var place []uint32
	b.ids, b.counts, place = byDegree(b.ids, b.counts)
	indexed := make(chan *index)
	go func() { indexed <- newIndex(b.ids) }()
	err := b.parallel(func(worker int) error {
		return b.each(int64(worker), int64(b.workers), func(block []uint32) bool {
			for i, w := range block {
				block[i] = place[w&^spoolMark] | w&spoolMark
			}
			return true
		})
	})
	ix := <-indexed
	if err != nil {
		return err
	}
	file := newSections(out)
	file.head(b.ids, ix, position)
	if err := b.segments(file); err != nil {
		return err
	}
	return file.foot()
}

// span is the segments that a worker fills at a time.
type span struct {
	lo, hi  int      // vertices
	ends    []uint32 // their lists, one behind the other
	cursors []uint32 // where each list goes on
}

// segments fills, sorts and writes all of them, a span a worker at a time.
func (b *external) segments(out *sections) error {
	all := 0
	for _, n := range b.counts {
		all += int(n)
	}
	share, spans := min(b.share, all), make([]span, b.workers)
	runtime.GC() // what numbering took, before as much is taken again
	for lo := 0; lo < len(b.ids); {
		for i := range spans {
			spans[i].begin(b.counts, lo, share)
			lo = spans[i].hi
		}
		err := b.parallel(func(worker int) error {
			s := &spans[worker]
			if s.lo == s.hi {
				return nil
			}
			return b.each(0, 1, s.take)
		})
		if err != nil {
			return err
		}
		b.pack(spans, out)
		if out.err != nil {
			return out.err
		}
	}
	return nil
}

// begin takes the next segments from lo on, as many as share allows, but one.
func (s *span) begin(counts []uint32, lo, share int) {
	total := 0
	s.lo, s.hi, s.cursors = lo, lo, s.cursors[:0]
	for s.hi < len(counts) {
		end, more := min(len(counts), s.hi+segmentSize), 0
		for _, n := range counts[s.hi:end] {
			more += int(n)
		}
		if s.hi > lo && total+more > share {
			break
		}
		at := total
		for _, n := range counts[s.hi:end] {
			s.cursors = append(s.cursors, uint32(at))
			at += int(n)
		}
		s.hi, total = end, total+more
	}
	if cap(s.ends) < total { // once, but for hubs
		s.ends = make([]uint32, max(total, share))
	}
	s.ends = s.ends[:total]
}

// take puts what a block says of the span's vertices into their lists.
func (s *span) take(block []uint32) bool {
	lo, width := uint32(s.lo), uint32(s.hi-s.lo)
	ends, cursors := s.ends, s.cursors[:width]
	x, own := uint32(0), false
	for _, w := range block {
		if w&spoolMark != 0 {
			x = w &^ spoolMark
			own = x-lo < width
			continue
		}
		if w-lo < width {
			c := &cursors[w-lo]
			ends[*c] = x
			*c++
		}
		if own {
			c := &cursors[x-lo]
			ends[*c] = w
			*c++
		}
	}
	return false
}

// pack sorts the spans' segments on all cores and writes them in their order.
func (b *external) pack(spans []span, out *sections) {
	type job struct {
		ends, counts []uint32
		done         chan *segment
	}
	var jobs []job
	for _, s := range spans {
		at := 0
		for lo := s.lo; lo < s.hi; lo += segmentSize {
			end := int(s.cursors[min(s.hi, lo+segmentSize)-1-s.lo]) // where the last list has ended
			jobs = append(jobs, job{s.ends[at:end], b.counts[lo:min(s.hi, lo+segmentSize)], make(chan *segment, 1)})
			at = end
		}
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range b.workers {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(jobs)); i = next.Add(1) - 1 {
				jobs[i].done <- pack(jobs[i].ends, jobs[i].counts)
			}
		})
	}
	for _, j := range jobs {
		out.segment(<-j.done)
	}
	workers.Wait()
}
