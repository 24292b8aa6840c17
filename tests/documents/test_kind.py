"""What a contract says because of its kind, its parties and their choices, in both languages."""

from collections.abc import Callable
from datetime import date
import re
from typing import Any

from document_world import CLIENT, PROFILE, SPONSOR
import msgspec
import pytest

from coachvault.documents import Context, missing, render, served
from coachvault.records.client import Guardian
from coachvault.records.contract import Expectation, Goal

Of = Callable[..., Context]
KINDS = ("individual", "solidarity", "tripartite", "group")
LANGUAGES = ("fr", "en")
MINOR = msgspec.structs.replace(
    CLIENT,
    protected="minor",
    guardians=(Guardian(id="f" * 16, name="Paule Minot", role="parent"),),
    told="Les dates, et rien d’autre.",
)


def text_of(context_of: Of, kind: str, language: str, **changes: Any) -> str:  # noqa: ANN401 any field
    """Return a contract as its reader sees it, on one line a paragraph, with plain blanks."""
    context = context_of(f"contract-{kind}", language=language, **changes)
    text = re.sub(r"\\([^\w\s])", r"\1", render(f"contract-{kind}", language, context))
    return text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_serve_the_same_clauses_and_name_none_to_the_reader(context_of: Of, kind: str) -> None:
    french, english = (served(f"contract-{kind}", language) for language in LANGUAGES)
    assert french == english
    assert {"CD-1", "CD-9", "DA-3a", "DA-4a", "DA-11", "DA-12a", "PI-2.3", "LC-1", "LC-5"} <= french
    for language in LANGUAGES:
        assert "serves" not in text_of(context_of, kind, language)


def test_each_kind_serves_what_is_its_own() -> None:
    own = {
        "tripartite": {"CD-24", "CD-25", "CD-27", "CD-28", "DA-9a", "PI-1.1", "PI-4.3", "PI-5.5"},
        "group": {"PI-0.1", "PI-8.1"},
        "solidarity": {"CSS-1.1", "CSS-2.solidaire-10", "CSS-3.5-1", "CSS-3.8-2", "CSS-3.23-6"},
    }
    for language in LANGUAGES:
        for kind, clauses in own.items():
            assert clauses <= served(f"contract-{kind}", language)
        assert not served("contract-individual", language) & (own["solidarity"] | own["group"])
        assert {"LC-22", "LC-23", "LC-24"} <= served("charter", language)
        assert {"PI-0.1", "PI-8.1"} <= served("charter-group", language)


def test_a_comment_in_a_block_that_was_replaced_serves_nothing(own: Callable[..., Any]) -> None:
    folder = own("{# serves: CD-1 #}\nx\n{% block a %}{# serves: CD-2 CD-3 #}\ny{% endblock %}", "base")
    own('{% extends "fr/base.md.j2" %}{% block a %}{# serves: DA-1 #}z{% endblock %}', "mine")
    assert served("base", "fr", folder) == {"CD-1", "CD-2", "CD-3"}
    assert served("mine", "fr", folder) == {"CD-1", "DA-1"}
    own("{% include 'fr/mine.md.j2' %}", "whole")
    assert served("whole", "fr", folder) == {"CD-1", "DA-1"}


def test_a_block_in_a_block_that_was_replaced_serves_nothing_either(own: Callable[..., Any]) -> None:
    inner = "{%- block b -%}{# serves: CD-3 #}{%- endblock b -%}"
    rest = "{# serves: CD-4 #}{% endblock %}{# serves: CD-5 #}"
    folder = own("{% block a %}{# serves: CD-2 #}" + inner + rest, "base")
    own('{% extends "fr/base.md.j2" %}{% block a %}x{% endblock %}', "outer")
    own('{% extends "fr/base.md.j2" %}{% block b %}x{% endblock %}', "inner")
    assert served("base", "fr", folder) == {"CD-2", "CD-3", "CD-4", "CD-5"}
    assert served("outer", "fr", folder) == {"CD-5"}
    assert served("inner", "fr", folder) == {"CD-2", "CD-4", "CD-5"}


Words = tuple[str, ...]
TELLS: dict[str, tuple[str, dict[str, Any], Words, Words]] = {
    "a_minor_has_a_representative_who_learns_what_was_agreed": (
        "individual", {"client": MINOR},
        ("Le client est mineur. Il est représenté par **Paule Minot**", "> Les dates, et rien d’autre.",
         "| Paule Minot | autorité parentale |"),
        ("The client is a minor, represented by **Paule Minot**", "> Les dates, et rien d’autre.",
         "| Paule Minot | holder of parental authority |"),
    ),
    "secrecy_may_give_way_to_the_law_alone": (
        "individual", {"confidentiality_exceptions": "law"},
        ("Il n’est pas d’autre exception : même à la demande du client",),
        ("There is no other exception: even at the client’s request",),
    ),
    "a_conflict_may_stop_the_work_at_once": (
        "individual", {"conflict_policy": "stop"},
        ("Le travail s’arrête alors aussitôt",), ("The work then stops at once",),
    ),
    "a_remote_contract_has_an_annex": (
        "solidarity", {"channel": "remote", "place": None, "country": "CH"},
        ("## Annexe : séances à distance", "rien n’est enregistré"),
        ("## Annex: remote sessions", "nothing is recorded"),
    ),
    "a_place_is_what_the_parties_found": (
        "individual", {"place_is": ("neutral", "away_from_work"), "place_reason": "seule salle du bourg."},
        ("- qu’il est neutre ;", "- qu’il est à l’écart du travail du client.", "seule salle du bourg."),
        ("- that it is neutral;", "- that it is away from the client’s work.", "seule salle du bourg."),
    ),
    "somebody_else_may_pay": (
        "individual", {"payer": "other", "payer_name": "Odile Martin"},
        ("Le prix est réglé par Odile Martin, qui n’est pas partie au contrat",),
        ("The price is paid by Odile Martin, who is no party to the contract",),
    ),
    "a_guardian_who_pays_is_a_party": (
        "individual", {"client": MINOR, "payer": "other", "payer_name": "paule MINOT"},
        ("Le prix est réglé par paule MINOT, qui signe ce contrat comme représentant du client.",
         "sans un mot du contenu, hors ce qui est convenu ci-dessous avec le représentant."),
        ("The price is paid by paule MINOT, who signs this contract as the client’s representative.",
         "not a word of what was said beyond what is agreed below with the representative."),
    ),
    "everybody_says_what_they_expect": (
        "tripartite",
        {"expectations": (
            Expectation(id="a" * 16, party="client", text="oser"),
            Expectation(id="b" * 16, party="sponsor", text="du calme"),
        ), "goals": (Goal(id="c" * 16, owner="sponsor", text="déléguer"),)},
        ("- pour le client : oser", "- pour le commanditaire : du calme",
         "déléguer *(objectif du commanditaire)*"),
        ("- the client: oser", "- the sponsor: du calme", "déléguer *(the sponsor’s goal)*"),
    ),
    "methods_have_an_origin": (
        "group", {}, ("- **Écoute active** : Vos mots, sans jugement. *Origine : Carl Rogers.*",),
        ("- **Écoute active**: Vos mots, sans jugement. *Origin: Carl Rogers.*",),
    ),
    "a_sponsor_learns_nothing": (
        "tripartite", {},
        ("**Ateliers Brumaire**", "représentée par Ada Brume, directrice", "l’issue peut différer de ce",
         "Le commanditaire ne reçoit ni compte rendu, ni bilan, ni avis", "Le 20 novembre 2026, sans que",
         "Le prix est réglé par le commanditaire.", "| Le commanditaire | Pour lui |"),
        ("**Ateliers Brumaire**", "represented by Ada Brume, directrice", "the outcome may differ from what",
         "The sponsor receives no report, no assessment and no opinion", "On 20 November 2026, without",
         "The price is paid by the sponsor.", "| The sponsor | On its behalf |"),
    ),
    "a_report_has_limits_and_is_validated_word_by_word": (
        "tripartite", {"sponsor_report": ("attendance", "closing")},
        ("- les dates et la durée des séances tenues ;", "- la fin de l’accompagnement.",
         "Le client en valide d’abord chaque mot."),
        ("- the dates and length of the sessions held;", "- the end of the coaching.",
         "The client first validates every word of it."),
    ),
    "a_group_protects_its_members": (
        "group", {},
        ("les membres du groupe **Les Passerelles**", "fait circuler la parole", "ne nomment personne",
         "Un membre peut quitter le groupe à tout moment", "Les membres signent la charte du groupe"),
        ("the members of the group **Les Passerelles**", "passes the floor", "name nobody outside",
         "A member may leave the group at any time", "The members sign the charter of the group"),
    ),
    "a_group_may_have_a_sponsor": (
        "group", {"sponsor": SPONSOR.folder, "payer": "sponsor", "consumer": False},
        ("Le groupe est commandé par **Ateliers Brumaire**", "n’apprend rien de ce qui se dit"),
        ("The group is commissioned by **Ateliers Brumaire**", "learns nothing of what is said"),
    ),
    "the_law_of_the_contract_is_named": (
        "individual", {"country": "QC", "client": CLIENT},
        ("Le contrat est soumis au droit québécois",), ("governed by the law of Québec",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", TELLS)
def test_a_contract_says_what_was_agreed(context_of: Of, case: str, language: str) -> None:
    kind, changes, french, english = TELLS[case]
    text = text_of(context_of, kind, language, **changes)
    for words in french if language == "fr" else english:
        assert words in text, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contract_is_silent_on_what_was_not_agreed(context_of: Of, language: str) -> None:
    text = text_of(context_of, "individual", language)
    for word in (
        "commanditaire",
        "sponsor",
        "mineur",
        "minor",
        "Annexe : séances",
        "Annex: remote",
        "groupe",
    ):
        assert word not in text, word
    paid = text_of(context_of, "tripartite", language, confidentiality_exceptions="law")
    assert ("cité en référence" in paid, "named as a reference" in paid) == (False, False)


def test_a_tripartite_contract_asks_for_its_own_fields(context_of: Of) -> None:
    context = context_of("contract-tripartite", commitment_on=None)
    assert missing("contract-tripartite", "fr", context) == ("contract.commitment_on",)
    bare = context_of(
        "contract-individual", client=msgspec.structs.replace(MINOR, told=None),
        profile=msgspec.structs.replace(PROFILE, methods=()),
    )  # fmt: skip
    for language in LANGUAGES:
        assert set(missing("contract-individual", language, bare)) == {"client.told", "contract.methods"}


def test_the_charter_of_a_group_names_nobody_and_is_signed(context_of: Of) -> None:
    for language, words in (("fr", "J’accepte que ma situation"), ("en", "I agree to my situation")):
        text = render("charter-group", language, context_of("charter-group", language=language))
        assert "Zoé" not in text
        assert words in text
    assert date(2026, 11, 22) == context_of("charter-group")["date"]
