//go:build !race

package sim

const (
	walks   = "40"
	rounds  = 50
	least   = 5  // acts a round
	moments = 40 // at which a migration is killed
	kills   = 6  // of an import
	persons = 3000
	knows   = 24_000
)
