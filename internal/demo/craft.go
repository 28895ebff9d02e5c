package demo

// craft is a line of work: what its people are called, know and say. Texts may
// name {place}, {firm}, {first} and {school} of whoever they are given to.
type craft struct {
	key    string
	field  string
	titles [4][]string // starting, settled, senior, leading
	skills []string    // the most typical first
	degree []string    // programmes
	lines  []string    // what a headline says beside the title
	abouts []string    // "e:" for those at the beginning, "m:" with some years, "l:" with many
	bodies []string    // of a position
	glad   []string    // to help with
}

// crafts lists all lines of work; how many people have each follows from weight.
var crafts = [][]craft{coastCrafts, waterCrafts, powerCrafts, dataCrafts, madeCrafts, wordCrafts, commonCrafts}

// weight is how many of a hundred and fifty have a craft.
var weight = map[string]int{
	"coast": 9, "marsh": 9, "ocean": 7, "flood": 7, "water": 8, "wind": 10, "grid": 8, "sense": 5, "port": 5, "sea": 5,
	"data": 8, "stats": 5, "code": 9, "maps": 6, "boat": 4, "sail": 3, "clay": 3, "build": 5, "draw": 5,
	"press": 4, "tongue": 3, "past": 4, "teach": 5, "care": 4, "law": 5, "money": 5, "people": 4,
}
