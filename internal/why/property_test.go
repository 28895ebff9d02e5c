package why

import (
	"encoding/binary"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Few entities and months, so that things meet often.
func drawFact(t *rapid.T) Fact {
	month := rapid.OneOf(rapid.Just(Month(0)), rapid.Map(rapid.Int32Range(0, 60), func(m int32) Month { return now - 55 + Month(m) }))
	return Fact{
		ID: int64(rapid.IntRange(1, 4).Draw(t, "id")), Kind: FactKind(rapid.IntRange(1, 7).Draw(t, "kind")),
		Entity: int64(rapid.IntRange(1, 4).Draw(t, "entity")), Label: rapid.SampledFrom([]string{"", "R", "%d%s", "Σοφία"}).Draw(t, "label"),
		Role: rapid.SampledFrom([]string{"", "MSc"}).Draw(t, "role"),
		From: month.Draw(t, "from"), To: month.Draw(t, "to"), Released: rapid.Bool().Draw(t, "released"),
		People: rapid.SampledFrom([]int{0, 1, 20, 21, 300, 1000000}).Draw(t, "people"),
	}
}

func drawSignal(t *rapid.T) Signal {
	return Signal{
		Kind:     rapid.SampledFrom([]string{EarlierMessages, OnceConnected, Follows, FollowsBack, Bridge, BridgeBack, MutualKnown, "unknown"}).Draw(t, "signal"),
		Strength: rapid.Float64Range(-0.5, 1.5).Draw(t, "strength"), Count: rapid.IntRange(0, 9).Draw(t, "count"),
		From: rapid.SampledFrom([]Month{0, now - 30}).Draw(t, "since"), To: rapid.SampledFrom([]Month{0, now - 20}).Draw(t, "until"),
		Label: rapid.SampledFrom([]string{"", "Acme"}).Draw(t, "of"), Entity: int64(rapid.IntRange(0, 2).Draw(t, "about")),
	}
}

// drawModel is the hand-set model, or one learned from whatever.
func drawModel(t *rapid.T) *Model {
	if rapid.Bool().Draw(t, "hand-set") {
		return nil
	}
	learned := map[string]float64{}
	for _, row := range Rows() {
		if rapid.Bool().Draw(t, "learned") {
			learned[row] = rapid.Float64Range(-2, 6).Draw(t, row)
		}
	}
	return Default.Learned(learned, rapid.Float64Range(0.1, 3).Draw(t, "scale"))
}

func drawSeek(t *rapid.T) Seek {
	return Seek{int64(rapid.IntRange(1, 3).Draw(t, "id")), FactKind(rapid.IntRange(1, 7).Draw(t, "kind")), int64(rapid.IntRange(1, 4).Draw(t, "entity")), "sought"}
}

func drawSide(t *rapid.T, member int64, name string) Side {
	s := Side{Member: member, Name: name}
	s.Facts = rapid.SliceOfN(rapid.Custom(drawFact), 0, 8).Draw(t, "facts")
	s.Seeks = rapid.SliceOfN(rapid.Custom(drawSeek), 0, 4).Draw(t, "seeks")
	s.Offers = rapid.SliceOfN(rapid.Map(rapid.Uint8Range(1, 5), func(o uint8) Offer { return Offer(o) }), 0, 3).Draw(t, "offers")
	s.Connections = rapid.SampledFrom([]int{-1, 0, 9, 10, 149, 150, 30000}).Draw(t, "connections")
	s.Closed = rapid.IntRange(0, 6).Draw(t, "closed")
	return s
}

func drawPair(t *rapid.T) Pair {
	p := Pair{Sender: drawSide(t, 1, "Bastian"), Receiver: drawSide(t, 2, "Noor"), Degree: rapid.IntRange(1, 4).Draw(t, "degree"), Now: now}
	p.Mutuals = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Mutual {
		return Mutual{int64(rapid.IntRange(3, 40).Draw(t, "mutual")), rapid.IntRange(0, 500).Draw(t, "connections")}
	}), 0, 20).Draw(t, "mutuals")
	p.MutualCount = rapid.IntRange(0, 40).Draw(t, "count")
	p.Signals = rapid.SliceOfN(rapid.Custom(drawSignal), 0, 4).Draw(t, "signals")
	p.Community, p.Model = rapid.SampledFrom([]int{0, 3, 400}).Draw(t, "community"), drawModel(t)
	p.Stated = rapid.SampledFrom(append([]Reason{"", "mission"}, Reasons...)).Draw(t, "stated")
	p.Kin = rapid.SampledFrom([]Reason{"", "nonsense", Relationship, Background}).Draw(t, "kin")
	if subs := Subs(p.Stated); len(subs) > 0 && rapid.Bool().Draw(t, "narrower") {
		p.Sub = rapid.SampledFrom(subs).Draw(t, "sub").Code
	}
	return p
}

// clone copies a pair's lists, so that a change to one can't reach the other.
func clone(p Pair) Pair {
	for _, s := range []*Side{&p.Sender, &p.Receiver} {
		s.Facts, s.Seeks, s.Offers = slices.Clone(s.Facts), slices.Clone(s.Seeks), slices.Clone(s.Offers)
	}
	p.Mutuals, p.Signals = slices.Clone(p.Mutuals), slices.Clone(p.Signals)
	return p
}

// swap is the same two people with the other one asking.
func swap(p Pair) Pair {
	p = clone(p)
	p.Sender, p.Receiver = p.Receiver, p.Sender
	for i, s := range p.Signals {
		if other, ok := mirrors[s.Kind]; ok {
			p.Signals[i].Kind = other
		}
	}
	return p
}

func TestSameInputSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		before := clone(p)
		first := Assess(p)
		if !reflect.DeepEqual(p, before) {
			t.Fatal("the input was changed")
		}
		if second := Assess(clone(p)); !reflect.DeepEqual(first, second) {
			t.Fatalf("two answers to one question:\n%+v\n%+v", first, second)
		}
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		q := clone(p)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for _, s := range []*Side{&q.Sender, &q.Receiver} {
			r.Shuffle(len(s.Facts), func(i, j int) { s.Facts[i], s.Facts[j] = s.Facts[j], s.Facts[i] })
			r.Shuffle(len(s.Seeks), func(i, j int) { s.Seeks[i], s.Seeks[j] = s.Seeks[j], s.Seeks[i] })
			r.Shuffle(len(s.Offers), func(i, j int) { s.Offers[i], s.Offers[j] = s.Offers[j], s.Offers[i] })
		}
		r.Shuffle(len(q.Signals), func(i, j int) { q.Signals[i], q.Signals[j] = q.Signals[j], q.Signals[i] })
		r.Shuffle(len(q.Mutuals), func(i, j int) { q.Mutuals[i], q.Mutuals[j] = q.Mutuals[j], q.Mutuals[i] })
		if !slices.Equal(Vector(p), Vector(q)) {
			t.Fatal("order shows in what is learned from")
		}
		if a, b := Assess(p), Assess(q); !reflect.DeepEqual(a, b) {
			t.Fatalf("order shows:\n%+v\n%+v", a, b)
		}
	})
}

// TestMoreIsNeverLess: whatever is added, no reason loses strength.
func TestMoreIsNeverLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		p.MutualCount = len(p.Mutuals) // a mutual more is one more, not another name for one counted
		q := clone(p)
		side := &q.Sender
		if rapid.Bool().Draw(t, "to the receiver") {
			side = &q.Receiver
		}
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			side.Seeks = append(side.Seeks, drawSeek(t))
		case 1:
			side.Offers = append(side.Offers, Offer(rapid.IntRange(1, 5).Draw(t, "offer")))
		case 2:
			q.Mutuals = append(q.Mutuals, Mutual{99, rapid.IntRange(0, 500).Draw(t, "connections")})
			q.MutualCount++
		case 3:
			q.Signals = append(q.Signals, drawSignal(t))
		default:
			side.Facts = append(side.Facts, drawFact(t))
		}
		neverLess(t, p, q)
	})
}

// neverLess fails where a reason has less strength in after than in before.
func neverLess(t interface{ Fatalf(string, ...any) }, before, after Pair) {
	found := Supports(after)
	for _, f := range Supports(before) {
		if i := slices.IndexFunc(found, func(g Found) bool { return g.Reason == f.Reason }); found[i].Strength < f.Strength {
			t.Fatalf("%s fell from %v to %v\n%+v", f.Reason, f.Strength, found[i].Strength, found[i])
		}
	}
}

// TestLongerIsNeverWeaker: an entry that began earlier loses no strength.
func TestLongerIsNeverWeaker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		q := clone(p)
		for i, f := range q.Sender.Facts {
			if _, ok := f.stint(q.Now); ok && rapid.Bool().Draw(t, "longer") {
				q.Sender.Facts[i].From -= Month(rapid.IntRange(1, 30).Draw(t, "by"))
			}
		}
		neverLess(t, p, q)
	})
}

// TestSmallerAndRarerAreNeverWeaker: the fewer have something, the more it says.
func TestSmallerAndRarerAreNeverWeaker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		kind, entity := FactKind(rapid.IntRange(1, 7).Draw(t, "which")), int64(rapid.IntRange(1, 4).Draw(t, "of"))
		n := rapid.IntRange(1, 2000).Draw(t, "people")
		give := func(p Pair, n int) Pair {
			p = clone(p)
			for _, s := range []*Side{&p.Sender, &p.Receiver} {
				for i := range s.Facts {
					if s.Facts[i].Kind == kind && s.Facts[i].Entity == entity {
						s.Facts[i].People = n
					}
				}
			}
			return p
		}
		neverLess(t, give(p, n), give(p, rapid.IntRange(1, n).Draw(t, "fewer")))
	})
}

// TestUsesAreWhatCounts: every row and offer that a piece of evidence names matters
// to it, and what no piece names changes not one bit.
func TestUsesAreWhatCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		p.Signals = nil // what a feature computed is the feature's to say
		d := dig(p)
		used := map[Use]bool{}
		for _, it := range d.items {
			for _, u := range it.Uses {
				used[u] = true
				q := keep(p, func(x Use) bool { return x != u })
				for _, other := range dig(q).items {
					if reflect.DeepEqual(it.Evidence, other.Evidence) {
						t.Fatalf("%+v stays without %+v", it.Evidence, u)
					}
				}
			}
		}
		q := keep(p, func(x Use) bool { return used[x] })
		if a, b := Assess(p), Assess(q); !reflect.DeepEqual(a, b) {
			t.Fatalf("what nothing names shows:\n%+v\n%+v", a, b)
		}
	})
}

// keep is a pair with only those rows and offers.
func keep(p Pair, ok func(Use) bool) Pair {
	p = clone(p)
	for side, s := range map[Role]*Side{Sender: &p.Sender, Receiver: &p.Receiver} {
		s.Facts = slices.DeleteFunc(s.Facts, func(f Fact) bool { return !ok(Use{Side: side, Fact: f.ID}) })
		s.Seeks = slices.DeleteFunc(s.Seeks, func(k Seek) bool { return !ok(Use{Side: side, Fact: k.ID}) })
		s.Offers = slices.DeleteFunc(s.Offers, func(o Offer) bool { return !ok(Use{Side: side, Offer: o}) })
	}
	return p
}

// TestWhatMeetsNothingShowsNowhere: a fact that the other side neither has nor
// seeks changes not one bit of the answer.
func TestWhatMeetsNothingShowsNowhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		q := clone(p)
		alone := drawFact(t)
		alone.Entity = 1000
		if rapid.Bool().Draw(t, "to the receiver") {
			q.Receiver.Facts = append(q.Receiver.Facts, alone)
			q.Receiver.Seeks = append(q.Receiver.Seeks, Seek{9, alone.Kind, 1001, "unmet"})
		} else {
			q.Sender.Facts = append(q.Sender.Facts, alone)
			q.Sender.Seeks = append(q.Sender.Seeks, Seek{9, alone.Kind, 1001, "unmet"})
		}
		if a, b := Assess(p), Assess(q); !reflect.DeepEqual(a, b) {
			t.Fatalf("it shows:\n%+v\n%+v", a, b)
		}
	})
}

// TestOnlyBandsOfConnections: a number of connections shows by its band alone.
func TestOnlyBandsOfConnections(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		p.Sender.Connections, p.Receiver.Connections = 10, 3
		q := clone(p)
		q.Sender.Connections, q.Receiver.Connections = 149, 9
		if a, b := Assess(p), Assess(q); !reflect.DeepEqual(a, b) {
			t.Fatal("a number of connections shows")
		}
	})
}

// TestFitIsTwoSided: who asks doesn't matter for what both could gain, and the
// score is never more than twice the smaller gain.
func TestFitIsTwoSided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		a, b := Assess(p).Fit, Assess(swap(p)).Fit
		if a.Score != b.Score || a.SenderGains != b.ReceiverGains || a.ReceiverGains != b.SenderGains {
			t.Fatalf("turned round:\n%+v\n%+v", a, b)
		}
		if least := min(a.SenderGains, a.ReceiverGains); a.Score > 2*least || a.Score < least {
			t.Fatalf("score %d of %d and %d", a.Score, a.SenderGains, a.ReceiverGains)
		}
	})
}

func TestEqualSidesGainAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		p.Receiver = p.Sender
		p.Receiver.Member, p.Receiver.Name = 2, "Noor"
		p.Sender.Offers, p.Receiver.Offers = nil, nil // a pair of one person's offers has an order
		p.Signals = slices.DeleteFunc(p.Signals, func(s Signal) bool { return mirrors[s.Kind] != "" })
		if f := Assess(p).Fit; f.SenderGains != f.ReceiverGains || f.Score != f.SenderGains {
			t.Fatalf("equal sides: %+v", f)
		}
	})
}

// TestOneSidedScoresLow: however much one side finds, if the other gains next to
// nothing the score is low, and the answer says so.
func TestOneSidedScoresLow(t *testing.T) {
	p := bare(func(p *Pair) {
		p.Degree = 4
		p.Sender.Connections = 3
		for i := range int64(100) { // enough that the noisy-or is 1 to the last bit
			p.Sender.Seeks = append(p.Sender.Seeks, Seek{i, Skill, 100 + i, "skill"})
			p.Receiver.Facts = append(p.Receiver.Facts, has(Skill, 100+i, "skill"))
		}
	})
	check(t, p)
	f := Assess(p).Fit
	if f.SenderGains < 90 || f.Score >= 30 || f.Band != Low || !slices.Contains(f.Change, ChangeOneSided) {
		t.Errorf("one-sided: %+v", f)
	}
}

// TestInvertedU: the gain by mutual connections rises to ten and falls after.
func TestInvertedU(t *testing.T) {
	gain := func(n int) int { return Assess(bare(func(p *Pair) { p.MutualCount = n })).Fit.SenderGains }
	if a, b, c, d, e := gain(0), gain(3), gain(10), gain(25), gain(60); a >= b || b >= c || c <= d || d <= e {
		t.Errorf("gains at 0, 3, 10, 25, 60 mutuals: %d %d %d %d %d", a, b, c, d, e)
	}
	if weakTies(10) != 1 || weakTies(9) >= 1 || weakTies(11) >= 1 {
		t.Error("the top is not at ten")
	}
	career := func(n int) float64 {
		p := bare(func(p *Pair) { p.Sender.Offers, p.Receiver.Offers, p.MutualCount = []Offer{Work}, []Offer{Hiring}, n })
		return dig(p).gains(Sender)[slices.Index(Reasons, Career)]
	}
	near(t, "career without a mutual", career(0), 0.60*0.7)
	near(t, "career at ten", career(10), 0.60)
}

// check is what must hold of every answer, whatever was asked.
func check(t interface{ Fatalf(string, ...any) }, p Pair) {
	a := Assess(p)
	for _, f := range a.Found {
		if f.Strength < Threshold || f.Strength > 1 || !f.Supported() || len(f.Items) == 0 || math.IsNaN(f.Strength) {
			t.Fatalf("found %+v", f)
		}
	}
	for _, f := range append(Supports(p), a.Stated) {
		for i, e := range f.Items {
			if whole := 10000 * e.Strength; math.Abs(whole-math.Round(whole)) > 1e-9 {
				t.Fatalf("more than four decimals: %+v", f)
			}
			if e.Strength < 0 || e.Strength > 1 || i > 0 && e.Strength > f.Items[i-1].Strength {
				t.Fatalf("strengths of %s: %+v", f.Reason, f.Items)
			}
			if overlap := strings.HasSuffix(e.Kind, ".overlap"); overlap != (e.Months > 0) || overlap && e.Months > int(e.To-e.From)+1 {
				t.Fatalf("months of %+v", e)
			}
			if gap := strings.HasSuffix(e.Kind, ".gap"); gap != (e.Months < 0) || gap && e.Months != int(e.From-e.To) {
				t.Fatalf("gap of %+v", e)
			}
			for _, reader := range []Role{Sender, Receiver} {
				if s := Sentence(e, reader, ""); s == "" || strings.Contains(s, "%!s(") || strings.Contains(s, "%!(EXTRA") || strings.Contains(s, "  ") && e.Label == "" {
					t.Fatalf("sentence %q of %+v", s, e)
				}
			}
		}
		if title, fact := Chip(f); f.Reason.Valid() && (title == "" || fact == "" && len(f.Items) > 0 && f.Items[0].Label != "") {
			t.Fatalf("chip %q %q of %+v", title, fact, f)
		}
	}
	if (a.Verdict == NoReason) != (p.Stated == "") || a.Verdict == Agrees && a.Detail == nil || a.Says(Receiver, p) == "" || a.Says(Sender, p) == "" {
		t.Fatalf("verdict %d, %+v", a.Verdict, a.Detail)
	}
	checkFit(t, a.Fit)
}

func checkFit(t interface{ Fatalf(string, ...any) }, f Compatibility) {
	var sender, receiver int
	for _, term := range f.Terms {
		if term.Sender < 0 || term.Receiver < 0 {
			t.Fatalf("terms %+v", f.Terms)
		}
		sender += int(math.Round(100 * term.Sender))
		receiver += int(math.Round(100 * term.Receiver))
	}
	if sender != f.SenderGains || receiver != f.ReceiverGains || max(sender, receiver) > 100 || f.Band == None || f.Score < 0 || f.Score > 100 {
		t.Fatalf("terms sum to %d and %d: %+v", sender, receiver, f)
	}
	for i, c := range f.Changes {
		if c.Key != f.Change[i] || c.Sentence(Receiver, "Bastian") == "" || c.Sentence(Sender, "Noor") == "" {
			t.Fatalf("change %+v", c)
		}
	}
}

func TestEveryAnswerHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { check(t, drawPair(t)) })
}

// pairFrom builds a pair from any bytes: sixteen make a fact or a seek, whatever
// their numbers mean.
func pairFrom(data []byte) Pair {
	var p Pair
	u32 := binary.LittleEndian.Uint32
	for ; len(data) >= 16; data = data[16:] {
		side := &p.Sender
		if data[0]&1 == 1 {
			side = &p.Receiver
		}
		kind, entity, from, to := FactKind(data[1]%9), int64(data[2]%8), Month(int32(u32(data[4:]))), Month(int32(u32(data[8:])))
		switch data[0] >> 1 & 7 {
		case 0:
			side.Seeks = append(side.Seeks, Seek{int64(data[3]), kind, entity, string(data[12:16])})
		case 1:
			side.Offers = append(side.Offers, Offer(data[2]))
		case 2:
			p.Mutuals = append(p.Mutuals, Mutual{int64(data[2]), int(int32(u32(data[4:])))})
		case 3:
			side.Connections, side.Closed, p.MutualCount = int(from), int(to), int(int32(u32(data[12:])))
		case 4:
			p.Degree, p.Now = int(int8(data[1])), from
		case 5:
			p.Stated, p.Sub, side.Name = Reasons[int(data[1])%len(Reasons)], string(data[12:15]), string(data[3:16])
			if subs := Subs(p.Stated); data[2] > 0 {
				p.Sub = subs[int(data[2])%len(subs)].Code
			}
		case 7:
			kinds := slices.Sorted(maps.Keys(signals))
			p.Signals = append(p.Signals, Signal{Kind: kinds[int(data[1])%len(kinds)], Strength: float64(math.Float32frombits(u32(data[12:]))),
				Count: int(int32(u32(data[8:]))), From: from, To: to, Entity: entity, Label: string(data[2:4])})
		default:
			side.Facts = append(side.Facts, Fact{ID: int64(data[3]), People: int(int8(data[3])), Kind: kind, Entity: entity, Label: string(data[12:14]), Role: string(data[14:16]), From: from, To: to})
		}
	}
	return p
}

func FuzzAssess(f *testing.F) {
	fact := func(op, kind, entity byte, from, to Month) []byte {
		b := []byte{op, kind, entity, 1, 0, 0, 0, 0, 0, 0, 0, 0, 'A', 'c', 'm', 'e'}
		binary.LittleEndian.PutUint32(b[4:], uint32(from))
		binary.LittleEndian.PutUint32(b[8:], uint32(to))
		return b
	}
	clock := fact(8, 3, 0, now, 0)
	f.Add([]byte{})
	f.Add(slices.Concat(clock, fact(12, 1, 5, now-40, 0), fact(13, 1, 5, now-20, now-10), fact(10, 6, 1, 0, 0)))
	f.Add(slices.Concat(clock, fact(12, 1, 5, now-40, now-30), fact(13, 1, 5, now-20, now-10), fact(10, 6, 2, 0, 0)))
	f.Add(slices.Concat(fact(12, 4, 5, 0, 0), fact(13, 4, 5, 0, 0), fact(0, 4, 5, 0, 0), fact(2, 0, 1, 0, 0), fact(3, 0, 2, 0, 0), fact(4, 0, 9, 20, 0)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16*400 {
			t.Skip("gaps compare stint by stint")
		}
		check(t, pairFrom(data))
	})
}

func BenchmarkAssess(b *testing.B) {
	p := noorAndIngrid()
	for b.Loop() {
		Assess(p)
	}
}
