package fold

import "testing"

func TestMixed(t *testing.T) {
	for name, want := range map[string]bool{
		"Ingrid Sæther-Okonkwo": false, "Σοφία Παπαδημητρίου": false, "Ольга Петрова": false, "Olga Петрова": false, "李婉婷 Wan": false,
		"ليلى بنت منصور": false, "Çağrı Ö́z": false, "X Æ A-12": false, "Кирилл-Peter": false, "": false,
		"Ingrid S\u0430ether": true, "\u0410da Sander": true, "Νοor": true, "R\u043en": true,
	} {
		if got := Mixed(name); got != want {
			t.Errorf("%q: mixed is %t", name, got)
		}
	}
}
