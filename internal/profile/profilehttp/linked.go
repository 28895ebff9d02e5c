package profilehttp

import (
	"encoding/json"

	"guildhall/internal/access"
	"guildhall/internal/profile"
)

// linkedData describes a public page in the words of schema.org: a data block,
// which the content security policy lets stand since no browser runs it. It says
// what the page says and no more.
func linkedData(v view) string {
	person := map[string]any{"@type": "Person", "name": v.Card.Name, "description": v.Card.Headline}
	put := func(name string, list []string) {
		if len(list) > 0 {
			person[name] = list
		}
	}
	put("knowsAbout", names(v.section(access.Skills).Traits))
	put("knowsLanguage", names(v.section(access.Languages).Traits))
	put("worksFor", names(current(v.section(access.Experience).Traits)))
	put("alumniOf", names(v.section(access.Education).Traits))
	put("homeLocation", names(current(v.section(access.Location).Traits)))
	put("url", websites(v.section(access.Contact).Contacts))
	b, err := json.Marshal(map[string]any{"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": person})
	if err != nil {
		return ""
	}
	return `<script type="application/ld+json">` + string(b) + `</script>` // Marshal writes < as <
}

func websites(cs []profile.Contact) (list []string) {
	for _, c := range cs {
		if c.Kind == "website" {
			list = append(list, c.Value)
		}
	}
	return list
}
