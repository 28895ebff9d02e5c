package demo

import (
	"math/rand/v2"
	"strings"
)

// culture is where names come from. Lists are separated by commas; a name in
// another script has its Latin form after a bar, and a family name that differs
// for women has the two forms parted by a slash, men's first.
type culture struct {
	key         string
	region      string // where home is
	lang        string // of the name
	tongues     string // spoken at home, by tag
	cities      string
	women, men  string
	families    string
	middle      string // between family and given name: women's, then men's, parted by a bar
	familyFirst bool
	joined      bool // no space in the native script
	mono        bool // some go by one name
	weight      int
}

// cultures has those of the far shores in cultures_far.go.
var cultures = append(near, far...)

var near = []culture{
	{key: "en", region: "isles", lang: "en", tongues: "en", weight: 30, cities: "Norwich,Bristol,Newcastle,Halifax,Cardiff,Plymouth,Edinburgh,Hull",
		women:    "Harriet,Imogen,Rowena,Beth,Marian,Tamsin,Philippa,Joan,Lowenna,Cerys,Ailsa,Nerys,Winifred,Moira,Dorothy,Elowen",
		men:      "Alistair,Gareth,Rupert,Owen,Callum,Desmond,Edwin,Fergus,Hugh,Jago,Leonard,Nigel,Silas,Tobias,Wilfred,Emlyn",
		families: "Ashcombe,Birtwhistle,Carrick,Dunmore,Entwistle,Fairweather,Gathercole,Hebblethwaite,Inskip,Jessop,Kerslake,Loveday,Merrifield,Netherton,Penhaligon,Quaife,Rowntree,Stannard,Tregenza,Underhill,Venning,Whitlock,Prosser,Maddocks"},
	{key: "ie", region: "isles", lang: "en-IE", tongues: "en ga", weight: 7, cities: "Galway,Cork,Dublin,Sligo",
		women:    "Aoife,Caoimhe,Gráinne,Niamh,Sorcha,Orlaith,Bríd,Muireann",
		men:      "Cormac,Diarmuid,Eoghan,Fiachra,Lorcan,Oisín,Tadhg,Ruairí",
		families: "Ó Conaire,Devaney,Mac Giolla,Halloran,Ní Fhlaithearta,Kinsella,Rafferty,Scanlon,Tuohy,Garvey"},
	{key: "no", region: "north", lang: "nb", tongues: "no en", weight: 11, cities: "Bergen,Trondheim,Tromsø,Stavanger",
		women:    "Ingrid,Solveig,Ragnhild,Åse,Marit,Synnøve,Tuva,Gunnvor,Liv,Sunniva",
		men:      "Håkon,Sindre,Øystein,Torbjørn,Eirik,Trygve,Jostein,Audun,Vegard,Ståle",
		families: "Sæther,Brattebø,Fjeldstad,Nygård,Rønningen,Skarpnes,Tveitan,Øverland,Aasgaard,Hovdenak,Kvamme,Lillevik"},
	{key: "dk", region: "north", lang: "da", tongues: "da en", weight: 6, cities: "Aarhus,Copenhagen,Esbjerg",
		women:    "Birgitte,Signe,Karoline,Lærke,Maren,Astrid,Kirstine,Tove",
		men:      "Anders,Jeppe,Mads,Rasmus,Søren,Troels,Villads,Holger",
		families: "Bjerregaard,Damsgaard,Frandsen,Højholt,Kjærgaard,Lindegaard,Nørgaard,Ravnkilde,Søndergaard,Vestergård"},
	{key: "se", region: "north", lang: "sv", tongues: "sv en", weight: 6, cities: "Gothenburg,Kalmar,Umeå",
		women:    "Elin,Ebba,Märta,Ulrika,Gunilla,Saga,Linnéa,Åsa",
		men:      "Göran,Håkan,Sixten,Mårten,Nils,Örjan,Torsten,Valter",
		families: "Bergqvist,Dahlgren,Ekström,Hägglund,Lindqvist,Nordenskär,Sjöblom,Åkerström,Öhrn,Wallgren"},
	{key: "fi", region: "north", lang: "fi", tongues: "fi sv en", weight: 6, cities: "Turku,Oulu,Helsinki",
		women:    "Aino,Katri,Helmi,Sanelma,Tuulikki,Kaisa,Venla,Inari",
		men:      "Antti,Eero,Jorma,Olavi,Sampo,Tapio,Väinö,Ilmari",
		families: "Hämäläinen,Kärkkäinen,Lehtovaara,Mäenpää,Pöyry,Rautiainen,Saarelainen,Tuominiemi,Valkeapää,Yli-Heikkilä"},
	{key: "is", region: "north", lang: "is", tongues: "is da en", weight: 5, cities: "Reykjavík,Akureyri,Ísafjörður",
		women:    "Guðrún,Þórdís,Katrín,Sólveig,Ragnheiður,Hrafnhildur,Birna,Eyja",
		men:      "Þorsteinn,Sigurður,Ásgeir,Hallgrímur,Bjarni,Kári,Ísleifur,Orri",
		families: "Jónsson/Jónsdóttir,Þórðarson/Þórðardóttir,Sigurðsson/Sigurðardóttir,Kárason/Káradóttir,Hallsson/Hallsdóttir,Eiríksson/Eiríksdóttir,Bjarnason/Bjarnadóttir,Ólafsson/Ólafsdóttir"},
	{key: "de", region: "west", lang: "de", tongues: "de en", weight: 13, cities: "Hamburg,Bremen,Lübeck,Rostock",
		women:    "Anneliese,Friederike,Gesa,Hannelore,Jördis,Käthe,Mechthild,Svenja,Wiebke,Ulrike,Frauke,Levke",
		men:      "Bastian,Detlef,Friedhelm,Hauke,Jürgen,Klaas,Ole,Rüdiger,Sönke,Tjark,Wolfram,Enno",
		families: "Petersen-Voss,Achterberg,Brüggemann,Clausen,Deichmüller,Ehlers,Feddersen,Grotjahn,Harmsen,Janßen,Kreutzmann,Lührs,Mönkeberg,Oltmanns,Rüsch,Tönnies"},
	{key: "nl", region: "west", lang: "nl", tongues: "nl en", weight: 10, cities: "Rotterdam,Middelburg,Delft,Utrecht",
		women:    "Annelies,Femke,Hendrikje,Jorien,Liesbeth,Maartje,Neeltje,Roos,Sjoukje,Willemijn",
		men:      "Bram,Douwe,Floris,Gijs,Jelle,Koen,Menno,Ruben,Sybren,Wouter",
		families: "van der Zwaluw,de Kievit,van Oosterhuizen,Hoekwater,Dijkslag,ten Haave,Kuipersma,van ’t Veen,Zeilemaker,Brouwershof,van den Akkerdijk,Polderman"},
	{key: "fr", region: "west", lang: "fr", tongues: "fr en", weight: 10, cities: "Brest,Nantes,La Rochelle,Marseille",
		women:    "Aurélie,Bénédicte,Clémence,Élodie,Gwenaëlle,Hélène,Maëlle,Noémie,Solène,Yseult",
		men:      "Aurélien,Benoît,Corentin,Étienne,Gaël,Loïc,Maël,Rémi,Tanguy,Yannick",
		families: "Kervella,Le Goff-Durand,Beauchêne,Chastagner,Delahaye,Fauvel,Guéguen,L’Hostis,Maréchal,Pennec,Rivoal,Tréhoret,Vauquelin"},
	{key: "es", region: "south", lang: "es", tongues: "es en", weight: 10, cities: "Cádiz,Valencia,Vigo,Bilbao",
		women:    "Almudena,Begoña,Candela,Inés,Jimena,Leire,Maite,Nuria,Rocío,Itziar",
		men:      "Aitor,Borja,Eneko,Gonzalo,Íñigo,Joaquín,Martín,Nicolás,Xoán,Unai",
		families: "Arrieta Lasa,Barreiro Sanmartín,Castañeda Rueda,Etxeberria Otaño,Fontán Seoane,Guzmán Peralta,Ibáñez Mora,Lourido Vázquez,Montilla Reyes,Ochoa de Alda,Piñeiro Castro,Zubiri Iñarra"},
	{key: "la", region: "americas", lang: "es-419", tongues: "es en", weight: 6, cities: "Valparaíso,Cartagena,Guayaquil,Montevideo",
		women:    "Antonella,Catalina,Graciela,Luz Marina,Rayén,Ximena,Yadira,Pilar",
		men:      "Baltazar,Emiliano,Facundo,Hernán,Lautaro,Óscar Iván,Simón,Wilmer",
		families: "Aguayo Millán,Bermúdez Ortega,Cárcamo Vera,Huenchumán,Lezama Duarte,Quispe Mamani,Restrepo Villa,Saldívar Núñez,Urrutia Pinto"},
	{key: "pt", region: "south", lang: "pt", tongues: "pt en", weight: 7, cities: "Porto,Lisbon,Setúbal,Aveiro",
		women:    "Beatriz,Conceição,Filipa,Graça,Leonor,Mafalda,Matilde,Rita",
		men:      "Afonso,Duarte,Gaspar,Henrique,Jacinto,Lourenço,Tomé,Vasco",
		families: "Antunes Figueira,Brandão,Carvalhal,Espadinha,Faneca,Lourosa,Magalhães Pinto,Noronha,Salgueiro,Teles de Sá"},
	{key: "br", region: "americas", lang: "pt-BR", tongues: "pt en", weight: 5, cities: "Fortaleza,Recife,Santos",
		women:    "Aparecida,Iracema,Janaína,Luiza,Marluce,Tainá,Valéria,Yara",
		men:      "Caetano,Edivaldo,Jorge Luiz,Moacir,Raoni,Severino,Thiago,Ubiratan",
		families: "Albuquerque,Bezerra Lins,Cavalcante,da Conceição,Monteiro Xavier,Nascimento,Sampaio,Tavares de Melo,Vasconcelos"},
	{key: "it", region: "south", lang: "it", tongues: "it en", weight: 6, cities: "Trieste,Genoa,Ravenna",
		women:    "Agnese,Benedetta,Chiara,Fiammetta,Ginevra,Ludovica,Ornella,Tullia",
		men:      "Ambrogio,Corrado,Ettore,Fulvio,Ludovico,Nevio,Rocco,Tiziano",
		families: "Barbarigo,Canziani,Dall’Acqua,Fornasier,Marangon,Pescarolo,Salvadori,Trevisan-Poli,Zorzetto"},
	{key: "pl", region: "baltic", lang: "pl", tongues: "pl en", weight: 9, cities: "Gdańsk,Szczecin,Gdynia",
		women:    "Agnieszka,Bożena,Dorota,Grażyna,Jadwiga,Małgorzata,Oliwia,Żaneta",
		men:      "Bartłomiej,Czesław,Grzegorz,Kazimierz,Łukasz,Mieszko,Tomasz,Zbigniew",
		families: "Wiśniewski/Wiśniewska,Dąbrowiecki/Dąbrowiecka,Jaworski/Jaworska,Kłosowski/Kłosowska,Mewski/Mewska,Ostrowicz,Piątkiewicz,Żurawski/Żurawska,Brzezina,Śliwka"},
	{key: "cz", region: "baltic", lang: "cs", tongues: "cs en", weight: 3, cities: "Ostrava,Brno",
		women:    "Božena,Jiřina,Květa,Markéta,Šárka,Zdeňka",
		men:      "Bohumil,Jiří,Ondřej,Řehoř,Štěpán,Vít",
		families: "Dvořáček/Dvořáčková,Hruška/Hrušková,Jeřábek/Jeřábková,Kubišta/Kubištová,Říha/Říhová,Šťastný/Šťastná"},
	{key: "baltic", region: "baltic", lang: "lv", tongues: "lv ru en", weight: 4, cities: "Riga,Liepāja",
		women:    "Baiba,Dzintra,Ilze,Laimdota,Rūta,Zane",
		men:      "Andris,Guntis,Kārlis,Oskars,Ģirts,Uldis",
		families: "Bērziņš/Bērziņa,Jansons/Jansone,Kalējs/Kalēja,Liepiņš/Liepiņa,Ozoliņš/Ozoliņa,Vējonis/Vējone"},
	{key: "ee", region: "baltic", lang: "et", tongues: "et ru en", weight: 3, cities: "Tallinn,Pärnu",
		women: "Kadri,Leelo,Maarja,Piret,Triin,Õie", men: "Ants,Juhan,Kalev,Mihkel,Rein,Tõnu",
		families: "Kõrgesaar,Laanemäe,Õunapuu,Püss,Rannap,Välja"},
	{key: "hu", region: "baltic", lang: "hu", tongues: "hu en", weight: 4, cities: "Budapest,Szeged", familyFirst: true,
		women: "Boglárka,Csilla,Emőke,Réka,Zsófia,Ágota", men: "Bálint,Dezső,Gergő,Márton,Örs,Zsombor",
		families: "Balogh,Erdőháti,Fehérvári,Kőszegi,Szalai,Tóvári,Vízkelety"},
}

// person's names, chosen.
type called struct {
	name, latin, lang string // latin is what the handle is made of
	woman             bool
}

// call draws a name of a culture; double is another culture whose family name
// comes second, or nil.
func (c *culture) call(r *rand.Rand, double *culture) called {
	woman := r.IntN(2) == 0
	given, middle := c.men, ""
	if woman {
		given = c.women
	}
	if f, m, ok := strings.Cut(c.middle, "|"); ok {
		if middle = m; woman {
			middle = f
		}
	}
	g, f := one(r, strings.Split(given, ",")), c.family(r, woman)
	out := called{lang: c.lang, woman: woman}
	switch {
	case c.mono && r.IntN(2) == 0:
		f = ""
	case double != nil && !strings.ContainsAny(f, " -|"):
		if d := double.family(r, woman); !strings.ContainsAny(d, " -|") {
			f += "-" + d
		}
	}
	native := strings.Contains(g, "|") && r.IntN(5) < 3 // three of five write it in their own script
	out.latin = c.arrange(pick(g, true), middle, pick(f, true), false)
	out.name = out.latin
	if native {
		out.name = c.arrange(pick(g, false), middle, pick(f, false), c.joined)
	} else if strings.Contains(g, "|") {
		base, _, _ := strings.Cut(c.lang, "-")
		out.lang = base + "-Latn"
	}
	return out
}

func (c *culture) family(r *rand.Rand, woman bool) string {
	f := one(r, strings.Split(c.families, ","))
	men, women, ok := strings.Cut(f, "/")
	if ok && woman {
		return women
	}
	return men
}

// pick takes the Latin form of a name that has two, or the native one.
func pick(name string, latin bool) string {
	if native, l, ok := strings.Cut(name, "|"); ok {
		if latin {
			return l
		}
		return native
	}
	return name
}

func (c *culture) arrange(given, middle, family string, joined bool) string {
	space := " "
	if joined {
		space = ""
	}
	parts := []string{given, family}
	if c.familyFirst {
		parts = []string{family, given}
		if middle != "" {
			parts = []string{family, middle, given}
		}
	}
	if family == "" {
		return given
	}
	return strings.Join(parts, space)
}
