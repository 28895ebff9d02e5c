package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account/accounthttp"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/fault"
	"guildhall/internal/home"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/mail"
	"guildhall/internal/page"
	"guildhall/internal/profile/profilehttp"
	"guildhall/internal/suggest"
	"guildhall/internal/task"
	"guildhall/internal/tie"
)

// Here one feature's answer is put into another's words: the only place that
// knows both.

func (a *App) path(elem ...string) string {
	return filepath.Join(append([]string{a.Config.Data}, elem...)...)
}

func (a *App) tls() bool { return strings.HasPrefix(a.Config.BaseURL, "https://") }

// cookieKey returns the key that signs cookies, made at the first start, so that
// a restart and other nodes understand what was said before.
func (a *App) cookieKey(ctx context.Context) ([]byte, error) {
	const name = "cookie.key"
	var key string
	err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if key, err = setting(ctx, tx, name); err != nil || key != "" {
			return err
		}
		b := make([]byte, 32)
		rand.Read(b)
		key = hex.EncodeToString(b)
		return setSetting(ctx, tx, name, key)
	})
	if err != nil {
		return nil, fmt.Errorf("read the cookie key: %w", err)
	}
	return hex.DecodeString(key)
}

// letterKind is the stored kind of the task that sends one letter.
const letterKind = "mail.letter"

// letters queues letters as tasks, in the transaction that gives cause for them.
type letters struct{}

func (letters) Letter(ctx context.Context, tx *db.Tx, l mail.Letter) error {
	payload, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return task.Enqueue(ctx, tx, letterKind, l.Key, string(payload), time.Time{})
}

// lastMail is the setting that remembers when a letter last left.
const lastMail = "mail.last"

func (a *App) sendLetter(ctx context.Context, t task.Task) error {
	var l mail.Letter
	if err := json.Unmarshal([]byte(t.Payload), &l); err != nil {
		return err
	}
	if err := a.Mail.Send(ctx, l); err != nil {
		if fault.Is(err, fault.Invalid) { // it will never pass
			a.log.Warn("a letter cannot be sent and was given up", "task", t.ID, "err", err)
			return nil
		}
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error { return setSetting(ctx, tx, lastMail, tx.Now.Format(time.RFC3339)) })
}

func (a *App) pruneOutbox(context.Context) error {
	_, err := mail.Prune(a.path("outbox"), a.DB.Now())
	return err
}

// begin lets the parts of the start read together what is known of whoever waits and
// whom the viewer might know.
func (a *App) begin(ctx context.Context, v access.Viewer, waiting, people int) (context.Context, error) {
	lens, err := a.Guard.For(ctx, v)
	if err != nil {
		return ctx, err
	}
	senders, err := a.senders(ctx, v)
	if err != nil {
		return ctx, err
	}
	cards, err := a.Members.Cards(ctx, a.DB, senders)
	if err != nil {
		return ctx, err
	}
	var ids []int64
	for _, m := range senders {
		if _, there := cards[m]; there && !lens.Blocked(m) && len(ids) < waiting {
			ids = append(ids, m)
		}
	}
	ahead, err := a.Suggest.Ahead(ctx, v, people)
	return evidence.Together(ctx, ids, ahead), err
}

// waiting tells the start what invitations wait.
func (a *App) waiting(ctx context.Context, v access.Viewer, n int) ([]home.Waiting, int, error) {
	items, all, err := a.Invites.First(ctx, v, n)
	if err != nil {
		return nil, 0, err
	}
	out := make([]home.Waiting, len(items))
	for i, it := range items {
		out[i] = home.Waiting{
			ID: it.ID, From: it.From, Degree: it.Degree, Reason: it.Reason, Label: it.Label, Note: it.Note, Fact: it.Fact, Sent: it.Sent,
		}
	}
	return out, all, nil
}

// senders tells who waits for the viewer's answer, newest first.
func (a *App) senders(ctx context.Context, v access.Viewer) ([]int64, error) {
	return a.waits.Get(ctx, v.Member(), func(ctx context.Context) ([]int64, error) { return a.Invites.Senders(ctx, v) })
}

// count tells every page how many invitations wait. Who waits is kept; who of them
// is there is asked each time, of cards that are kept too.
func (a *App) count(ctx context.Context, v access.Viewer) (int, error) {
	senders, err := a.senders(ctx, v)
	if err != nil {
		return 0, err
	}
	return a.Invites.CountPresent(ctx, senders)
}

// askedBy tells whom the viewer need not be told to invite.
func (a *App) askedBy(ctx context.Context, v access.Viewer) ([]int64, error) {
	return a.asked.Get(ctx, v.Member(), func(ctx context.Context) ([]int64, error) { return a.Invites.Open(ctx, v) })
}

// load tells suggestions how much waits for whom.
func (a *App) load(ctx context.Context, q db.Querier, members []int64) (map[int64]suggest.Load, error) {
	bands, err := invite.Load(ctx, q, members, a.DB.Now())
	out := make(map[int64]suggest.Load, len(bands))
	for m, b := range bands {
		out[m] = suggest.Load(b)
	}
	return out, err
}

// near tells the start whom the viewer might know.
func (a *App) near(ctx context.Context, v access.Viewer, n int) ([]home.Person, error) {
	p, err := a.Suggest.People(ctx, v, page.Cursor{}, n)
	if err != nil {
		return nil, err
	}
	a.Suggest.Shown(v, p.People)
	out := make([]home.Person, len(p.People))
	for i, s := range p.People {
		out[i] = home.Person{Card: s.Card, Degree: s.Degree, Mutual: s.Mutual, Mutuals: s.Mutuals, Fact: s.Otherwise()}
		if f, ok := s.Reason(); ok {
			out[i].Reason, out[i].Fact = string(f.Reason), suggest.Line(f)
		}
	}
	return out, nil
}

// noteShown records who was suggested, beside the pages that show it.
func (a *App) noteShown(ctx context.Context) error { return a.Suggest.Run(ctx, a.log) }

// strength tells the start what the viewer's profile misses.
func (a *App) strength(ctx context.Context, v access.Viewer) (home.Strength, error) {
	return a.strengths.Get(ctx, v.Member(), func(ctx context.Context) (home.Strength, error) { return a.judge(ctx, v) })
}

func (a *App) judge(ctx context.Context, v access.Viewer) (home.Strength, error) {
	s, err := a.Profiles.Strength(ctx, v)
	out := home.Strength{Percent: s.Percent}
	for _, m := range s.Missing {
		part := "card" // the lines at the top
		if m.Section.Valid() {
			part = m.Section.String()
		}
		out.Missing = append(out.Missing, home.Step{Title: m.Title, Why: m.Why, Href: "/me?edit=" + part})
	}
	return out, err
}

// relation tells a profile what its main button is about.
func (a *App) relation(ctx context.Context, v access.Viewer, peer int64) (profilehttp.Relation, error) {
	b, err := a.Invites.Between(ctx, v, peer)
	if err != nil {
		return profilehttp.Relation{}, err
	}
	rel := profilehttp.Relation{Since: b.Since, Until: b.Until}
	switch b.Relation {
	case invite.Connected:
		rel.Standing = profilehttp.Connected
	case invite.Asked:
		rel.Standing, rel.Link = profilehttp.Sent, "/invitations/sent"
	case invite.AskedBy:
		rel.Standing, rel.Link = profilehttp.Received, "/invitations/"+id.String(b.ID)
	case invite.Cooling:
		rel.Standing = profilehttp.Cooling
	}
	return rel, nil
}

// around is what a profile's page shows of other features, and whom it tells that
// it was opened.
func (a *App) around() profilehttp.Around {
	return profilehttp.Around{Seen: a.Visits.Note, Beside: a.beside, Reason: a.reasonWords}
}

// countAgain is how often each process learns anew how many members there are.
const countAgain = 12 * time.Hour

// keepCount tells evidence how many members there are until ctx ends. Every process
// does it for itself: a task would be run by one node, and on the others a skill
// would be as rare as when they started. One that fails goes on with the last number.
func (a *App) keepCount(ctx context.Context) error {
	tick := time.NewTicker(countAgain)
	defer tick.Stop()
	for {
		if err := a.Evidence.Recount(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("how many members there are could not be counted anew", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// reasonWords is the words of a reason that the instance added to the seven.
func (a *App) reasonWords(ctx context.Context, code string) (string, error) {
	book, err := a.Invites.Book(ctx)
	return book.Label(code), err
}

// ownReasons tells ties the reasons that the instance added to the seven.
func (a *App) ownReasons(ctx context.Context) ([]tie.OwnReason, error) {
	book, err := a.Invites.Book(ctx)
	out := make([]tie.OwnReason, len(book))
	for i, r := range book {
		out[i] = tie.OwnReason{Code: r.Code, Label: r.Label, Retired: r.Retired}
	}
	return out, err
}

// beside lists the circles of people that stand beside a profile.
func (a *App) beside(ctx context.Context, v access.Viewer, owner int64) ([]profilehttp.Circle, error) {
	also, err := a.Visits.Also(ctx, v, owner)
	if err != nil {
		return nil, err
	}
	viewed := profilehttp.Circle{Title: "People also viewed", Why: "At least five others viewed both profiles. Private views never count."}
	for _, p := range also {
		viewed.People = append(viewed.People, profilehttp.Besider{Card: p.Card, Degree: p.Degree})
	}
	alike, err := a.Suggest.Similar(ctx, v, owner, similar)
	if err != nil {
		return nil, err
	}
	work := profilehttp.Circle{Title: "Similar professionals", Why: "By skills, field, schools and titles, as far as you can see them."}
	for _, p := range alike {
		work.People = append(work.People, profilehttp.Besider{Card: p.Card, Degree: p.Degree, Fact: p.Fact})
	}
	return slices.DeleteFunc([]profilehttp.Circle{viewed, work}, func(c profilehttp.Circle) bool { return len(c.People) == 0 }), nil
}

// similar is how many similar professionals stand beside a profile.
const similar = 4

// guest tells in whose name a guest looks at a picture. Sign-in shows the demo's
// personas to everybody, and everybody may be them without a password.
func (a *App) guest(ctx context.Context, handle string) access.Viewer {
	list, err := a.personas(ctx)
	if err != nil {
		a.log.Error("list the personas", "err", err)
	}
	for _, p := range list {
		if p.Card.Handle == handle {
			return access.Member(p.Card.ID)
		}
	}
	return access.Guest()
}

// personas are the demo's members whom one may step into, as sign-in shows them.
func (a *App) personas(ctx context.Context) ([]accounthttp.Persona, error) {
	if !a.opt.Demo || a.opt.Personas == nil {
		return nil, nil
	}
	list, err := a.opt.Personas(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []accounthttp.Persona
	for _, p := range list {
		id, _, err := a.Members.ByHandle(ctx, p.Handle)
		if err != nil {
			return nil, err
		}
		c, err := a.Members.Card(ctx, a.DB, id)
		if err != nil {
			return nil, err
		}
		out = append(out, accounthttp.Persona{Card: c, Waits: p.Waits})
	}
	return out, nil
}
