//go:build !race

package sim

const (
	walks  = "40"
	rounds = 50
)
