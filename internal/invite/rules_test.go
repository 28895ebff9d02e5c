package invite

import (
	"strings"
	"testing"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/graph"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func TestQuota(t *testing.T) {
	l := DefaultLimits
	for _, c := range []struct {
		name  string
		s     Standing
		limit int
		left  int
		err   string // part of the refusal; empty: one more may be sent
	}{
		{"a newcomer", Standing{}, 100, 100, ""},
		{"the last one", Standing{Week: 99}, 100, 1, ""},
		{"the week is full", Standing{Week: 100, Oldest: noon}, 100, 0, "free on 21 March 2026"},
		{"half of twenty accepted", Standing{Week: 150, Seasoned: 20, Taken: 10}, 200, 50, ""},
		{"half of nineteen", Standing{Seasoned: 19, Taken: 19}, 100, 100, ""},
		{"less than half", Standing{Seasoned: 40, Taken: 19}, 100, 100, ""},
		{"one answer tells nothing", Standing{Accepted: 9, Rest: 40, Refused: 1}, 100, 100, ""},
		{"one in ten doesn't know them", Standing{Accepted: 27, Rest: 6, Refused: 3}, 50, 50, ""},
		{"five count as three", Standing{Accepted: 27, Rest: 20, Refused: 5}, 50, 50, ""},
		{"less than one in ten", Standing{Accepted: 28, Rest: 6, Refused: 3}, 100, 100, ""},
		{"too few to tell", Standing{Accepted: 6, Rest: 6, Refused: 3}, 100, 100, ""},
		{"one in four doesn't know them", Standing{Accepted: 9, Rest: 6, Refused: 3, Week: 20, Oldest: noon}, 20, 0, "don’t know you"},
		{"three of three tell nothing", Standing{Accepted: 9, Rest: 3, Refused: 3}, 100, 100, ""},
		{"half of those who are left at most", Standing{Accepted: 9, Rest: 5, Refused: 5}, 100, 100, ""},
		{"well accepted but unknown to many", Standing{Seasoned: 50, Taken: 40, Accepted: 40, Rest: 40, Refused: 20}, 20, 20, ""},
		{"many pending", Standing{Pending: 500}, 100, 100, "500 of your invitations are waiting"},
		{"many pending but one", Standing{Pending: 499}, 100, 100, ""},
		{"more than the limit, lowered later", Standing{Week: 80, Oldest: noon, Accepted: 0, Rest: 30, Refused: 12}, 20, 0, "as many as you may"},
	} {
		q := l.Quota(c.s)
		if q.Limit != c.limit || q.Left != c.left {
			t.Errorf("%s: %d of %d left, want %d of %d", c.name, q.Left, q.Limit, c.left, c.limit)
		}
		err := q.Allows()
		if c.err == "" && err != nil || c.err != "" && (!fault.Is(err, fault.TooMany) || !strings.Contains(fault.Text(err), c.err)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
	}
}

func TestReckoned(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-28T04:48:00Z": "2026-11-16", "2026-11-29T23:59:59Z": "2026-11-16", "2026-11-30T00:00:00Z": "2026-11-23",
		"2026-11-30T00:30:00+01:00": "2026-11-16", "2027-01-01T12:00:00Z": "2026-12-21",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := reckoned(at).Format("2006-01-02"); got != want {
			t.Errorf("at %s answers before %s count, want %s", now, got, want)
		}
	}
}

func TestAdmit(t *testing.T) {
	near, far, hers := Approach{Degree: graph.Second}, Approach{Degree: graph.Far}, Approach{Degree: graph.Far, Shares: true}
	third := Approach{Degree: graph.Third}
	reason := Approach{Degree: graph.Far, Reason: true}
	wrong, right := Approach{Degree: graph.Far, Typed: true}, Approach{Degree: graph.Far, Typed: true, Address: true}
	const ok, general = "", "Grace is not taking this invitation."
	const askReason, askAddress = "give a reason", "know their e-mail address"
	for _, c := range []struct {
		who    Who
		a      Approach
		barred bool
		want   string
	}{
		{Everybody, far, false, ok}, {Everybody, far, true, general},
		{WithinThird, third, false, ok}, {WithinThird, far, false, general}, {WithinThird, hers, false, ok}, {WithinThird, third, true, general},
		{WithinSecond, near, false, ok}, {WithinSecond, third, false, general}, {WithinSecond, hers, false, ok}, {WithinSecond, near, true, general},
		{WithReason, reason, false, ok}, {WithReason, far, false, askReason}, {WithReason, far, true, askReason}, {WithReason, reason, true, general},
		{KnowAddress, right, false, ok}, {KnowAddress, wrong, false, general}, {KnowAddress, far, false, askAddress},
		{KnowAddress, far, true, askAddress}, {KnowAddress, right, true, general},
	} {
		err := admit(c.who, c.a, c.barred, "Grace")
		if (c.want == "") != (err == nil) || c.want != "" && !strings.Contains(fault.Text(err), c.want) {
			t.Errorf("%s %+v barred=%t: %v, want %q", c.who, c.a, c.barred, err, c.want)
		}
	}
	if Refusal("Grace").Error() != admit(Everybody, far, true, "Grace").Error() || Refusal("Grace").Error() != admit(WithinSecond, far, false, "Grace").Error() {
		t.Error("a bar and a choice are refused in different words")
	}
}

func TestWhoCodes(t *testing.T) {
	for _, w := range Whos {
		if got, ok := ParseWho(w.String()); !ok || got != w || w.Label() == "" || !w.Valid() {
			t.Errorf("%d is written %q and read %d", w, w, got)
		}
	}
	if _, ok := ParseWho("anyone"); ok || Who(0).Valid() || Who(6).Valid() {
		t.Error("a choice that is none is taken for one")
	}
}

func TestCleanLetter(t *testing.T) {
	l := DefaultLimits
	got, err := l.clean(Letter{Reason: "relationship", Sub: "worked", Note: "  Hello \r\n\r\n\r\nthere‌  ", Address: " ada@example.org "}, nil)
	if err != nil || got.Note != "Hello\n\nthere‌" || got.Address != "ada@example.org" {
		t.Errorf("cleaned to %+v, %v", got, err)
	}
	if got, err := l.clean(Letter{Sub: "worked"}, nil); err != nil || got.Sub != "" {
		t.Errorf("a sub-reason without a reason is kept: %+v, %v", got, err)
	}
	if _, err := l.clean(Letter{Note: strings.Repeat("é", 300)}, nil); err != nil {
		t.Errorf("300 characters are refused: %v", err)
	}
	_, err = l.clean(Letter{Reason: "money", Note: strings.Repeat("e", 312)}, nil)
	by := fault.ByField(err)
	if by["note"] != "This note is too long: 312 of 300 characters." || by["reason"] == "" {
		t.Errorf("all fields must be told at once: %v", by)
	}
	for _, c := range []struct {
		field string
		l     Letter
	}{
		{"sub", Letter{Reason: "relationship", Sub: "school"}},
		{"note", Letter{Note: "a\x00b"}}, {"note", Letter{Note: "evil \u202e txt"}}, {"note", Letter{Note: "\xff"}},
		{"facts", Letter{Release: make([]int64, 201)}},
	} {
		if _, err := l.clean(c.l, nil); fault.ByField(err)[c.field] == "" {
			t.Errorf("%+v: %v, want a text at %s", c.l, err, c.field)
		}
	}
}

func TestMayReply(t *testing.T) {
	l := DefaultLimits
	for _, c := range []struct {
		by             Actor
		received, sent int
		ok             bool
	}{
		{Receiver, 0, 0, true}, {Receiver, 19, 0, true}, {Receiver, 20, 0, false},
		{Sender, 0, 0, false}, {Sender, 1, 0, true}, {Sender, 1, 1, false}, {Sender, 2, 1, true}, {Sender, 2, 2, false},
	} {
		if err := l.mayReply(c.by, c.received, c.sent); (err == nil) != c.ok {
			t.Errorf("actor %d after %d and %d replies: %v", c.by, c.received, c.sent, err)
		}
	}
	if _, err := l.cleanReply(" \n "); fault.ByField(err)["reply"] == "" {
		t.Error("an empty reply is taken")
	}
	if _, err := l.cleanReply(strings.Repeat("x", 2001)); fault.ByField(err)["reply"] == "" {
		t.Error("a reply without end is taken")
	}
}

func TestPackFacts(t *testing.T) {
	d := Letter{Release: []int64{7, 1 << 40}, LeaveOut: []int64{SharedConnections, 9}}
	r, o := unpackFacts(packFacts(d))
	if len(r) != 2 || r[1] != 1<<40 || len(o) != 2 || o[0] != SharedConnections || o[1] != 9 {
		t.Errorf("%q is read as %v and %v", packFacts(d), r, o)
	}
	if r, o := unpackFacts("+ - ++ x -! 12"); r != nil || o != nil {
		t.Errorf("rubbish is read as %v and %v", r, o)
	}
}
