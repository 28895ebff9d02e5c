package answers

import "testing"

func TestArray(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "{}",
		"{}":                           "{}",
		"{b,a}":                        "{a,b}",
		"{{Z,2001,X},{A,2000,X}}":      "{{A,2000,X},{Z,2001,X}}",
		`{{"Trade, Inc",2001,"a}b"}}`:  "{{Trade, Inc,2001,a}b}}",
		`{"say \"hi\"","back\\slash"}`: `{back\slash,say "hi"}`,
	} {
		if got, err := array(in); got != want || err != nil {
			t.Errorf("array(%s) = %s, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"a", "{", "{a", `{"a`, "{a}b", `{"a"b}`, "{{a}"} {
		if got, err := array(in); err == nil {
			t.Errorf("array(%s) = %s, want an error", in, got)
		}
	}
}
