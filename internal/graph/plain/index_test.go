package plain

import "testing"

// However a graph came about, its ids stay findable by looking at few others,
// also ids made in one millisecond or one after the other.
func TestBucketsStayShort(t *testing.T) {
	g := New()
	for i := range int64(20_000) {
		g.Connect(i<<22, i<<22|1) // as ids a millisecond apart
	}
	grown := g.Snapshot()
	for name, v := range map[string]*View{"grown": grown, "built": Build(grown.All()).Snapshot()} {
		longest := 0
		for i := range v.ordinals.buckets {
			longest = max(longest, len(*v.ordinals.buckets[i].Load()))
		}
		if longest > 4*bucketFull {
			t.Errorf("%s: a bucket of %d ids", name, longest)
		}
		for x, id := range v.ids {
			if found, ok := v.ordinal(id); !ok || found != uint32(x) {
				t.Fatalf("%s: id %d is found at %d, %t, want %d", name, id, found, ok, x)
			}
		}
	}
}
