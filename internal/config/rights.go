package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Exposed tells what in a data folder anybody but its owner may read or write.
type Exposed struct {
	N     int      // files and folders
	First string   // path of one of them
	Roots []string // under which they are: the folder, and where links in it lead
}

// Expose looks at the rights of everything in the data folder dir. Files that go
// meanwhile are passed over. Costs one stat of each.
func Expose(dir string) (Exposed, error) {
	var x Exposed
	roots, err := roots(dir)
	if err != nil {
		return x, err
	}
	for _, root := range roots {
		before := x.N
		if err := filepath.WalkDir(root, x.look); err != nil {
			return x, err
		}
		if x.N > before {
			x.Roots = append(x.Roots, root)
		}
	}
	return x, nil
}

// roots are the folder itself and where links in it lead, say to a larger disk.
func roots(dir string) ([]string, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(real)
	out := []string{real}
	for _, e := range entries {
		if e.Type()&fs.ModeSymlink == 0 {
			continue
		}
		if to, err := filepath.EvalSymlinks(filepath.Join(real, e.Name())); err == nil {
			out = append(out, to)
		}
	}
	return out, err
}

func (x *Exposed) look(path string, e fs.DirEntry, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case e != nil && e.IsDir() && e.Name() == "lost+found":
		return fs.SkipDir
	case err != nil:
		return err
	}
	info, err := e.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink == 0 && info.Mode().Perm()&0o077 != 0 {
		if x.N++; x.N == 1 {
			x.First = path
		}
	}
	return nil
}
