package account

import "strings"

// named is a word in a browser's description of itself, and what it is called.
type named struct{ mark, name string }

// Browsers in order: those that pretend to be another one come before it.
var browsers = []named{
	{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi/", "Vivaldi"}, {"SamsungBrowser/", "Samsung Internet"},
	{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chromium/", "Chromium"},
	{"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	{"curl/", "curl"}, {"Go-http-client", "A program"}, {"python-", "A program"},
}

// Systems, likewise: phones and tablets name the desktop they descend from.
var systems = []named{
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"},
	{"Windows", "Windows"}, {"Macintosh", "Mac"}, {"FreeBSD", "FreeBSD"}, {"OpenBSD", "OpenBSD"}, {"Linux", "Linux"},
}

// Agent puts a User-Agent header into words for the list of sessions, such as
// "Firefox on Linux". Nothing of the header itself is kept.
func Agent(header string) string {
	if len(header) > 512 {
		header = header[:512]
	}
	browser, system := first(browsers, header), first(systems, header)
	switch {
	case browser == "" && system == "":
		return "Unknown browser"
	case browser == "":
		return "A browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

func first(list []named, header string) string {
	for _, n := range list {
		if strings.Contains(header, n.mark) {
			return n.name
		}
	}
	return ""
}
