package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"time"

	"guildhall/bench/answers"
	"guildhall/bench/graph"
	"guildhall/bench/pages"
	"guildhall/bench/suggest"
	"guildhall/bench/why"
	"guildhall/internal/access"
	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/fault"
	"guildhall/internal/transfer"
	"guildhall/internal/transfer/ldbc"
)

type importCmd struct {
	LDBC ldbcCmd `cmd:"" name:"ldbc" help:"The persons, places, companies, universities, studies, work, ties and forums of an LDBC SNB data set."`
}

type ldbcCmd struct {
	place
	Dir     string `arg:"" help:"Folder of the data set." type:"path"`
	DryRun  bool   `help:"Read and judge everything, write nothing."`
	Open    string `help:"Who sees the imported profiles at first: connections-only, open or public." default:"open" placeholder:"PRESET"`
	Skipped string `help:"Write every skipped row to this file as CSV." placeholder:"FILE" type:"path"`
}

// Run imports, shows progress, and reports every row that was left out.
func (c ldbcCmd) Run(ctx context.Context) (err error) {
	preset, ok := access.ParsePreset(c.Open)
	if !ok {
		return fault.Field("open", "--open takes connections-only, open or public.")
	}
	if _, err := ldbc.Open(c.Dir, time.Now()); err != nil { // before there is a data folder
		return err
	}
	a, end, err := c.place.open(ctx, config.Live, app.Options{Log: slog.Default()})
	if err != nil {
		return err
	}
	defer end()
	var rows io.Writer
	if c.Skipped != "" {
		f, failed := os.OpenFile(c.Skipped, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) // rows are about people
		if failed != nil {
			return fault.Field("skipped", "The file %s cannot be written.", c.Skipped)
		}
		defer func() { err = errors.Join(err, f.Close()) }() // or the list may lack its end
		rows = f
	}
	bars := newBars(os.Stderr)
	start := time.Now()
	rep, err := a.Transfer.Import(ctx, transfer.Options{Dir: c.Dir, DryRun: c.DryRun, Preset: preset, Progress: bars.step, Rows: rows})
	bars.end()
	if werr := rep.WriteText(os.Stdout); err == nil {
		err = werr
	}
	if err == nil {
		fmt.Printf("\n%.1f seconds, at most %d MiB of memory\n", time.Since(start).Seconds(), peakMiB())
	}
	return err
}

type userCmd struct {
	Link userLinkCmd `cmd:"" help:"Print a one-time link that signs in as a member, for an hour."`
}

type userLinkCmd struct {
	place
	Handle string `arg:"" help:"The member's handle, as in /in/HANDLE."`
}

// Run prints the link. It works beside a running server on PostgreSQL; on
// SQLite the server must be stopped first, since the folder is its own.
func (c userLinkCmd) Run(ctx context.Context) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if _, err := config.FindDir(cfg.Data); err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Log: slog.Default()})
	if err != nil {
		return err
	}
	defer a.Close()
	id, err := a.Accounts.MemberByHandle(ctx, c.Handle)
	if fault.Is(err, fault.Missing) {
		return fault.New(fault.Missing, "Nobody here has the handle %q.", c.Handle)
	}
	if err != nil {
		return err
	}
	link, err := a.Accounts.SignInLink(ctx, id)
	if err == nil {
		fmt.Println(link)
	}
	return err
}

type doctorCmd struct {
	place
	Repair bool `help:"Write missing mirrors of connections and rebuild the index first."`
}

// Run prints what the doctor found and fails when something is not well.
func (c doctorCmd) Run(ctx context.Context) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if _, err := config.FindDir(cfg.Data); err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Log: slog.Default()})
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Repair {
		n, err := a.Network.Repair(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("Wrote %d missing mirrors and rebuilt the index.\n", n)
	}
	bad := 0
	for _, f := range a.Doctor(ctx) {
		mark := "ok  "
		if !f.OK {
			mark = "BAD "
			bad++
		}
		fmt.Printf("%s %s: %s\n", mark, f.What, f.Says)
		if f.Do != "" {
			fmt.Printf("     %s\n", f.Do)
		}
	}
	if bad > 0 {
		return fault.New(fault.Unavailable, "%d of the checks found something wrong.", bad)
	}
	return nil
}

type benchCmd struct {
	Answers answersCmd `cmd:"" help:"Import a data set with known answers and compare."`
	Pages   pagesCmd   `cmd:"" help:"Measure pages and acts of a made-up community against their targets."`
	Graph   graphCmd   `cmd:"" help:"Measure the connection graph against its targets."`
	Suggest suggestCmd `cmd:"" help:"Hide a tenth of a graph and see who finds it again."`
	Why     whyCmd     `cmd:"" help:"Learn a hidden preference from answers, and hold stated reasons against the record."`
}

type graphCmd struct {
	Members int           `help:"How many members to make up." default:"1000000"`
	Edges   int           `help:"How many connections to make up." default:"30000000"`
	Seed    uint64        `help:"The same seed makes the same network and questions." default:"1"`
	File    string        `help:"An edge list to read instead: two numbers a line." placeholder:"EDGES" type:"path"`
	Each    time.Duration `help:"How long to measure each row, at most." default:"2s"`
	Recall  bool          `help:"Also measure what suggestions within a budget miss."`
	Against []string      `help:"Databases to ask the same: sqlite, postgres (one of its own), or both with a comma." placeholder:"DATABASES"`
	In      string        `help:"Folder for temporary files, up to 20 bytes a connection, and for databases, 50 to 160." placeholder:"DIR" type:"path"`
	Memory  int           `help:"MiB that building the snapshot may take for lists; about 40 bytes a member come on top." default:"1024"`
	JSON    bool          `name:"json" help:"Print JSON instead of a table."`
}

// Run measures and prints the figures beside their targets.
func (c graphCmd) Run(ctx context.Context) error {
	return graph.Run(ctx, graph.Options{Members: c.Members, Edges: c.Edges, Seed: c.Seed, File: c.File, Each: c.Each, Recall: c.Recall, In: c.In, Memory: c.Memory << 20, Against: c.Against, JSON: c.JSON, Out: os.Stdout})
}

type suggestCmd struct {
	Edges   string `help:"An edge list: two numbers a line." placeholder:"FILE" type:"path" xor:"what" required:""`
	Lists   bool   `help:"Measure instead what a page of people you may know costs in an instance of 100,000 members with 3 million connections; takes some minutes." xor:"what" required:""`
	In      string `help:"Folder for the temporary instance of --lists, some 2 GB." placeholder:"DIR" type:"path"`
	Seed    uint64 `help:"The same seed hides the same connections." default:"1"`
	Members int    `help:"How many members to ask, at most; 0 for all." default:"2000"`
	JSON    bool   `name:"json" help:"Print JSON instead of a table."`
}

// Run measures and prints the methods beside each other.
func (c suggestCmd) Run(ctx context.Context) error {
	if c.Lists {
		return graph.RunLists(ctx, graph.Options{Members: 100_000, Edges: 3_000_000, Seed: c.Seed, In: c.In, JSON: c.JSON, Out: os.Stdout})
	}
	return suggest.Run(ctx, suggest.Options{Edges: c.Edges, Seed: c.Seed, Members: c.Members, JSON: c.JSON, Out: os.Stdout})
}

type whyCmd struct {
	Receivers  int    `help:"How many receivers of a synthetic community answer, and as many are held out; 0 leaves learning out." default:"400"`
	Each       int    `help:"How many invitations each of them answers." default:"15"`
	Preference string `help:"What they prefer: hidden, hand-set (nothing to learn), or none." default:"hidden"`
	Members    int    `help:"How many members of a made-up community to read invitations of; 0 leaves it out." default:"300"`
	Seed       uint64 `help:"The same seed makes the same communities." default:"1"`
	In         string `help:"Folder to make the temporary instance in." placeholder:"DIR" type:"path"`
	JSON       bool   `name:"json" help:"Print JSON instead of tables."`
}

// Run measures and prints what was learned, and what the record shows.
func (c whyCmd) Run(ctx context.Context) error {
	return why.Run(ctx, why.Options{Receivers: c.Receivers, Each: c.Each, Preference: c.Preference, Members: c.Members, Seed: c.Seed, In: c.In, JSON: c.JSON, Out: os.Stdout})
}

type pagesCmd struct {
	Members  int    `help:"How many members to make up." default:"300"`
	Seed     uint64 `help:"The same seed makes the same community." default:"1"`
	Database string `help:"An empty PostgreSQL database to measure as well." placeholder:"URL"`
	In       string `help:"Folder to make the temporary instance in; its disk is what is measured." placeholder:"DIR" type:"path"`
	JSON     bool   `name:"json" help:"Print JSON instead of a table."`
}

// Run measures and prints the figures beside their targets.
func (c pagesCmd) Run(ctx context.Context) error {
	return pages.Run(ctx, pages.Options{Members: c.Members, Seed: c.Seed, Database: c.Database, In: c.In, JSON: c.JSON, Out: os.Stdout})
}

type answersCmd struct {
	Set      string `help:"Folder of the data set." required:"" type:"path"`
	Expected string `help:"Folder of the answers; expected/ in the set if left out." type:"path"`
	Database string `help:"An empty PostgreSQL database to use; a temporary SQLite file if left out." placeholder:"URL"`
}

// Run prints right and total of each query and fails on a miss.
func (c answersCmd) Run(ctx context.Context) error {
	return answers.Run(ctx, answers.Options{Set: c.Set, Expected: c.Expected, Database: c.Database, Out: os.Stdout})
}

// peakMiB is the most memory this process ever held, from the kernel where it
// tells, else what the runtime has taken.
func peakMiB() int64 {
	if kb, ok := maxRSS(); ok {
		return kb / 1024
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys >> 20)
}
