package graph

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A snapshot file holds a View as it stands in memory, little-endian, each part
// padded to 8 bytes:
//
//	header      magic, version, segment size, members, slots of the index, length of the position
//	position    the caller's: up to where the journal is in it
//	ids         8 bytes a member, by ordinal
//	index       4 bytes a slot
//	segments    offsets and ends of each
//	beside      traits, strengths and blocks, see beside.go
//	directory   of each segment: how many ends, and the checksum of its bytes
//	trailer     sum of the squares of the numbers of connections; length of what stands beside them;
//	            checksums of header and position, of ids and index, of all from beside to that length; magic
//
// Checksums are CRC-32C. All that is not known before the last segment stands
// behind it, so that a file can be written from beginning to end.
const (
	magic         = "GHGRAPH\n"
	endMagic      = "\nHPARGHG"
	formatVersion = 3
	headerSize    = 8 + 5*8
	trailerSize   = 5*8 + 8
	offsetsSize   = 4 * (segmentSize + 2) // padded
)

// ErrSnapshot is what every error about the content of a snapshot is: it is
// foreign, of another version, cut off or damaged. The graph must be built anew.
var ErrSnapshot = errors.New("not a usable snapshot of the graph")

func unusable(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrSnapshot, fmt.Sprintf(format, args...))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// WriteSnapshot writes the View, with a position of the caller's that Open gives
// back. It goes on beside readers and changes. O(n + m), and 5 bytes a member
// while it runs. Whoever writes a file should give it its name when it is whole
// and synced: Open maps it, so it must never be written to again. A View that was
// opened from a damaged snapshot is not written: that is an ErrSnapshot.
func (v *View) WriteSnapshot(w io.Writer, position []byte) error {
	out := newSections(w)
	out.head(v.ids, newIndex(v.ids), position)
	for i := range v.segments() {
		s := v.table[i/pageSize][i%pageSize]
		s.sound() // checks it; what was damaged and has been changed since is in the file's error
		if err := v.from.failure(); err != nil {
			return err
		}
		if s.patch.Load() != nil {
			s = s.merged()
		}
		out.segment(s)
	}
	out.beside = v.beside()
	return out.foot()
}

// segments is how many there are.
func (v *View) segments() int { return (len(v.ids) + segmentSize - 1) / segmentSize }

// sections writes the parts of a snapshot and sums them up; the first error stays.
type sections struct {
	w         *bufio.Writer
	crc       uint32
	at        int
	err       error
	word8     [8]byte
	sums      [3]uint64
	directory []uint32
	squares   int
	beside    []uint32
}

func newSections(w io.Writer) *sections {
	return &sections{w: bufio.NewWriterSize(w, 1<<20), beside: new(View).beside()}
}

// head writes all that stands before the segments.
func (s *sections) head(ids []int64, ix *index, position []byte) {
	s.bytes([]byte(magic))
	s.numbers(formatVersion, segmentSize, int64(len(ids)), int64(len(ix.slots)), int64(len(position)))
	s.bytes(position)
	s.sums[0] = s.sum()
	s.numbers(ids...)
	for i := range ix.slots {
		s.word(ix.slots[i].Load())
	}
	s.pad()
	s.sums[1] = s.sum()
}

// segment writes the next one, which must have no patch.
func (s *sections) segment(g *segment) {
	s.words(g.offsets[:])
	s.words(g.ends)
	s.directory = append(s.directory, uint32(len(g.ends)), uint32(s.sum()))
	s.squares += squaresOf(g.offsets)
}

// squaresOf is the sum of the squares of the lengths of a segment's lists.
func squaresOf(offsets *[segmentSize + 1]uint32) (sum int) {
	for i := range segmentSize {
		d := int(offsets[i+1] - offsets[i])
		sum += d * d
	}
	return sum
}

// foot writes what stands behind the segments.
func (s *sections) foot() error {
	s.words(s.beside)
	s.words(s.directory)
	s.numbers(int64(s.squares), int64(len(s.beside)))
	s.sums[2] = s.sum()
	for _, sum := range s.sums {
		s.numbers(int64(sum))
	}
	s.bytes([]byte(endMagic))
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

func (s *sections) write(b []byte) {
	s.crc = crc32.Update(s.crc, castagnoli, b)
	s.at += len(b)
	if s.err == nil {
		_, s.err = s.w.Write(b)
	}
}

// bytes writes b, padded.
func (s *sections) bytes(b []byte) {
	s.write(b)
	s.pad()
}

func (s *sections) pad() {
	clear(s.word8[:])
	s.write(s.word8[:(8-s.at%8)%8])
}

func (s *sections) numbers(ns ...int64) {
	if littleEndian && len(ns) > 0 {
		s.write(unsafe.Slice((*byte)(unsafe.Pointer(&ns[0])), 8*len(ns))) //nolint:gosec // the same bytes
		return
	}
	for _, n := range ns {
		binary.LittleEndian.PutUint64(s.word8[:], uint64(n))
		s.write(s.word8[:])
	}
}

func (s *sections) word(n uint32) {
	binary.LittleEndian.PutUint32(s.word8[:], n)
	s.write(s.word8[:4])
}

func (s *sections) words(ns []uint32) {
	if littleEndian && len(ns) > 0 {
		s.write(unsafe.Slice((*byte)(unsafe.Pointer(&ns[0])), 4*len(ns))) //nolint:gosec // the same bytes
	} else {
		for _, n := range ns {
			s.word(n)
		}
	}
	s.pad()
}

// sum is the checksum of what was written since the last one.
func (s *sections) sum() uint64 {
	sum := s.crc
	s.crc = 0
	return uint64(sum)
}

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// Open makes a graph of a snapshot file and returns the position that was written
// with it. Where the system can, the file is mapped: its pages are shared with
// the system's cache and stay mapped until the process ends, since old Views
// may need them; changes go to memory. O(n + traits, strengths and blocks): ids, index and directory are checked
// before it returns, and what is wrong with them is an ErrSnapshot.
//
// A segment of the lists is checked when it is first asked for. The lists of one
// that is damaged are empty from then on, so that answers may be wrong, and Err
// says so: such a graph should be built anew. Verify finds out early.
func Open(path string) (g *Graph, position []byte, err error) {
	data, err := mapFile(path)
	if err != nil {
		return nil, nil, err
	}
	v, position, err := parse(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	g = &Graph{}
	g.view.Store(v)
	return g, position, nil
}

// Verify checks, on all cores, what the graph has of the snapshot it was opened
// from and has not checked yet; some 1 ns a connection when the file is cached. It
// goes on beside readers and changes, and returns what Err then returns, or the
// context's error when that ends first.
func (g *Graph) Verify(ctx context.Context) error { return g.Snapshot().from.verify(ctx) }

// Err returns an ErrSnapshot when a part of the snapshot that the graph was opened
// from has been found damaged. It stays until Replace. O(1).
func (g *Graph) Err() error { return g.Snapshot().from.failure() }

// file is what segments that have not been checked come from.
type file struct {
	data      []byte
	members   int
	starts    []int    // where segments begin in data, and the last one's end
	directory []uint32 // of each segment: how many ends, and its checksum
	segments  []segment
	failed    atomic.Pointer[error]
}

// failure is the first damage that was found; nil for no file.
func (f *file) failure() error {
	if f != nil {
		if err := f.failed.Load(); err != nil {
			return *err
		}
	}
	return nil
}

// check replaces the patch that stands before a segment of the file. Two may do so
// at once: they find the same.
func (f *file) check(s *segment, unread *patch) {
	var found *patch
	if err := readable(func() error { return f.examine(s) }); err != nil {
		err = fmt.Errorf("segment %d: %w", s.number, err)
		f.failed.CompareAndSwap(nil, &err)
		found = damaged
	}
	s.patch.CompareAndSwap(unread, found)
}

// readable makes an error of it when what is mapped cannot be read: the disk fails,
// or somebody has cut the file off.
func readable(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			if _, fault := p.(interface{ Addr() uintptr }); !fault {
				panic(p)
			}
			err = unusable("it cannot be read")
		}
	}()
	return read()
}

// examine checks a segment: its sum, that lists follow each other and ascend, and
// that nobody is in them who is not there.
func (f *file) examine(s *segment) error {
	n := int(s.number)
	if crc32.Checksum(f.data[f.starts[n]:f.starts[n+1]], castagnoli) != f.directory[2*n+1] {
		return unusable("it does not match its checksum")
	}
	if s.offsets[0] != 0 || int(s.offsets[segmentSize]) != len(s.ends) || !slices.IsSorted(s.offsets[:]) {
		return unusable("its lists do not fill it")
	}
	for i := range segmentSize {
		list := s.ends[s.offsets[i]:s.offsets[i+1]]
		if !ascends(list) || len(list) > 0 && int(list[len(list)-1]) >= f.members {
			return unusable("a list is out of order")
		}
	}
	return nil
}

func ascends(xs []uint32) bool {
	for i := 1; i < len(xs); i++ {
		if xs[i-1] >= xs[i] {
			return false
		}
	}
	return true
}

// verify checks all segments that have not been checked.
func (f *file) verify(ctx context.Context) error {
	if f == nil {
		return nil
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(f.segments)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				f.segments[i].sound()
			}
		})
	}
	workers.Wait()
	return cmp.Or(f.failure(), ctx.Err())
}

// parts are the places in the bytes of a snapshot.
type parts struct {
	data                       []byte
	members, slots             int
	position, ids, index, rest int // where they begin
	positionEnd                int
	beside, directory          []uint32
	squares                    int
}

// parse makes a View of a snapshot's bytes, which it keeps.
func parse(data []byte) (v *View, position []byte, err error) {
	err = readable(func() error {
		p := &parts{data: data}
		if err := p.frame(); err != nil {
			return err
		}
		v = &View{pool: &pool{}, ids: numbers(data[p.ids:p.index]), squares: p.squares}
		if v.ordinals, err = p.readIndex(); err != nil {
			return err
		}
		position = append(position, data[p.position:p.positionEnd]...)
		if err := p.hang(v); err != nil {
			return err
		}
		return v.readBeside(p.beside)
	})
	return v, position, err
}

// frame checks header, trailer and lengths, and the sums of all but the segments.
func (p *parts) frame() error {
	size := len(p.data)
	if size < len(magic) || string(p.data[:8]) != magic {
		return unusable("the file is something else")
	}
	if size < headerSize+trailerSize || string(p.data[size-8:]) != endMagic {
		return unusable("the end is missing")
	}
	header := numbers(p.data[8:headerSize])
	if header[0] != formatVersion || header[1] != segmentSize {
		return unusable("it is of version %d with segments of %d, this program reads version %d with %d", header[0], header[1], formatVersion, segmentSize)
	}
	for _, n := range header[2:] {
		if n < 0 || n > int64(size) {
			return unusable("a length is impossible")
		}
	}
	p.members, p.slots = int(header[2]), int(header[3])
	p.position = headerSize
	p.positionEnd = p.position + int(header[4])
	p.ids = padded(p.positionEnd)
	p.index = p.ids + 8*p.members
	p.rest = padded(p.index + 4*p.slots)
	end := size - trailerSize
	directory := end - 8*((p.members+segmentSize-1)/segmentSize)
	if p.rest > directory || directory < 0 || p.members >= 1<<32-1 {
		return unusable("the lengths do not fit the file")
	}
	trailer := numbers(p.data[end : size-8])
	if trailer[1] < 0 || trailer[1] > int64(directory-p.rest)/4 {
		return unusable("the lengths do not fit the file")
	}
	beside := directory - padded(4*int(trailer[1]))
	for i, part := range [][]byte{p.data[:p.ids], p.data[p.ids:p.rest], p.data[beside : end+16]} {
		if int64(crc32.Checksum(part, castagnoli)) != trailer[i+2] {
			return unusable("the %s does not match its checksum", [...]string{"header", "list of members", "directory"}[i])
		}
	}
	p.beside, p.directory, p.squares = words(p.data[beside:beside+4*int(trailer[1])]), words(p.data[directory:end]), int(trailer[0])
	return nil
}

func padded(n int) int { return (n + 7) / 8 * 8 }

// readIndex takes the index over. A table without an empty slot would be
// searched for ever.
func (p *parts) readIndex() (*index, error) {
	slots := words(p.data[p.index : p.index+4*p.slots])
	used := 0
	for _, s := range slots {
		if s != 0 {
			used++
		}
	}
	if used != p.members || used >= len(slots) {
		return nil, unusable("the index has %d entries in %d slots for %d members", used, len(slots), p.members)
	}
	ix := &index{used: used, width: uint(bits.Len(uint(len(slots))))}
	ix.slots = unsafe.Slice((*atomic.Uint32)(unsafe.Pointer(&slots[0])), len(slots)) //nolint:gosec // the same four bytes
	return ix, nil
}

// hang hangs the segments into the table, each behind a patch that has it checked
// first. None is looked at.
func (p *parts) hang(v *View) error {
	f := &file{data: p.data, members: p.members, directory: p.directory, segments: make([]segment, v.segments())}
	at, ends := p.rest, 0
	for i := range f.segments {
		f.starts = append(f.starts, at)
		at += offsetsSize + padded(4*int(p.directory[2*i]))
		ends += int(p.directory[2*i])
	}
	f.starts = append(f.starts, at)
	if at+padded(4*len(p.beside)) != len(p.data)-trailerSize-4*len(p.directory) || ends%2 != 0 || p.squares < 0 {
		return unusable("the segments do not fit the file")
	}
	v.edges, v.from = ends/2, f
	v.table = make([]*page, (v.segments()+pageSize-1)/pageSize)
	for i := range v.table {
		v.table[i] = emptyPage()
	}
	unread := barrier(f)
	for i := range f.segments {
		s, lists := &f.segments[i], f.starts[i]+offsetsSize
		s.offsets = (*[segmentSize + 1]uint32)(words(p.data[f.starts[i]:lists]))
		s.ends = words(p.data[lists : lists+4*int(p.directory[2*i])])
		s.number = uint32(i)
		s.patch.Store(unread)
		v.table[i/pageSize][i%pageSize] = s
	}
	return nil
}

// words reads bytes as numbers, in place where the machine writes them alike.
func words(b []byte) []uint32 {
	if len(b) == 0 {
		return nil
	}
	if littleEndian && uintptr(unsafe.Pointer(&b[0]))%4 == 0 { //nolint:gosec // alignment
		return unsafe.Slice((*uint32)(unsafe.Pointer(&b[0])), len(b)/4) //nolint:gosec // the same bytes
	}
	ns := make([]uint32, len(b)/4)
	for i := range ns {
		ns[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return ns
}

// numbers is words of 8 bytes.
func numbers(b []byte) []int64 {
	if len(b) == 0 {
		return nil
	}
	if littleEndian && uintptr(unsafe.Pointer(&b[0]))%8 == 0 { //nolint:gosec // alignment
		return unsafe.Slice((*int64)(unsafe.Pointer(&b[0])), len(b)/8) //nolint:gosec // the same bytes
	}
	ns := make([]int64, len(b)/8)
	for i := range ns {
		ns[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return ns
}
