package pages

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/invite"
)

// sink takes an answer and keeps its status and length: a recorder that holds
// the body would cost more memory than the page.
type sink struct {
	header http.Header
	status int
	bytes  int
}

func newSink() *sink { return &sink{header: http.Header{}, status: http.StatusOK} }

func (s *sink) Header() http.Header    { return s.header }
func (s *sink) WriteHeader(status int) { s.status = status }

func (s *sink) Write(b []byte) (int, error) {
	s.bytes += len(b)
	return len(b), nil
}

// get asks for a page and fails on any answer but the page.
func (h *house) get(s shot) (bytes int, err error) {
	r := httptest.NewRequest(http.MethodGet, s.path, nil)
	r.Header.Set("Accept-Encoding", "gzip") // as every browser does
	r.AddCookie(&http.Cookie{Name: "guildhall", Value: s.token})
	w := newSink()
	h.app.Handler().ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return 0, fault.New(fault.Unavailable, "The page %s was answered with %d.", s.path, w.status)
	}
	return w.bytes, nil
}

// pages measures every page: first after a start of its own, then warm.
func (h *house) pages(ctx context.Context) ([]Page, error) {
	kinds, err := h.kinds(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Page, len(kinds))
	for i, k := range kinds {
		if len(k.shots) == 0 {
			return nil, fault.New(fault.Unavailable, "The community has nobody to open %q on; make a larger one with --members.", k.name)
		}
		out[i] = Page{Name: k.name, MostCPU: cmp.Or(k.cpu, pageCPU), MostOfThem: k.most}
		if err := h.again(ctx); err != nil {
			return nil, err
		}
		if _, err := h.get(k.shots[0]); err != nil {
			return nil, err
		}
		out[i].First = int(h.queries.Load())
	}
	for i, k := range kinds {
		if err := h.warm(k, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// batches is in how many parts a page is measured: the middle one of them counts,
// so that whatever else the machine does for a moment does not.
const batches = 5

// warm measures one page, its caches filled, over all who look at it.
func (h *house) warm(k kind, p *Page) error {
	for _, s := range k.shots {
		if _, err := h.get(s); err != nil {
			return err
		}
	}
	var (
		costs []float64
		size  int
	)
	for range batches {
		runtime.GC()
		start, before, n := time.Now(), cpu(), 0
		for ; n < 2 || n < h.effort.requests/batches && time.Since(start) < h.effort.page/batches; n++ {
			bytes, err := h.get(k.shots[(p.Requests+n)%len(k.shots)])
			if err != nil {
				return err
			}
			p.Queries = max(p.Queries, int(h.queries.Load()))
			size += bytes
		}
		costs = append(costs, millis(cpu()-before)/float64(n))
		p.Requests += n
	}
	slices.Sort(costs)
	p.CPU = costs[len(costs)/2]
	p.KiB = float64(size) / 1024 / float64(p.Requests)
	return nil
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// reads lets every core ask for all kinds of pages in turn.
func (h *house) reads(ctx context.Context) (Reads, error) {
	kinds, err := h.kinds(ctx)
	if err != nil {
		return Reads{}, err
	}
	var (
		wg    sync.WaitGroup
		n     atomic.Int64
		wrong atomic.Pointer[error]
	)
	start, before := time.Now(), cpu()
	for w := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := w; time.Since(start) < h.effort.reads && wrong.Load() == nil; i++ {
				k := kinds[i%len(kinds)]
				if _, err := h.get(k.shots[i/len(kinds)%len(k.shots)]); err != nil {
					wrong.Store(&err)
				}
				n.Add(1)
			}
		})
	}
	wg.Wait()
	if err := wrong.Load(); err != nil {
		return Reads{}, *err
	}
	took := time.Since(start)
	return Reads{PerSecond: float64(n.Load()) / took.Seconds(), Least: leastRead, Requests: int(n.Load()),
		Busy: float64(cpu()-before) / float64(took) / float64(runtime.GOMAXPROCS(0))}, nil
}

// acts lets members invite and be accepted, one after another, each from the
// form sent to the answer.
func (h *house) acts(ctx context.Context) (sent, accepted Spread, err error) {
	var sends, accepts []time.Duration
	for try := 0; len(accepts) < h.effort.acts && try < 10*h.effort.acts; try++ {
		a, b := h.ids[h.rand.IntN(len(h.ids))], h.ids[h.rand.IntN(len(h.ids))]
		between, err := h.app.Invites.Between(ctx, access.Member(a), b)
		if err != nil {
			return sent, accepted, err
		}
		if between.Relation != invite.Apart {
			continue
		}
		took, ok, err := h.post(ctx, a, "/invite/"+h.handles[b], url.Values{"reason": {"network"}, "note": {"I read your notes on the tide tables with great interest."}})
		if err != nil {
			return sent, accepted, err
		}
		if !ok {
			continue // not everybody takes invitations from everybody
		}
		if between, err = h.app.Invites.Between(ctx, access.Member(b), a); err != nil {
			return sent, accepted, err
		}
		if between.Relation != invite.AskedBy {
			continue // they had asked each other: that is another act
		}
		sends = append(sends, took)
		took, ok, err = h.post(ctx, b, "/invitations/"+id.String(between.ID)+"/accept", nil)
		if err == nil && !ok {
			err = fault.New(fault.Unavailable, "An invitation that waits could not be accepted.")
		}
		if err != nil {
			return sent, accepted, err
		}
		accepts = append(accepts, took)
	}
	if len(accepts) < h.effort.acts {
		return sent, accepted, fault.New(fault.Unavailable, "Only %d of %d invitations found a taker; make a larger community with --members.", len(accepts), h.effort.acts)
	}
	sent, accepted = spread(sends), spread(accepts)
	sent.Most, accepted.Most = actP99, actP99
	return sent, accepted, nil
}

// post sends a form as a page of ours would; ok is false when it was refused.
func (h *house) post(ctx context.Context, who int64, path string, form url.Values) (took time.Duration, ok bool, err error) {
	token, err := h.token(ctx, who)
	if err != nil {
		return 0, false, err
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "guildhall", Value: token})
	w := newSink()
	start := time.Now()
	h.app.Handler().ServeHTTP(w, r)
	took = time.Since(start)
	if w.status >= http.StatusInternalServerError {
		err = fault.New(fault.Unavailable, "The form to %s was answered with %d.", path, w.status)
	}
	return took, w.status == http.StatusSeeOther, err
}

// fsync is what the disk alone takes.
func fsync(dir string, n int) (Spread, error) {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return Spread{}, err
	}
	defer f.Close()
	block := make([]byte, 4096)
	var all []time.Duration
	for range n {
		start := time.Now()
		if _, err := f.Write(block); err != nil {
			return Spread{}, err
		}
		if err := f.Sync(); err != nil {
			return Spread{}, err
		}
		all = append(all, time.Since(start))
	}
	return spread(all), nil
}

// spread sorts times and takes the middle and the ninety-ninth of a hundred.
func spread(all []time.Duration) Spread {
	slices.Sort(all)
	at := func(q float64) float64 { return millis(all[int(math.Ceil(q*float64(len(all))))-1]) }
	return Spread{P50: at(0.5), P99: at(0.99), Acts: len(all)}
}
