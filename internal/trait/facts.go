package trait

import "guildhall/internal/journal"

// Changed says that something a member has or seeks changed.
func Changed(member int64) journal.Fact {
	return journal.Fact{Kind: "trait.changed", Facets: journal.ChangesTraits, Owner: member}
}
