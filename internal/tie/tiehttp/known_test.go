package tiehttp

import (
	"strings"
	"testing"

	"guildhall/internal/network"
	"guildhall/internal/tie"
)

// Each way that the form offers is one that can be sent: what stands there already
// too, a reason of the instance's own among it.
func TestEveryWayOfferedIsUnderstood(t *testing.T) {
	for _, c := range []network.Connection{
		{}, {Reason: "relationship", Sub: "worked"}, {Reason: "career"}, {Reason: "own.same-choir"}, {Reason: "profile"},
	} {
		offered := false
		for _, w := range (howView{Person: tie.Person{Tie: c}}).ways() {
			reason, sub := said(w.Code)
			if w.Code != "none" && code(reason, sub) != w.Code {
				t.Errorf("%s is read as %q and %q", w.Code, reason, sub)
			}
			offered = offered || reason == c.Reason && sub == c.Sub
		}
		if !offered {
			t.Errorf("what stands there, %q %q, cannot be chosen", c.Reason, c.Sub)
		}
	}
	if reason, _ := said(""); reason == "" {
		t.Error("choosing nothing takes back what was said")
	}
}

// How many are in common is told also where none of them may be named, and whoever was
// not looked at is not called closed.
func TestMutualsThatAreNotNamed(t *testing.T) {
	for n, want := range map[int]string{1: "1 connection in common, but you can’t see who it is", 7: "7 connections in common, but you can’t see who they are"} {
		if got := unnamed(n); !strings.Contains(got, want) {
			t.Errorf("%d: %q", n, got)
		}
	}
	if near, far := rest(tie.Between{}), rest(tie.Between{Further: true}); near != "whom you can’t see" || !strings.HasPrefix(far, "who are further from you") {
		t.Errorf("%q and %q", near, far)
	}
}
