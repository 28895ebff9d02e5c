package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/config"
	"guildhall/internal/fault"
	"guildhall/internal/task"
)

// Finding is one thing that the doctor looked at.
type Finding struct {
	What string // "Database"
	OK   bool
	Says string // one line
	Do   string // what to do, when it is not well
}

// laggard is how many entries a follower may be behind and still be well.
const laggard = 1000

// Doctor looks at database, journal, index and its snapshot, people's mirror, mail, work, disk and
// the data folder's rights.
// It changes nothing. A check that cannot be made is a finding that is not well.
func (a *App) Doctor(ctx context.Context) []Finding {
	out := []Finding{a.checkDatabase(ctx), a.checkIndex(ctx), a.checkSnapshot(ctx), a.checkMirror(ctx)}
	out = append(out, a.checkJournal(ctx)...)
	return append(out, a.checkWork(ctx), a.checkMail(ctx), a.checkDisk(ctx), a.checkRights())
}

func unwell(what string, err error, do string) Finding {
	text := fault.Text(err)
	if fault.Of(err) == fault.Internal {
		text = err.Error() // the operator reads it
	}
	return Finding{What: what, Says: text, Do: do}
}

func (a *App) checkDatabase(ctx context.Context) Finding {
	const what = "Database"
	have, known, err := a.DB.Version(ctx)
	if err == nil {
		err = a.DB.Check(ctx)
	}
	if err != nil {
		return unwell(what, err, "Restore the newest backup, or free the disk the database lies on.")
	}
	return Finding{What: what, OK: true, Says: fmt.Sprintf("%s, schema %d of %d, whole", a.DB.Kind(), have, known)}
}

func (a *App) checkIndex(ctx context.Context) Finding {
	const what = "Graph index"
	d, err := a.Network.Compare(ctx)
	if err != nil {
		return unwell(what, err, "See the database above.")
	}
	if d.Mismatches > 0 {
		return Finding{What: what, Says: fmt.Sprintf("%d differences in %d rows: no mirror %v, only in SQL %v, only in the index %v, strengths %v, blocks %v, known by %v", d.Mismatches, d.Rows, d.NoMirror, d.OnlySQL, d.OnlyIndex, d.Strengths, d.Blocks, d.Known),
			Do: "Run guildhall doctor --repair; it writes missing mirrors and rebuilds the index."}
	}
	return Finding{What: what, OK: true, Says: fmt.Sprintf("%d connections, the same in SQL, mirror and index", d.Rows/2)}
}

// checkSnapshot says whether the next start is a fast one. A file that no longer
// fits is nothing that needs doing, a damaged one may tell of a bad disk.
func (a *App) checkSnapshot(ctx context.Context) Finding {
	const what = "Graph snapshot"
	st := a.Network.LookAtSnapshot(ctx)
	switch {
	case st.Damaged:
		return unwell(what, st.Unusable, "Nothing is lost: the next start reads the database and writes another. If this comes back, look at the disk.")
	case st.Unusable != nil:
		return Finding{What: what, OK: true, Says: fmt.Sprintf("the next start reads the database: %v", st.Unusable)}
	}
	return Finding{What: what, OK: true, Says: fmt.Sprintf("%d connections of %s, %d entries of the journal behind; the next start uses it",
		st.Connections, st.At.Format(time.RFC3339), st.Behind)}
}

func (a *App) checkMirror(ctx context.Context) Finding {
	const what = "People of companies, schools and groups"
	missing, extra, err := a.Traits.Mirror(ctx, a.DB)
	if err != nil {
		return unwell(what, err, "See the database above.")
	}
	if missing+extra > 0 {
		return Finding{What: what, Says: fmt.Sprintf("%d rows missing, %d too many", missing, extra), Do: "Restore the newest backup; a healthy program never leaves this behind."}
	}
	return Finding{What: what, OK: true, Says: "the same from both sides"}
}

func (a *App) checkJournal(ctx context.Context) []Finding {
	lags, err := a.Journal.Lag(ctx)
	if err != nil {
		return []Finding{unwell("Journal", err, "See the database above.")}
	}
	var out []Finding
	for _, l := range lags {
		f := Finding{What: "Follower " + l.Name, OK: l.Trouble == "" && l.Behind <= laggard, Says: fmt.Sprintf("%d entries behind", l.Behind)}
		if !f.OK {
			f.Says += ": " + l.Trouble
			f.Do = "It tries again by itself; if this stays, look for the cause in the log and start again."
		}
		out = append(out, f)
	}
	return out
}

func (a *App) checkWork(ctx context.Context) Finding {
	const what = "Work waiting"
	h, err := task.Look(ctx, a.DB)
	if err != nil {
		return unwell(what, err, "See the database above.")
	}
	f := Finding{What: what, OK: h.Failed == 0, Says: fmt.Sprintf("%d due, the oldest for %s; %d given up", h.Due, h.Oldest.Round(1e9), h.Failed)}
	if !f.OK {
		f.Says += ": " + h.Trouble
		f.Do = "The last trouble is named; mostly it is the mail server."
	}
	return f
}

func (a *App) checkMail(ctx context.Context) Finding {
	const what = "Mail"
	if err := a.Mail.Check(ctx); err != nil {
		return unwell(what, err, "Check smtp and from in guildhall.toml.")
	}
	last, err := setting(ctx, a.DB, lastMail)
	if err != nil {
		return unwell(what, err, "See the database above.")
	}
	says := "letters go to " + a.path("outbox") + ", since no mail server is set"
	if a.Config.SMTP != "" {
		says = "the mail server answers"
	}
	if last != "" {
		says += "; the last letter left " + last
	}
	return Finding{What: what, OK: true, Says: says}
}

func (a *App) checkDisk(ctx context.Context) Finding {
	const what = "Disk"
	free, err := a.Blobs.Check(ctx)
	if err != nil {
		return unwell(what, err, "Free some room, or move the data folder to a larger disk.")
	}
	return Finding{What: what, OK: true, Says: fmt.Sprintf("%s can be written, %.1f GB free", a.Config.Data, float64(free)/1e9)}
}

// checkRights looks whether anybody else on the machine could read the database,
// the key that signs cookies in it, files, letters or passwords.
func (a *App) checkRights() Finding {
	const what = "Rights"
	x, err := config.Expose(a.Config.Data)
	if err != nil {
		return unwell(what, err, "Give Guildhall the right to read its data folder.")
	}
	if x.N == 0 {
		return Finding{What: what, OK: true, Says: "nobody else on this machine may read " + a.Config.Data}
	}
	for i, root := range x.Roots {
		x.Roots[i] = "'" + strings.ReplaceAll(root, "'", `'\''`) + "'"
	}
	return Finding{What: what, Says: fmt.Sprintf("others on this machine may read or change %s (%d in all)", x.First, x.N),
		Do: "Run: chmod -R go= " + strings.Join(x.Roots, " ")}
}
