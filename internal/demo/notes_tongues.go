package demo

// abroad are notes in the language that the two have in common, by its tag and
// by what the invitation builds on; "any" goes with everything.
var abroad = map[string]map[string][]string{
	"de": {
		"company": {"Wir haben uns bei {firm} jahrelang nur im Treppenhaus gegrüßt. Höchste Zeit, das zu ändern.", "Moin {you}, erinnerst du dich an die Sturmnacht bei {firm}? Ich habe noch das Protokoll."},
		"school":  {"{school}, letzte Reihe, Fensterplatz. Das war ich. Wie ist es dir seither ergangen?"},
		"group":   {"Wir sitzen beide in {circle} und reden nie miteinander. Das liegt vermutlich an mir."},
		"any":     {"Ich lese gern, was Sie machen, und würde mich über den Kontakt freuen.", "Kurze Frage zu Ihrem Fachgebiet, gern auch erst nach den Ferien."},
	},
	"fr": {
		"company": {"Nous nous sommes croisés chez {firm}, vous au deuxième, moi au sous-sol avec les pompes. J’aimerais reprendre la conversation.", "Je garde un très bon souvenir de nos années chez {firm}."},
		"school":  {"Même promotion à {school}, ou presque. Je rassemble les anciens pour le printemps : en serez-vous ?"},
		"group":   {"On se voit chaque mois à {circle} sans jamais se parler. Bonjour, donc."},
		"any":     {"Vos travaux recoupent les miens. Un quart d’heure au téléphone, un de ces jours ?", "Je viens d’arriver à {place} et je cherche à rencontrer les gens du métier."},
	},
	"es": {
		"company": {"Coincidimos en {firm} y nunca te di las gracias por aquella noche de guardia. Van con retraso, pero van.", "¿Te acuerdas del primer invierno en {firm}? Yo todavía tengo el jersey."},
		"school":  {"Fuimos juntos a {school}; yo era quien siempre llegaba con barro en las botas."},
		"group":   {"Te leo en {circle} desde hace tiempo. Me gustaría seguir la charla por aquí."},
		"any":     {"Me han hablado muy bien de ti y me gustaría conocerte, sin prisa ninguna.", "Trabajo en algo parecido en {place}. ¿Comparamos errores?"},
	},
	"pt": {
		"company": {"Trabalhámos os dois na {firm} e acabámos sempre por almoçar a horas diferentes. Fica o convite.", "Ainda uso as tuas folhas de cálculo da {firm}. Agradeço, com anos de atraso."},
		"school":  {"Somos do mesmo tempo na {school}. Estou a juntar o pessoal do nosso ano."},
		"group":   {"Vemo-nos no {circle}, mas ainda não nos apresentámos. Olá!"},
		"any":     {"Gostava de trocar ideias sobre o que fazem aí. Escrevo de {place}, onde chove.", "Sigo o teu trabalho há uns anos. Um abraço."},
	},
	"nl": {
		"company": {"Bij {firm} zaten we een jaar lang rug aan rug. Leuk om nu eens om te draaien.", "Ik heb je handleiding van {firm} nog. Er zit koffie op, maar hij klopt."},
		"school":  {"{school}, jaren geleden, die excursie in de hagel. Hoe gaat het met je?"},
		"group":   {"We zijn allebei lid van {circle}; ik ben degene die altijd de sleutel vergeet."},
		"any":     {"Korte vraag over je vak, en anders gewoon: prettig kennis te maken."},
	},
	"no": {
		"company": {"Vi jobbet begge i {firm}, du på dagskift og jeg på natt. Hyggelig å finne deg her.", "Jeg tenker fortsatt på den vinteren i {firm}. Takk for sist, bokstavelig talt."},
		"school":  {"Samme kull på {school}, tror jeg. Du hadde alltid med kanelboller."},
		"group":   {"Vi ses i {circle} uten å snakke sammen. Det kan vi gjøre noe med."},
		"any":     {"Har et lite spørsmål om faget ditt, og god tid."},
	},
	"da": {"any": {"Vi arbejder med det samme på hver sin side af sundet. Skal vi ikke tale sammen?", "Jeg har læst din rapport to gange. Anden gang med kaffe."}},
	"sv": {"any": {"Vi har visst gemensamma vänner och gemensamma problem. Trevligt att råkas!", "Jag bor numera i {place} och saknar någon att prata fackspråk med."}},
	"fi": {"any": {"Olisi mukava pysyä yhteyksissä. Ei kiirettä, eikä mitään myytävää."}},
	"is": {"any": {"Góðan dag! Við þekkjum sama fólkið og sama veðrið."}},
	"it": {
		"company": {"Abbiamo lavorato insieme alla {firm} e non ci siamo mai salutati come si deve. Rimedio ora."},
		"any":     {"Mi farebbe piacere restare in contatto. Saluti da {place}.", "Un collega mi ha fatto il tuo nome parlando di maree, e non per caso."},
	},
	"pl": {
		"company": {"Pracowaliśmy razem w {firm}. Do dziś opowiadam o tamtej zimie i o Twoim termosie.", "Dzień dobry! Po latach w {firm} warto by wreszcie pogadać o czymś innym niż awarie."},
		"any":     {"Mam krótkie pytanie z Twojej dziedziny i dużo czasu na odpowiedź.", "Zajmuję się podobnymi sprawami w {place}. Chętnie wymienię doświadczenia."},
	},
	"cs": {"any": {"Bylo by milé zůstat ve spojení, i když od moře bydlíme daleko."}},
	"el": {
		"company": {"Ήμασταν μαζί στη {firm}. Χαίρομαι που σας βρίσκω εδώ."},
		"any":     {"Ασχολούμαι με το ίδιο αντικείμενο στην άλλη άκρη του Αιγαίου. Να τα λέμε.", "Γεια σας από {place}. Μια μικρή ερώτηση, όποτε βρείτε χρόνο."},
	},
	"tr": {
		"company": {"{firm} günlerinden tanışıyoruz. O kışı unutmadım, çayı da."},
		"any":     {"Merhaba, aynı konular üzerinde çalışıyoruz. Tanışmak isterim.", "Çalışmalarınızı uzaktan izliyorum; yakından da izlemek isterim."},
	},
	"ar": {
		"company": {"عملنا معًا في {firm}، وما زلت أذكر نوبات الليل تلك. يسعدني أن نبقى على تواصل."},
		"any":     {"تحية من {place}. نعمل في مجال متقارب، وأودّ أن نتبادل الخبرة.", "قرأت عن عملك وأعجبني. هل نتحدث في وقت يناسبك؟"},
	},
	"he": {"any": {"שלום, אנחנו עוסקים באותו תחום ואשמח להכיר.", "שמעתי עליך רק דברים טובים. נדבר?"}},
	"hi": {"any": {"नमस्ते, हम दोनों एक ही तरह का काम करते हैं। जुड़कर अच्छा लगेगा।", "आपका लेख पढ़ा। दो छोटे प्रश्न हैं, जब समय मिले।"}},
	"bn": {"any": {"নমস্কার, একই নদী নিয়ে আমরা দুজনেই কাজ করি। যোগাযোগ থাকলে ভালো লাগবে।"}},
	"zh": {"any": {"您好，我们做的是同一类工作，希望以后多交流。", "很高兴在这里看到您，方便时想请教一个小问题。"}},
	"ja": {"any": {"はじめまして。近い分野で働いております。どうぞよろしくお願いいたします。", "以前からご研究を拝読しております。一度お話を伺えれば幸いです。"}},
	"ko": {"any": {"안녕하세요. 비슷한 일을 하고 있어 인사드립니다.", "언젠가 바다 이야기를 나눌 수 있으면 좋겠습니다."}},
	"vi": {"any": {"Chào anh chị, chúng ta làm cùng một nghề ở hai đầu đất nước. Rất mong được kết nối.", "Em có một câu hỏi nhỏ về chuyên môn, khi nào tiện xin hồi âm."}},
	"uk": {"any": {"Вітаю! Ми працюємо над тим самим, тільки на різних берегах.", "Радію знайомству. Маю одне фахове запитання, не термінове."}},
	"yo": {"any": {"Ẹ kú iṣẹ́ o. Ó wù mí kí a máa bá ara wa sọ̀rọ̀."}},
	"ig": {"any": {"Ndewo! Anyị na-arụ otu ụdị ọrụ. Ka anyị na-akpakọrịta."}},
	"sw": {"any": {"Habari! Tunafanya kazi zinazofanana; ningependa tuwasiliane."}},
	"ga": {"any": {"Dia duit! Is maith liom an obair atá ar siúl agat. Fanaimis i dteagmháil."}},
}
