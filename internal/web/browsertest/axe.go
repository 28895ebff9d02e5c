package browsertest

import (
	_ "embed"
	"fmt"
	"strings"
)

// axe-core 4.14.1, unmodified, MPL-2.0: testdata/LICENSE-axe-core.txt.
//
//go:embed testdata/axe.min.js
var axe string

// Violation is one rule of axe-core that a page breaks.
type Violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"` // selector and reason of each place
}

// String writes the violation over several lines.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s\n  %s", v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n  "))
}

// allRules are WCAG 2.0 to 2.2, A and AA, and axe's best practices; colourRules
// those among them that colours decide.
const (
	allRules    = `{ type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }`
	colourRules = `{ type: "rule", values: ["color-contrast", "link-in-text-block"] }`
)

func (p *Page) axe(rules string) []Violation {
	p.t.Helper()
	if !Eval[bool](p, `Boolean(window.axe)`) {
		Eval[bool](p, axe+";true")
	}
	return Eval[[]Violation](p, `axe.run(document, {
		runOnly: `+rules+`,
		resultTypes: ["violations"],
		preload: false, // of styles and media: for experimental rules, and for sound
	}).then((r) => r.violations.map((v) => ({
		id: v.id, impact: v.impact, help: v.help,
		nodes: v.nodes.slice(0, 8).map((n) => n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " ")),
	})))`)
}

// CheckAxe fails the test for everything that axe-core finds on the page as it
// stands.
func (p *Page) CheckAxe() {
	p.t.Helper()
	for _, v := range p.axe(allRules) {
		p.t.Errorf("%s: axe: %s", p.URL(), v)
	}
}

// CheckAxeInBothThemes is CheckAxe, and then in the other theme what colours
// decide: the other rules would find the same again.
func (p *Page) CheckAxeInBothThemes() {
	p.t.Helper()
	rules := allRules
	p.BothThemes(func(theme Theme) {
		for _, v := range p.axe(rules) {
			p.t.Errorf("%s in the %s: axe: %s", p.URL(), theme, v)
		}
		rules = colourRules
	})
}
