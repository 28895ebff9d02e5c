package graph

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A snapshot file holds a View as it stands in memory, little-endian, each part
// padded to 8 bytes:
//
//	header      magic, version, segment size, members, connections, slots of the index, length of the position
//	position    the caller's: up to where the journal is in it
//	ids         8 bytes a member, by ordinal
//	index       4 bytes a slot
//	segments    offsets and ends of each
//	directory   of each segment: how many ends, and the checksum of its bytes
//	trailer     checksums of header and position, of ids and index, of the directory; magic
//
// Checksums are CRC-32C.
const (
	magic         = "GHGRAPH\n"
	endMagic      = "\nHPARGHG"
	formatVersion = 1
	headerSize    = 8 + 6*8
	trailerSize   = 4*8 + 8
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
// and synced: Open maps it, so it must never be written to again.
func (v *View) WriteSnapshot(w io.Writer, position []byte) error {
	out := &sections{w: bufio.NewWriterSize(w, 1<<20)}
	ix := newIndex(v.ids)
	out.bytes([]byte(magic))
	for _, n := range []int{formatVersion, segmentSize, len(v.ids), v.edges, len(ix.slots), len(position)} {
		out.number(uint64(n))
	}
	out.bytes(position)
	sums := []uint64{out.sum()}
	for _, id := range v.ids {
		out.number(uint64(id))
	}
	for i := range ix.slots {
		out.word(ix.slots[i].Load())
	}
	out.pad()
	sums = append(sums, out.sum())
	var directory []uint32
	for i := range v.segments() {
		s := v.table[i/pageSize][i%pageSize].merged()
		out.words(s.offsets[:])
		out.words(s.ends)
		directory = append(directory, uint32(len(s.ends)), uint32(out.sum()))
	}
	out.words(directory)
	for _, sum := range append(sums, out.sum(), 0) {
		out.number(sum)
	}
	out.bytes([]byte(endMagic))
	return out.flush()
}

// segments is how many there are.
func (v *View) segments() int { return (len(v.ids) + segmentSize - 1) / segmentSize }

// sections writes numbers and sums them up; the first error stays.
type sections struct {
	w     *bufio.Writer
	crc   uint32
	at    int
	err   error
	word8 [8]byte
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

func (s *sections) number(n uint64) {
	binary.LittleEndian.PutUint64(s.word8[:], n)
	s.write(s.word8[:])
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

func (s *sections) flush() error {
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// Open makes a graph of a snapshot file and returns the position that was written
// with it. Where the system can, the file is mapped: its pages are shared with
// the system's cache and stay mapped until the process ends, since old Views
// may need them; changes go to memory. Everything is checked before it returns,
// by all cores: some 2 ns a connection when the file is cached. What is wrong with the content is an ErrSnapshot.
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

// parts are the places in the bytes of a snapshot.
type parts struct {
	data                       []byte
	members, edges, slots      int
	position, ids, index, rest int // where they begin
	positionEnd                int
	directory                  []uint32
}

// parse makes a View of a snapshot's bytes, which it keeps.
func parse(data []byte) (*View, []byte, error) {
	p := &parts{data: data}
	if err := p.frame(); err != nil {
		return nil, nil, err
	}
	v := &View{edges: p.edges, pool: &pool{}, ids: numbers(data[p.ids:p.index])}
	var err error
	if v.ordinals, err = p.readIndex(); err != nil {
		return nil, nil, err
	}
	if err := p.readSegments(v); err != nil {
		return nil, nil, err
	}
	position := append([]byte(nil), data[p.position:p.positionEnd]...)
	return v, position, nil
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
		if n < 0 || n > int64(size) && n != header[3] {
			return unusable("a length is impossible")
		}
	}
	p.members, p.edges, p.slots = int(header[2]), int(header[3]), int(header[4])
	p.position = headerSize
	p.positionEnd = p.position + int(header[5])
	p.ids = padded(p.positionEnd)
	p.index = p.ids + 8*p.members
	p.rest = padded(p.index + 4*p.slots)
	directory := size - trailerSize - 8*((p.members+segmentSize-1)/segmentSize)
	if p.rest > directory || directory < 0 || p.members >= 1<<32-1 {
		return unusable("the lengths do not fit the file")
	}
	sums := numbers(p.data[size-trailerSize : size-8])
	for i, part := range [][]byte{p.data[:p.ids], p.data[p.ids:p.rest], p.data[directory : size-trailerSize]} {
		if int64(crc32.Checksum(part, castagnoli)) != sums[i] {
			return unusable("the %s does not match its checksum", [...]string{"header", "list of members", "directory"}[i])
		}
	}
	p.directory = words(p.data[directory : size-trailerSize])
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

// readSegments checks all segments, by as many goroutines as there are cores, and
// makes the table.
func (p *parts) readSegments(v *View) error {
	v.table = make([]*page, (v.segments()+pageSize-1)/pageSize)
	for i := range v.table {
		v.table[i] = emptyPage()
	}
	starts, at := make([]int, v.segments()+1), p.rest
	for i := range v.segments() {
		starts[i] = at
		at += offsetsSize + padded(4*int(p.directory[2*i]))
	}
	if starts[v.segments()] = at; at != len(p.data)-trailerSize-4*len(p.directory) {
		return unusable("the segments do not fit the file")
	}
	var next, ends, squares atomic.Int64
	var failed atomic.Pointer[error]
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < v.segments() && failed.Load() == nil; i = int(next.Add(1)) - 1 {
				s, sq, err := readSegment(p.data[starts[i]:starts[i+1]], int(p.directory[2*i]), p.directory[2*i+1], p.members)
				if err != nil {
					err = fmt.Errorf("segment %d: %w", i, err)
					failed.Store(&err)
					return
				}
				v.table[i/pageSize][i%pageSize] = s
				ends.Add(int64(len(s.ends)))
				squares.Add(int64(sq))
			}
		})
	}
	workers.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	if v.squares = int(squares.Load()); ends.Load() != 2*int64(p.edges) {
		return unusable("there are %d ends for %d connections", ends.Load(), p.edges)
	}
	return nil
}

// readSegment checks a segment: its sum, that lists follow each other and ascend,
// and that nobody is in them who is not there.
func readSegment(b []byte, many int, sum uint32, members int) (s *segment, squares int, err error) {
	if crc32.Checksum(b, castagnoli) != sum {
		return nil, 0, unusable("it does not match its checksum")
	}
	offsets := words(b[:offsetsSize])
	s = &segment{offsets: (*[segmentSize + 1]uint32)(offsets), ends: words(b[offsetsSize : offsetsSize+4*many])}
	if offsets[0] != 0 || int(offsets[segmentSize]) != many || !slices.IsSorted(offsets[:segmentSize+1]) {
		return nil, 0, unusable("its lists do not fill it")
	}
	for i := range uint32(segmentSize) {
		list := s.list(i)
		if !ascends(list) || len(list) > 0 && int(list[len(list)-1]) >= members {
			return nil, 0, unusable("a list is out of order")
		}
		squares += len(list) * len(list)
	}
	return s, squares, nil
}

func ascends(xs []uint32) bool {
	for i := 1; i < len(xs); i++ {
		if xs[i-1] >= xs[i] {
			return false
		}
	}
	return true
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
