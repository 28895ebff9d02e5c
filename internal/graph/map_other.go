//go:build !linux

package graph

import "os"

// mapFile reads the file where mapping is not known to behave.
func mapFile(path string) ([]byte, error) { return os.ReadFile(path) }
