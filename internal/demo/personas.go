package demo

import (
	"context"
	"fmt"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/app"
	"guildhall/internal/fault"
)

// keeper is the handle of the member who keeps the instance.
const keeper = "tilda-marchetti-holm"

// keeperYears is how long before the day of the plan the keeper joined.
const keeperYears = 9 * 365 * 24 * time.Hour

// part is one persona: a member whom one may be, and what being that member is
// good for.
type part struct {
	handle string
	role   string
}

// cast are the personas, in the order shown; they are the plan's first members.
var cast = []part{
	{"noor-haddad", "A newcomer, nine days here"},
	{"adaeze-nwosu-lindqvist", "An alumna whom half the society knows"},
	{"mateus-figueira-antunes", "In the middle of a career, and much asked"},
	{keeper, "The owner, who keeps this instance"},
	{"eirik-valkeapaa-dahl", "A member whose profile is closed to everybody"},
	{"ursula-kestrel", "A retired professor with a public page"},
}

// Personas lists the members whom one may be, with what waits for each at
// present; two statements each.
func Personas(ctx context.Context, a *app.App) ([]app.Persona, error) {
	return services(a).personas(ctx)
}

func (s Services) personas(ctx context.Context) ([]app.Persona, error) {
	var out []app.Persona
	for _, c := range cast {
		id, handle, err := s.Members.ByHandle(ctx, c.handle)
		if fault.Is(err, fault.Missing) {
			continue // who hibernates cannot be stepped into
		}
		if err != nil {
			return nil, err
		}
		cards, err := s.Members.Cards(ctx, s.DB, []int64{id})
		if err != nil {
			return nil, err
		}
		waiting, err := s.Invites.Waiting(ctx, access.Member(id))
		if err != nil {
			return nil, err
		}
		out = append(out, app.Persona{Handle: handle, Name: cards[id].Name, Role: c.role, Waits: waitsFor(waiting)})
	}
	return out, nil
}

// waitsFor says in a few words what waits.
func waitsFor(n int) string {
	words := []string{"No invitation waits", "One invitation waits", "Two invitations wait", "Three invitations wait",
		"Four invitations wait", "Five invitations wait", "Six invitations wait", "Seven invitations wait", "Eight invitations wait",
		"Nine invitations wait", "Ten invitations wait", "Eleven invitations wait", "Twelve invitations wait"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprintf("%d invitations wait", n)
}
