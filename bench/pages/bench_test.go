package pages

import "testing"

// BenchmarkPages asks for every kind of page on SQLite, for profiles:
// go test -run - -bench Pages/Invitations,_10 -cpuprofile cpu.out ./bench/pages.
func BenchmarkPages(b *testing.B) {
	h, err := build(ctx, b.TempDir(), "", Options{Members: 300, effort: usual})
	if err != nil {
		b.Fatal(err)
	}
	defer h.close()
	kinds, err := h.kinds(ctx)
	if err != nil {
		b.Fatal(err)
	}
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			before := cpu()
			for i := 0; b.Loop(); i++ {
				if _, err := h.get(k.shots[i%len(k.shots)]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(millis(cpu()-before)/float64(b.N), "CPU-ms/op")
		})
	}
}
