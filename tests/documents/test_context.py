"""Every document that came with coach says what it must, in both languages, for every country."""

from collections.abc import Callable
from decimal import Decimal
import io
import re
import zipfile

import pypdf
import pytest

from coachvault.documents import FORMATS, Context, Format, render, write
from coachvault.documents.law import COUNTRIES
from coachvault.records.practice import Profile

Of = Callable[..., Context]
CONTRACTS = ("contract-individual", "contract-solidarity", "contract-tripartite", "contract-group")
DOCUMENTS = (*CONTRACTS, "charter", "charter-group", "recovery-kit")
LANGUAGES = ("fr", "en")

SPACES = {0x202F: " ", 0xA0: " "}
HEADINGS = {
    "fr": [
        "1. Les parties", "2. Nature de l’accompagnement", "3. Demande et objectifs",
        "4. Engagements de chacun", "5. Méthodes", "6. Séances", "7. Prix et paiement",
        "8. Séance annulée ou manquée", "9. Confidentialité", "10. Supervision", "11. Notes et dossiers",
        "12. Données personnelles",
        "13. Indépendance et conflits d’intérêts", "14. Égalité", "15. Rétractation et fin du contrat",
        "16. Réclamations et différends", "17. Langue, modifications et exemplaires", "Signatures",
    ],
    "en": [
        "1. The parties", "2. What this coaching is", "3. Request and goals", "4. What each party undertakes",
        "5. Methods", "6. Sessions", "7. Price and payment", "8. Cancelled or missed sessions",
        "9. Confidentiality", "10. Supervision", "11. Notes and files", "12. Personal data",
        "13. Independence and conflicts of interest", "14. Equality", "15. Withdrawal and ending",
        "16. Complaints and disputes", "17. Language, changes and copies", "Signatures",
    ],
}  # fmt: skip


def text_of(document: str, language: str, context: Context) -> str:
    """Return a document as its reader sees it, without what keeps it literal."""
    return (
        re.sub(r"\\([^\w\s])", r"\1", render(document, language, context))
        .replace("\u202f", " ")
        .replace("\xa0", " ")
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("document", CONTRACTS)
@pytest.mark.parametrize("country", COUNTRIES)
def test_a_contract_has_every_clause(context_of: Of, document: str, language: str, country: str) -> None:
    context = context_of(document, country=country, language=language)
    text = text_of(document, language, context)
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    expected = list(HEADINGS[language])
    if document == "contract-solidarity":
        expected[6] = {"fr": "7. Contrepartie", "en": "7. What is given in return"}[language]
    law = context["law"]
    assert isinstance(law, dict)
    if not law["withdrawal"]:
        expected[14] = {"fr": "15. Fin du contrat", "en": "15. End of the contract"}[language]
    assert headings[: len(expected)] == expected
    for heading, body in zip(expected, re.split(r"^## .*$", text, flags=re.MULTILINE)[1:], strict=False):
        assert len(body.split()) >= 10, heading
    assert not re.search(r"\b(CD|DA|CSS|PI|LC)-\d|ec\.europa\.eu|226-13|\bNone\b(?! of)|\{\{|\{%", text)
    assert "| Contrat | 5 ans après la fin | C. civ., art. 2224 |" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("to", FORMATS)
def test_every_document_is_made_in_every_format(
    context_of: Of, document: str, language: str, to: Format
) -> None:
    data = write(document, to, context_of(document, language=language), language=language)
    start = {"pdf": b"%PDF-1.7", "docx": b"PK", "odt": b"PK", "html": b"<!DOCTYPE html>", "md": b"# "}[to]
    assert data.startswith(start)
    if to == "html":
        assert not re.search(rb"\bsrc=(?!\"data:image/png;base64,)|<link|<script|@import|url\(|href=", data)


@pytest.mark.parametrize("country", [country for country in COUNTRIES if country != "FR"])
@pytest.mark.parametrize("document", CONTRACTS)
def test_every_country_has_its_pdf(context_of: Of, document: str, country: str) -> None:
    data = write(document, "pdf", context_of(document, country=country), language="fr")
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) in range(4, 8)


def test_the_properties_of_a_file_do_not_name_the_client(context_of: Of) -> None:
    context = context_of("contract-individual")
    reader = pypdf.PdfReader(io.BytesIO(write("contract-individual", "pdf", context, language="fr")))
    assert "Martin" not in str(reader.metadata)
    assert all("Martin" not in page.extract_text().splitlines()[-1] for page in reader.pages)
    for to, part in (("docx", "docProps/core.xml"), ("odt", "meta.xml")):
        with zipfile.ZipFile(io.BytesIO(write("contract-individual", to, context, language="fr"))) as parts:  # type: ignore[arg-type] # two of the formats
            assert "Martin" not in parts.read(part).decode()


def test_what_the_parties_agreed_is_printed(context_of: Of) -> None:
    text = text_of("contract-individual", "fr", context_of("contract-individual"))
    for words in (
        "> Trouver ma place.\\\n> Ne plus tout porter seule.",
        "1. Souffler *(objectif personnel)*",
        "deux soirées libres",
        "| 3 | 1 heure 30 minutes | toutes les deux semaines | cabinet du coach |",
        "**120,00 €**, soit **360,00 €** pour 3 séances",
        "jusqu’à 48 heures avant l’heure prévue",
        "il doit 50 % du prix",
        "Les séances commencent le 1er décembre 2026.",
        "obligation de moyens",
        "elle est utile, mais n’est jamais une condition pour partir",
    ):
        assert words in text, words


def test_nothing_is_owed_for_a_missed_session_unless_it_was_agreed(context_of: Of) -> None:
    for changes in ({"cancellation_percent": 0}, {"fee": None}):
        document = "contract-individual" if "fee" not in changes else "contract-solidarity"
        text = text_of(document, "fr", context_of(document, **changes))
        assert "Rien n’est dû pour une séance annulée ou manquée" in text


def test_a_solidarity_contract_tells_the_usual_price_and_leaves_the_return_to_the_client(
    context_of: Of,
) -> None:
    document = "contract-solidarity"
    in_kind = text_of(document, "fr", context_of(document))
    assert "le prix habituel d’une séance du coach est de **120,00 €**" in in_kind
    assert "une à quatre séances, séance de clôture comprise" in in_kind
    assert "la contrepartie suivante : un repas" in in_kind
    assert "Au-delà de la quatrième séance" in in_kind
    paid = text_of(document, "fr", context_of(document, fee=Decimal(1), counterpart=None))
    assert "**1,00 €** par séance, soit **3,00 €** pour 3 séances" in paid


def test_a_form_to_withdraw_is_annexed_where_one_may(context_of: Of) -> None:
    def annexes(**changes: str) -> list[str]:
        text = render("contract-individual", "fr", context_of("contract-individual", **changes))
        return re.findall(r"## Annexe.*: formulaire de (\w+)", text)

    assert annexes() == ["rétractation"]
    assert annexes(concluded="premises") == []
    assert annexes(country="QC") == ["résiliation"]


def test_the_charter_does_not_depend_on_a_client_and_needs_little(
    context_of: Of, profile: Profile, without: Callable[..., Profile]
) -> None:
    bare = without(
        profile,
        "title",
        "registration",
        "code_of_ethics",
        "complaints_to",
        "mediator",
        "insurance",
        "methods",
    )
    for language in LANGUAGES:
        text = text_of("charter", language, context_of("charter", language=language, profile=bare))
        assert "Zoé" not in text
        assert text.count("\n## ") == 7


def test_the_recovery_kit_shows_the_key_on_one_line_and_on_its_first_page_alone(context_of: Of) -> None:
    for language in LANGUAGES:
        reader = pypdf.PdfReader(
            io.BytesIO(write("recovery-kit", "pdf", context_of("recovery-kit"), language=language))
        )
        lines = [line.strip() for line in reader.pages[0].extract_text().splitlines()]
        assert len(reader.pages) == 2
        assert "AGE-SECRET-KEY" not in reader.pages[1].extract_text()
        assert "AGE-SECRET-KEY-1TG3GVD5G54P5SG7V52MMP2MC0YYXZ4TRNYFFDWFLE9W8E2Q7WXTSWVHQ7Y" in lines
        assert any("k2m9a7xq3vwe5t4n" in line for line in lines)
