//go:build race

package sim

// Watched for races everything is some ten times slower, and a part of it shows
// as much.
const (
	walks   = "8"
	rounds  = 12
	least   = 2  // acts a round
	moments = 15 // at which a migration is killed
	kills   = 3  // of an import
	persons = 900
	knows   = 6000
)
