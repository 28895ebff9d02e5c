package demo

// firm is an employer. All are invented; their sites are in the domain that is
// kept for examples.
type firm struct {
	name   string
	place  string
	since  int // the year in which it was founded
	size   int // how often it is drawn, 1 to 4
	crafts string
}

// firms, each with the crafts at home there, the most typical first.
var firms = []firm{
	{"Skarvnes Offshore Wind", "Stavanger", 2008, 4, "wind grid people code law money"},
	{"Grensevik Kraftnett", "Trondheim", 1951, 3, "grid code data money people"},
	{"Tidewright Works", "Cardiff", 2011, 3, "wind sense coast money grid"},
	{"Costa Brisa Eólica", "Fortaleza", 2012, 2, "wind grid people"},
	{"Seto Kaze Power", "Hiroshima", 2013, 2, "wind grid sense"},
	{"Byeolmaru Wind", "Busan", 2014, 2, "wind grid code"},
	{"Maasbrug Netbeheer", "Rotterdam", 1962, 3, "grid data code draw money"},
	{"Hvítanes Geothermal", "Reykjavík", 1978, 2, "grid water sense people"},
	{"Tannhope Community Power", "Newcastle", 2015, 1, "grid money people wind"},

	{"Zuidkil Delta Authority", "Middelburg", 1953, 4, "coast flood marsh law build maps data"},
	{"Ostermünder Deichbau", "Hamburg", 1949, 3, "coast build maps money"},
	{"Sluis & Daal Engineers", "Delft", 1974, 3, "coast flood ocean maps water"},
	{"Isle & Inlet Engineering", "Halifax", 1989, 2, "coast build maps flood"},
	{"Hải Triều Engineering", "Hải Phòng", 1996, 2, "coast flood water"},
	{"Ikoro Lagoon Works", "Lagos", 2004, 3, "coast maps marsh water people"},
	{"Meghna Tidal Surveys", "Chattogram", 1999, 2, "maps flood coast stats"},

	{"Marisma Viva", "Cádiz", 1993, 2, "marsh sea law money"},
	{"Wadden & Wold Conservancy", "Norwich", 1961, 3, "marsh maps press money"},
	{"Instituto da Maré", "Lisbon", 1986, 3, "ocean marsh stats sense sea"},
	{"Kymata Surveys", "Thessaloniki", 1998, 2, "maps ocean sense"},
	{"Qinglan Ocean Instruments", "Qingdao", 2006, 2, "sense ocean code"},
	{"Läänelaht Sensors", "Tallinn", 2010, 2, "sense code data"},
	{"Ravnkilde Ocean Laboratory", "Bergen", 1937, 3, "ocean stats sense data sea"},

	{"Tarn & Vale Water", "Leeds", 1974, 3, "water flood data people draw"},
	{"Wasserverband Moorhude", "Bremen", 1925, 2, "water flood law draw"},
	{"Aguas del Mirador", "Valencia", 1968, 2, "water flood money"},
	{"Gal Shaket Desalination", "Haifa", 2002, 2, "water sense code"},
	{"Fajr Coast Water", "Aqaba", 2009, 2, "water flood data"},
	{"Ninebarrow River Trust", "Gloucester", 1984, 2, "flood marsh maps"},
	{"Nilgate Hydrology", "Cairo", 1991, 2, "flood water stats maps"},

	{"Brackwater Analytics", "Edinburgh", 2013, 4, "data stats code flood ocean maps people"},
	{"Quay Street Software Cooperative", "Bristol", 2007, 3, "code data draw people"},
	{"Zatoka Data", "Gdańsk", 2016, 2, "data code stats"},
	{"Estuário Dados", "Porto", 2014, 2, "data code maps draw"},
	{"Msimbo Systems", "Mombasa", 2012, 2, "code data money stats"},
	{"Plover Maps", "Utrecht", 2009, 3, "maps data draw code"},
	{"Lantern & Lee", "London", 2005, 2, "draw code press build"},

	{"Stocznia Mewia", "Gdańsk", 1946, 2, "boat wind people"},
	{"Fairlead Boatyard", "Oban", 1968, 2, "boat sail"},
	{"Lodoslar Shipyard", "Istanbul", 1958, 2, "boat sail sense"},
	{"Port of Sindhugiri", "Kochi", 1936, 3, "port coast law data"},
	{"Vējupe Port Services", "Riga", 1992, 2, "port sense law"},
	{"Tynehaven Harbour Commission", "Newcastle", 1876, 2, "port law"},
	{"Elverhavn Port", "Esbjerg", 1929, 2, "port wind law"},
	{"Puerto Alerce", "Valparaíso", 1971, 2, "port coast sea"},
	{"Laminar Seafarms", "Brest", 2015, 2, "sea sense marsh money"},
	{"Kelpline Foods", "Galway", 2010, 2, "sea people money"},

	{"Atelier Marée Basse", "La Rochelle", 1997, 2, "build draw coast"},
	{"Kontur & Kyst", "Copenhagen", 1988, 3, "build draw coast maps"},
	{"Saltern Press & Pottery", "Norwich", 1904, 2, "clay draw press"},
	{"Thrift & Thimble Studios", "St Ives", 1979, 1, "clay sail draw"},
	{"Weir House Publishing", "Dublin", 1982, 2, "press tongue draw"},
	{"The Tideline Courier", "Plymouth", 1899, 2, "press data draw"},
	{"Isthmus Language Services", "Brussels", 1994, 2, "tongue law press"},
	{"Museum of the Low Coast", "Lübeck", 1911, 2, "past teach draw clay"},
	{"Dolphin Stair Archive", "Bristol", 1934, 2, "past maps data"},
	{"Mudlark Free School", "Plymouth", 1972, 2, "teach"},
	{"Open Quay Evening College", "Rotterdam", 1958, 2, "teach tongue"},
	{"Inner Isles Health Service", "Oban", 1963, 2, "care people"},
	{"Kaap Rond Maritime Health", "Rotterdam", 1985, 2, "care stats"},
	{"Harbour Light Clinics", "Hull", 1947, 2, "care people data"},
	{"Foreshore Legal", "London", 1990, 2, "law money tongue"},
	{"Commonpurse Cooperative Bank", "Nantes", 1921, 3, "money law code people"},
	{"Saltmarsh College", "King’s Lynn", 1868, 3, "teach past marsh ocean stats"},
}

// school is a place of study, invented like the firms.
type school struct {
	name   string
	place  string
	near   string // cultures whose people are likely to have been there
	size   int
	crafts string // empty: all
}

var schools = []school{
	{"Saltmarsh College", "King’s Lynn", "", 9, ""},
	{"Høyvik Technical University", "Trondheim", "no dk se fi is", 3, ""},
	{"University of Ostermünde", "Hamburg", "de pl cz baltic hu", 3, ""},
	{"Zuidkil School of Hydraulics", "Delft", "nl de vn bd", 3, "coast flood water ocean maps grid data"},
	{"Instituto Superior de Marealta", "Porto", "pt br", 3, ""},
	{"Universidad de Puerto Sereno", "Valencia", "es la", 3, ""},
	{"École des Rivages", "Brest", "fr ma", 3, ""},
	{"Halcyon Polytechnic", "Thessaloniki", "gr tr il bg", 3, ""},
	{"Levant Coast University", "Beirut", "ar il eg ma", 2, ""},
	{"Ikoro University of Science", "Lagos", "ng gh ke et", 3, ""},
	{"Sindhugiri Institute of Technology", "Kochi", "in bd lk", 3, ""},
	{"Seto Maritime University", "Hiroshima", "jp kr cn vn", 3, ""},
	{"Inlet University", "Halifax", "en ie", 3, ""},
	{"Dnipro Delta University", "Odesa", "ua bg", 2, ""},
	{"Fairlead School of Boatbuilding", "Oban", "", 2, "boat sail clay"},
}

// circle is a group of the society.
type circle struct {
	name     string
	since    int // the year in which it began
	crafts   string
	near     string
	size     int
	unlisted bool
	role     string // what some of its members are in it
}

var circles = []circle{
	{"Tide Gauge Watchers", 2014, "ocean flood sense stats data", "", 3, false, "Keeper of the gauge list"},
	{"Women of the Waterfront", 2015, "", "", 3, false, "Evenings"},
	{"Marsh Restoration Circle", 2014, "marsh coast maps sea", "", 3, false, "Site visits"},
	{"Storm Surge Reading Group", 2016, "ocean stats flood coast", "", 2, false, "Chooses the paper"},
	{"Offshore Night Shift", 2017, "wind port grid care sense", "", 3, false, "Moderator"},
	{"Returners’ Table", 2018, "", "", 2, false, "Host"},
	{"First-Generation Fellows", 2016, "", "", 3, false, "Mentor"},
	{"Boat Shed Saturdays", 2014, "boat sail clay teach wind", "", 2, false, "Keys and kettle"},
	{"Open Sensors Guild", 2015, "sense code data maps ocean", "", 3, false, "Release manager"},
	{"Dyke and Sluice Roundtable", 2014, "coast flood build law water", "", 2, false, "Minutes"},
	{"Fellows’ Choir", 2014, "", "", 2, false, "Alto"},
	{"Baltic Chapter", 2015, "", "pl baltic fi se de dk", 2, false, "Secretary"},
	{"Mediterranean Chapter", 2015, "", "es it gr tr il ar fr pt eg ma", 2, false, "Secretary"},
	{"Gulf of Guinea Chapter", 2017, "", "ng gh", 2, false, "Secretary"},
	{"Indian Ocean and Pacific Chapter", 2016, "", "in bd lk jp kr cn vn ke", 2, false, "Secretary"},
	{"Grid Resilience Working Group", 2016, "grid wind code data", "", 2, false, "Drafts the guidance"},
	{"Maps at Midnight", 2018, "maps data draw code", "", 2, false, "Brings the questions"},
	{"Letterpress Thursdays", 2015, "clay draw press past tongue", "", 2, false, "Ink"},
	{"Mentors’ Bench", 2015, "", "", 3, false, "Mentor"},
	{"Water in Plain Words", 2019, "water press tongue law teach care", "", 2, false, "Editor"},
	{"Hardship Fund Readers", 2016, "money law people care teach", "", 1, true, "Reader"},
	{"Succession Committee", 2021, "", "", 1, true, "Member"},
}

// shared are skills that people of any craft have.
var shared = []string{"Project management", "Public speaking", "Facilitation", "Mentoring", "Grant writing", "Budgeting",
	"First aid", "Negotiation", "Technical writing", "Teaching", "Spreadsheets", "Volunteer coordination"}

// tongues are the languages of the community, by tag.
var tongues = map[string]string{
	"en": "English", "no": "Norwegian", "da": "Danish", "sv": "Swedish", "fi": "Finnish", "is": "Icelandic", "de": "German",
	"nl": "Dutch", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian", "pl": "Polish", "cs": "Czech",
	"lv": "Latvian", "et": "Estonian", "lt": "Lithuanian", "hu": "Hungarian", "el": "Greek", "tr": "Turkish", "he": "Hebrew",
	"ar": "Arabic", "hi": "Hindi", "ta": "Tamil", "bn": "Bengali", "si": "Sinhala", "zh": "Mandarin Chinese", "ja": "Japanese",
	"ko": "Korean", "vi": "Vietnamese", "yo": "Yoruba", "ig": "Igbo", "tw": "Twi", "sw": "Swahili", "am": "Amharic",
	"uk": "Ukrainian", "ru": "Russian", "bg": "Bulgarian", "ga": "Irish", "cy": "Welsh", "ml": "Malayalam",
}

// regions are the parts of the world in which people mostly stay, by the places
// of firms.
var regions = map[string]string{
	"Stavanger": "north", "Trondheim": "north", "Bergen": "north", "Copenhagen": "north", "Esbjerg": "north", "Reykjavík": "north",
	"Cardiff": "isles", "Newcastle": "isles", "Norwich": "isles", "Leeds": "isles", "Gloucester": "isles", "Edinburgh": "isles",
	"Bristol": "isles", "London": "isles", "Oban": "isles", "Galway": "isles", "St Ives": "isles", "Dublin": "isles",
	"Plymouth": "isles", "Hull": "isles", "King’s Lynn": "isles",
	"Rotterdam": "west", "Middelburg": "west", "Delft": "west", "Utrecht": "west", "Hamburg": "west", "Bremen": "west",
	"Lübeck": "west", "Brussels": "west", "Brest": "west", "Nantes": "west", "La Rochelle": "west",
	"Gdańsk": "baltic", "Tallinn": "baltic", "Riga": "baltic",
	"Lisbon": "south", "Porto": "south", "Cádiz": "south", "Valencia": "south",
	"Thessaloniki": "levant", "Istanbul": "levant", "Haifa": "levant", "Aqaba": "levant", "Cairo": "levant",
	"Lagos": "africa", "Mombasa": "africa",
	"Kochi": "india", "Chattogram": "india",
	"Hải Phòng": "pacific", "Hiroshima": "pacific", "Busan": "pacific", "Qingdao": "pacific",
	"Halifax": "americas", "Fortaleza": "americas", "Valparaíso": "americas",
}
