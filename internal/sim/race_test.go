//go:build race

package sim

// Watched for races everything is some ten times slower, and a part of it shows
// as much.
const (
	walks  = "8"
	rounds = 12
)
