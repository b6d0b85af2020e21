"""Finnish, German, French and Spanish: inflected words lead to the label, other words do not, each in its language."""

import pytest

from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.language import SNOWBALL, guess_language
from curation.tagging.matcher import Matcher
from curation.tagging.suggestion import Document
from curation.tagging.tagger import Tagger

# Each row a word as vocabularies have it, then forms of it as texts have it: cases, plurals, gradation, umlauts,
# feminines, words run together.
FORMS = {
    "fi": """kaupunki kaupungissa kaupungin kaupunkeja kaupungeissa|lapsi lapset lasten lapsia lapsille|kirja kirjojen
        kirjoissa kirjat|opetus opetuksen opetusta opetuksessa|tietosuoja tietosuojan tietosuojaa|käsi käden käsissä
        kättä|matka matkojen matkat matkalla|työ töissä työn työtä|vesi veden vettä|katu kaduilla|koti kodin kodit
        koteja|yhdistys yhdistysten yhdistyksen|sairaus sairauden sairauksia|nainen naisten naisia|rakennus
        rakennukset rakennusten|maa maiden maan|laki lain lakeja lait|pankki pankin pankeissa|ihminen ihmiset ihmisten
        ihmistä|etätyö etätöissä etätyön|esteettömyys esteettömyyden esteettömyyttä|saavutettavuus saavutettavuutta|
        tietosuojavaltuutettu tietosuojavaltuutetun|sukututkimus sukututkimuksen|hankinta hankinnat hankintojen|
        sopimus sopimukset sopimusten|verkkosivu verkkosivujen verkkosivuilla|koulu koulut kouluissa|puu puut puiden|
        eläin eläimet eläinten eläimiä|sota sodan sodat|avain avaimet avainten|hallinto hallinnon|poika pojat poikien|
        tyttö tytöt tyttöjen tytön|runo runot runojen|elokuva elokuvat elokuvissa|huone huoneet huoneen|vaate vaatteet
        vaatteiden|mies miehet miesten|vuosi vuoden vuosien|saavutettavuusvaatimus saavutettavuusvaatimukset|
        kirjastokortti kirjastokorttien|hankintayksikkö hankintayksiköiden""",
    "de": """Haus Häuser Häusern Hauses|Buch Bücher Büchern|Datenschutz Datenschutzes|Schulung Schulungen|Richtlinie
        Richtlinien|Straße Straßen|Mitarbeiterin Mitarbeiterinnen|Zugriffsrecht Zugriffsrechte Zugriffsrechten|Museum
        Museen|Thema Themen|Stadt Städte Städten|Informationssicherheitsrichtlinie Informationssicherheitsrichtlinien|
        Homeofficeplatz Homeofficeplätze|Nutzerkonto Nutzerkonten|Krankenhaus Krankenhäusern|Vertrag Verträge Vertrags
        Verträgen|Fahrrad Fahrräder|Gesetz Gesetze Gesetzes|Arbeitsplatz Arbeitsplätze|Datenbank Datenbanken|Praktikum
        Praktika|Risiko Risiken|Anforderung Anforderungen|Apfel Äpfel|Mutter Mütter|Bibliothek Bibliotheken|Konto
        Konten|Lexikon Lexika|Zug Züge|Ausschuss Ausschüsse""",
    "fr": """cheval chevaux|journal journaux|donnée données|marché marchés|public publics publique|travail travaux|
        réseau réseaux|bibliothèque bibliothèques|hôpital hôpitaux|logiciel logiciels|état états|enseignant enseignante
        enseignants|acheteur acheteuse acheteurs|contrat contrats|formation formations|jeu jeux|animal animaux|loi
        lois|droit droits|nouveau nouvelle nouveaux|national nationale nationaux|eau eaux|politique politiques""",
    "es": """biblioteca bibliotecas|contratación contrataciones|acción acciones|lápiz lápices|dato datos|niño niños|
        publicación publicaciones|joven jóvenes|examen exámenes|luz luces|ley leyes|ciudad ciudades|trabajador
        trabajadores|imagen imágenes|país países|volumen volúmenes|régimen regímenes|red redes|accesible accesibles|
        juez jueces|árbol árboles|orden órdenes|sociedad sociedades|voz voces|autobús autobuses|interés intereses""",
}
OTHERS = {
    "fi": "kirja kirje|laki lakki|tuuli tuli|kala kalu|opetus opettaja|katu katto|muuri murha|sade säde|pankki penkki",
    "de": "Bund Bunt|Recht Rechnung|Bank Band|Schule Schuld|Messe Messer|Staat Stadt|Arzt Art|Beruf Berufung",
    "fr": "marché marche|cour cours|mer mère|commune communication|police politique|port porte|poste poster",
    "es": "casa caso|puerto puerta|libro libra|banco banca|derecho derecha|año ano|orden ordenador|plan plano",
}


def pairs(rows: dict[str, str]) -> list[tuple[str, str, str]]:
    """(language, first word, other word) of each row."""
    found = []
    for language, text in rows.items():
        for row in text.split("|"):
            first, *rest = row.split()
            found += [(language, first, other) for other in rest]
    return found


def named(language: str, label: str, text: str) -> bool:
    matcher = Matcher(Vocabulary.of([Concept("u", pref_labels={language: label})]), language)
    return bool(matcher.find(matcher.analyser.read(text)))


@pytest.mark.parametrize(("language", "label", "form"), pairs(FORMS))
def test_a_form_leads_to_its_label(language: str, label: str, form: str) -> None:
    assert named(language, label, f"… {form}, …")


@pytest.mark.parametrize(("language", "label", "other"), pairs(OTHERS))
def test_another_word_that_looks_alike_does_not(language: str, label: str, other: str) -> None:
    assert not named(language, label, f"… {other}, …")


@pytest.mark.parametrize(
    ("language", "label", "text"),
    [
        ("fi", "avoin lähdekoodi", "Avoimen lähdekoodin ohjelmistot ovat käytössä."),
        ("fi", "julkiset hankinnat", "Neuvontaa julkisista hankinnoista"),
        ("fi", "EU", "EU:n ja EU:ssa"),
        ("de", "öffentliche Vergabe", "Regeln der öffentlichen Vergabe"),
        ("de", "Mitarbeitergespräch", "VORLAGE FÜR MITARBEITERGESPRÄCHE"),
        ("fr", "droit d'auteur", "les droits d\u2019auteur"),
        ("fr", "accessibilité", "l\u2019accessibilité numérique"),
        ("fr", "marché public", "Les marchés publics"),
        ("fr", "open data", "l'open data"),
        ("es", "protección de datos", "normas de protección de datos"),
        ("es", "accesibilidad web", "¡Accesibilidad web!"),
        ("es", "niñez", "la NIÑEZ"),
        ("es", "contratación", "la CONTRATACION"),
        ("fr", "école", "Ecoles"),
        ("fr", "accessibilité", "l'accessibilite"),
        ("de", "Führung", "Fuehrung"),
    ],
)
def test_names_of_several_words_elided_articles_and_capitals(language: str, label: str, text: str) -> None:
    assert named(language, label, text)


# One vocabulary in five languages, as organisations with offices abroad have it.
WORDS = Vocabulary.of(
    [
        Concept(
            "u:privacy",
            pref_labels={
                "en": "data protection", "fi": "tietosuoja", "de": "Datenschutz", "fr": "protection des données",
                "es": "protección de datos",
            },
        ),
        Concept(
            "u:leave",
            pref_labels={"en-GB": "annual leave", "fi": "vuosiloma", "de": "Urlaub", "fr": "congé", "es": "vacaciones"},
            alt_labels={"de": ("Jahresurlaub",)},
        ),
        Concept("u:python", pref_labels={"": "Python"}),
        Concept("u:hackathon", pref_labels={"en": "hackathon"}),
    ]
)  # fmt: skip
TEXTS = {
    "en": ("Your annual leave and data protection are what this page is about.", "annual leave", "data protection"),
    "fi": ("Vuosilomien suunnittelu ja tietosuojan vaatimukset ovat tällä sivulla.", "vuosiloma", "tietosuoja"),
    "de": ("Auf dieser Seite geht es um Urlaube und die Regeln des Datenschutzes.", "Urlaub", "Datenschutz"),
    "fr": ("Sur cette page, les congés et la protection des données.", "congé", "protection des données"),
    "es": ("Esta página trata de las vacaciones y de la protección de datos.", "vacaciones", "protección de datos"),
}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("said", [True, False])
def test_each_document_of_a_mixed_library_is_read_and_answered_in_its_own_language(language: str, said: bool) -> None:
    text, leave, privacy = TEXTS[language]
    found = Tagger(WORDS).suggest(Document("d", "", text, language if said else None))
    assert {one.concept: one.label for one in found} == {"u:leave": leave, "u:privacy": privacy}
    assert all(one.quote and one.quote.exact in text for one in found)


def test_a_language_is_known_by_its_code_of_three_letters_too() -> None:
    for code in ("ger", "deu", "DEU"):
        found = Tagger(WORDS).suggest(Document("d", "", "Jahresurlaube", code))
        assert [(one.concept, one.label) for one in found] == [("u:leave", "Urlaub")]


def test_the_same_tagger_reads_all_of_them_one_after_the_other() -> None:
    tagger = Tagger(WORDS)
    documents = [Document(language, "", text) for language, (text, *_) in TEXTS.items()]
    assert tagger.suggest_many(documents) == [tagger.suggest(one) for one in reversed(documents)][::-1]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Python ja hackathon"),  # labels without a language, and of English where there is no Finnish one
        ("tlh", "Python hackathon"),  # no language known here
        ("ja", "Python の hackathon"),
        (None, "Python hackathon"),
        ("", "Python hackathon"),
        ("EN_us", "Python hackathon"),
        ("de-AT", "Python und hackathon"),
        ("ger", "Python und hackathon"),
    ],
)
def test_a_language_unknown_or_without_labels_still_finds_what_is_written_as_the_label(
    language: str | None, text: str
) -> None:
    found = {one.concept for one in Tagger(WORDS).suggest(Document("d", "", text, language))}
    assert found == {"u:python", "u:hackathon"}


def test_a_label_is_shown_in_the_language_asked_for_then_in_english_then_in_any() -> None:
    leave = WORDS.concepts["u:leave"]
    shown = [leave.label(language) for language in ("de", "de-AT", "en", "en-US", "sv")]
    assert shown == ["Urlaub", "Urlaub", "annual leave", "annual leave", "annual leave"]
    assert WORDS.label("u:python", "fi") == "Python" and WORDS.label("u:hackathon", "fi") == "hackathon"
    assert Concept("u:x", pref_labels={"fi": "loma", "de": "Ferien"}).label("fr") == "loma"


def test_a_vocabulary_in_one_language_tells_that_of_texts_that_do_not() -> None:
    words = Vocabulary.of([Concept("u:library", pref_labels={"et": "raamatukogu"})])
    assert [one.concept for one in Tagger(words).suggest(Document("d", "", "Raamatukogudes on vaikne."))] == [
        "u:library"
    ]


SHORT = [
    ("fi", "Suomalaisten kirjailijoiden elämäkertoja, tietosuojaseloste kirjastossa."),
    ("sv", "Var hittar jag information om bibliotekets öppettider?"),
    ("en", "Where do I find the vacation policy?"),
    ("de", "Urlaubsanträge werden im Portal gestellt."),
    ("fr", "Demandes de congés dans le portail"),
    ("es", "Las solicitudes de vacaciones se hacen en el portal"),
]


@pytest.mark.parametrize(("language", "text"), [*((language, text) for language, (text, *_) in TEXTS.items()), *SHORT])
def test_a_language_is_told_from_one_sentence(language: str, text: str) -> None:
    assert guess_language(text, tuple(SNOWBALL), "?") == language


def test_a_few_words_are_taken_for_the_main_language_and_a_longer_text_for_what_it_is() -> None:
    assert guess_language("Hackathon 2024", ("en", "fi"), "en") == "en"
    french = "Sur cette page, vous trouverez les congés et la protection des données dans tous nos bureaux. "
    french += "Elle est tenue par ceux qui y travaillent."
    assert guess_language(french, ("en", "fi"), "en") == "fr"
    assert {one.concept for one in Tagger(WORDS).suggest(Document("d", "", f"{french} Hackathon."))} == {
        "u:leave",
        "u:privacy",
        "u:hackathon",
    }
