package why

import "math"

// Keys of evidence. They are stable: pages, translations and the learned weights
// of an instance refer to them.
const (
	CompanyOverlap = "company.overlap" // at the same company at the same time
	CompanySame    = "company.same"    // at the same company, dates missing
	CompanyGap     = "company.gap"     // at the same company, at different times
	SchoolOverlap  = "school.overlap"
	SchoolSame     = "school.same"
	SchoolGap      = "school.gap"
	GroupOverlap   = "group.overlap"
	GroupSame      = "group.same"
	GroupGap       = "group.gap"
	SkillSame      = "skill.same"
	FieldSame      = "field.same"
	PlaceSame      = "place.same"
	LanguageSame   = "language.same"
	MutualKnown    = "mutual"          // people whom both know
	SeekSender     = "seek.sender"     // the receiver is, knows or did what the sender seeks
	SeekReceiver   = "seek.receiver"   // the other way round
	OfferMatch     = "offer.match"     // what the two are open to fits together
	OfferOwn       = "offer.own"       // what the sender is open to; speaks for a claim, scores nothing
	FewConnections = "few.connections" // the sender is new here
	BroadNetwork   = "broad.network"   // the sender connects broadly
	ClosedSections = "closed.sections" // the receiver's sections are closed to the sender
)

// Keys of evidence that features hand in, see Signal.
const (
	EarlierMessages = "messages.earlier" // the two wrote to each other in an earlier invitation
	OnceConnected   = "once.connected"   // the two were connected before
	Follows         = "follows"          // the sender follows the receiver
	FollowsBack     = "follows.back"     // the other way round
	Bridge          = "bridge"           // the receiver knows people where nobody is who knows both
	BridgeBack      = "bridge.back"      // the other way round
)

// weight says how much one kind of evidence speaks for one reason, and what it
// is worth to each side. All three are multiplied with the evidence's own
// strength in 0..1.
type weight struct {
	kind     string
	of       uint8 // FactKind of a seek, or the sender's Offer; 0: whatever has no row of its own
	reason   Reason
	found    float64 // towards the strength of the reason
	sender   float64 // towards what the sender gains
	receiver float64 // towards what the receiver gains
}

// weights is the hand-set model, see Model. Gains mirror each other: who asked must not matter
// for what both could gain. Where a company counts twice (as a tie and as a
// background), it does so under two reasons, never twice under one.
//
// The same table stands in doc/design/why.md; a test compares them.
var weights = []weight{
	// Time together is the best sign of a real tie (Feld 1981, the focus theory
	// of ties: people who share a focus of activity at the same time meet). A
	// workplace more than a school, a school more than a group, which can be large.
	{CompanyOverlap, 0, Relationship, 0.95, 0.45, 0.45},
	{SchoolOverlap, 0, Relationship, 0.80, 0.40, 0.40},
	{GroupOverlap, 0, Relationship, 0.50, 0.20, 0.20},
	// Without dates they may have met; a gap says that they have not, there.
	{CompanySame, 0, Relationship, 0.35, 0.10, 0.10},
	{SchoolSame, 0, Relationship, 0.35, 0.10, 0.10},
	{GroupSame, 0, Relationship, 0.35, 0.10, 0.10},

	// Likeness makes interest, whenever it was (McPherson, Smith-Lovin and Cook
	// 2001, homophily: workplace, education and field come first).
	{CompanyOverlap, 0, Background, 0.35, 0.20, 0.20},
	{CompanySame, 0, Background, 0.35, 0.20, 0.20},
	{CompanyGap, 0, Background, 0.35, 0.20, 0.20},
	{SchoolOverlap, 0, Background, 0.40, 0.20, 0.20},
	{SchoolSame, 0, Background, 0.40, 0.20, 0.20},
	{SchoolGap, 0, Background, 0.40, 0.20, 0.20},
	{GroupOverlap, 0, Background, 0.35, 0.15, 0.15},
	{GroupSame, 0, Background, 0.35, 0.15, 0.15},
	{GroupGap, 0, Background, 0.35, 0.15, 0.15},
	{SkillSame, 0, Background, 0.60, 0.35, 0.35},
	{FieldSame, 0, Background, 0.30, 0.15, 0.15},

	// To be what somebody looks for is the plainest reason there is; it serves
	// the side that looks (reciprocal recommendation: Pizzato and others 2010).
	{SeekSender, 0, Background, 0.50, 0.45, 0},
	{SeekReceiver, 0, Background, 0.30, 0, 0.45},
	{SeekSender, uint8(Company), Career, 0.50, 0.40, 0},
	{SeekReceiver, uint8(Company), Career, 0.50, 0, 0.40},
	{SeekSender, uint8(Field), Career, 0.40, 0.30, 0},
	{SeekReceiver, uint8(Field), Career, 0.40, 0, 0.30},

	// What both declared themselves open to. The row is named by the sender's offer.
	{OfferMatch, uint8(Work), Career, 0.85, 0.60, 0.50},
	{OfferMatch, uint8(Hiring), Career, 0.85, 0.50, 0.60},
	{OfferMatch, uint8(Mentored), Career, 0.85, 0.60, 0.30},
	{OfferMatch, uint8(Mentoring), Career, 0.85, 0.30, 0.60},

	// Whom both know (Adamic and Adar 2003). For gains under "shared" the number
	// counts as an inverted U instead of the strength, see weakTies.
	{MutualKnown, 0, Shared, 0.90, 0.35, 0.35},
	{MutualKnown, 0, Network, 0.35, 0.05, 0.05},

	// Nearness in place and trade is where networks grow (propinquity: Festinger,
	// Schachter and Back 1950); a newcomer and a hub both have cause to grow.
	{FieldSame, 0, Network, 0.30, 0.10, 0.10},
	{PlaceSame, 0, Network, 0.30, 0.10, 0.10},
	{LanguageSame, 0, Network, 0.05, 0.02, 0.02},
	{FewConnections, 0, Network, 0.30, 0, 0},
	{BroadNetwork, 0, Network, 0.30, 0, 0},

	// Words and ties that were there before are a tie already: exchange both ways
	// is how strong ties are told from weak ones (Granovetter 1973; Gilbert and
	// Karahalios 2009, who found words exchanged among the best signs of strength).
	{EarlierMessages, 0, Relationship, 0.60, 0.25, 0.25},
	{OnceConnected, 0, Relationship, 0.65, 0.25, 0.25},

	// Who follows wants to see (Kwak and others 2010: following is one-sided and
	// about what somebody writes). It serves the side that follows.
	{Follows, 0, Activity, 0.60, 0.25, 0},
	{FollowsBack, 0, Activity, 0.30, 0, 0.25},

	// Who stands between circles can introduce (Burt 1992, structural holes). It
	// serves the side that does not reach the circle.
	{Bridge, 0, Shared, 0.40, 0.30, 0},
	{BridgeBack, 0, Shared, 0.20, 0, 0.30},

	// A closed door is a reason to knock only if there is no other: see reasons.
	{ClosedSections, 0, Profile, 0.45, 0.20, 0},
}

// Threshold is the strength below which a reason counts as not found.
const Threshold = 0.15

// Lower edges of the bands, for the strength of a reason and, in hundredths, for
// compatibility. Low begins at Threshold for a reason and at 0 for compatibility.
const (
	fairFrom   = 0.30
	goodFrom   = 0.50
	strongFrom = 0.70
)

// Own strengths, 0..1, before any weight.
const (
	sameStrength   = 0.5   // the same place at an unknown or another time: an overlap of length zero
	overlapMonths  = 24    // time constant: after two years together 63 % of the rest is reached
	formerStrength = 0.6   // a sought company that the other has left
	mutualScale    = 1.5   // Adamic–Adar sum at which 63 % is reached: some seven middling mutuals
	unseenMutual   = 30000 // connections assumed of a mutual that is only counted: the most one can have
	closedScale    = 2.0   // closed sections at which 63 % is reached
)

// Edges of the coarse bands of connections, and what either side gains in reach
// by the other's band. Nobody's number is used more finely than that.
const (
	fewBelow  = 10
	broadFrom = 150
)

var reach = [...]float64{0, 0.02, 0.06, 0.12} // unknown, few, some, broad

// newness is how much of the other's network is likely new, by degree: friends
// of a friend overlap, strangers' hardly.
var newness = [...]float64{0, 0, 0.6, 0.9, 1}

// overlapStrength rises from sameStrength towards 1 with the months together. It
// saturates: the fifth year together says little more than the fourth. How large
// the place is comes on top, see crowd.
func overlapStrength(months int) float64 {
	return sameStrength + (1-sameStrength)*(1-math.Exp(-float64(max(months, 0))/overlapMonths))
}

// mutualStrength saturates in the Adamic–Adar sum: somebody with few
// connections who knows both says more than somebody who knows everybody.
func mutualStrength(sum float64) float64 { return 1 - math.Exp(-sum/mutualScale) }

// adamicAdar is one mutual's part of the sum. A mutual has two connections at
// least, so the logarithm stays above 0; being named never weighs less than being
// counted.
func adamicAdar(connections int) float64 {
	return 1 / math.Log(float64(min(max(connections, 2), unseenMutual)))
}

// closedStrength saturates in the number of closed sections.
func closedStrength(n int) float64 { return 1 - math.Exp(-float64(max(n, 0))/closedScale) }

// peak is the number of mutual connections at which weak ties carry most.
const peak = 10

// weakTies is the inverted U for career and shared: 0 without a mutual, 1 at
// peak, falling again where the circles are the same (Granovetter 1973; Rajkumar
// and others 2022 found the top near ten mutuals in a large trial on job moves).
func weakTies(mutuals int) float64 {
	x := float64(max(mutuals, 0)) / peak
	return x * math.Exp(1-x)
}

// careerShare is how much of a career gain stands without any mutual; the rest
// comes with weakTies.
const careerShare = 0.7

// band names a strength or a score in 0..1; cut is where Low begins.
func band(x, cut float64) Band {
	switch {
	case x >= strongFrom:
		return Strong
	case x >= goodFrom:
		return Good
	case x >= fairFrom:
		return Fair
	case x >= cut:
		return Low
	}
	return None
}
