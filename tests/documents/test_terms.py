"""A contract says what holds between its parties, and nothing that nobody said or that one may not read."""

from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from coachvault.documents import Context, render, warnings
from coachvault.records.client import Client, Guardian
from coachvault.records.contract import Contract, Goal, Signature

Of = Callable[..., Context]
LANGUAGES = ("fr", "en")
GOALS = (
    Goal(id="c" * 16, owner="client", text="Quitter la Fonderie"),
    Goal(id="d" * 16, owner="shared", text="Conduire les réunions"),
    Goal(id="e" * 16, owner="sponsor", text="Tenir le budget"),
)


@pytest.fixture
def said(context_of: Of) -> Callable[..., str]:
    """Return the text of a contract, each line a paragraph, with plain blanks."""

    def text(kind: str, language: str, **changes: object) -> str:
        document = f"contract-{kind}"
        found = render(document, language, context_of(document, language=language, **changes))
        return found.replace("\u202f", " ").replace("\xa0", " ")

    return text


Said = Callable[..., str]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_conflict_is_denied_only_where_one_was_looked_for_and_none_was_found(
    said: Said, language: str
) -> None:
    denied = {"fr": "aucun conflit d’intérêts", "en": "no conflict of interest is known"}[language]
    managed = {"fr": "Les liens connus", "en": "The known ties"}[language]
    found = {
        answer: said("individual", language, conflict=answer)
        for answer in ("none", "managed", "declined", None)
    }
    assert {answer for answer, text in found.items() if denied in text} == {"none"}
    assert {answer for answer, text in found.items() if managed in text} == {"managed"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_pays_gets_a_report_where_one_was_agreed_on(said: Said, language: str) -> None:
    beyond = {"fr": "hors le compte rendu convenu", "en": "beyond the report agreed on"}[language]
    assert beyond in said("tripartite", language, sponsor_report=("goals",))
    assert beyond not in said("tripartite", language)
    assert beyond not in said("individual", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_the_place_only_what_was_found_is_said(said: Said, language: str) -> None:
    neutral, private = {
        "fr": ("neutre", "personne ne peut y entendre"),
        "en": ("neutral", "nobody can overhear"),
    }[language]
    bare = said("individual", language)
    assert neutral not in bare
    assert private not in bare
    told = said("individual", language, place_is=("private",))
    assert told.count(private) == 1
    assert neutral not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["individual", "tripartite", "group", "solidarity"])
def test_nobody_counts_two_parties(said: Said, kind: str, language: str) -> None:
    text = said(kind, language)
    assert "deux parties" not in text
    assert "both parties" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_solidarity_has_no_session_beyond_the_fourth(said: Said, language: str) -> None:
    further, limited = {
        "fr": ("Toute séance de plus demande", "Jusqu’à la quatrième, toute séance de plus demande"),
        "en": ("Any further session", "Up to the fourth, any further session"),
    }[language]
    assert further not in said("solidarity", language)
    assert limited in said("solidarity", language)
    assert further in said("individual", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_closing_session_binds_no_one_who_leaves(said: Said, language: str) -> None:
    text = said("individual", language)
    assert {"fr": "qui mène l’accompagnement à son terme", "en": "to its term undertakes"}[language] in text


def guarded(client: Client, *roles: str, protected: str = "minor") -> Client:
    guardians = tuple(
        msgspec.convert({"id": name[0] * 16, "name": name, "role": role}, Guardian)
        for name, role in zip(("ada Martin", "bob Martin", "col Martin"), roles, strict=False)
    )
    return msgspec.convert(
        msgspec.structs.asdict(client)
        | {"protected": protected, "guardians": guardians, "told": "Les dates."},
        Client,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_guardians_are_named_in_one_sentence_and_by_what_is_known_of_them(
    said: Said, client: Client, language: str
) -> None:
    represented, minor, guardian = {
        "fr": ("Il est représenté par", "représentation légale du mineur", "| tutelle |"),
        "en": ("represented by", "legal representative of the minor", "| guardian |"),
    }[language]
    two = said("individual", language, client=guarded(client, "guardian", "parent"))
    (sentence,) = (line for line in two.splitlines() if represented in line)
    assert "**ada Martin**" in sentence
    assert "**bob Martin**" in sentence
    assert f"| ada Martin | {minor} |" in two
    adult = said("individual", language, client=guarded(client, "guardian", protected="vulnerable"))
    assert guardian in adult
    assert minor not in adult


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_guardians_are_enumerated_and_spoken_of_in_the_plural(
    said: Said, client: Client, language: str
) -> None:
    names, one, many = {
        "fr": (
            "par **ada Martin**, par **bob Martin** et par **col Martin**, ci-après chacun",
            "Ce que le représentant apprend de l’accompagnement a été convenu avec lui et",
            "Ce que les représentants apprennent de l’accompagnement a été convenu avec eux et",
        ),
        "en": (
            "by **ada Martin**, **bob Martin** and **col Martin**, each hereafter",
            "What the representative learns of the coaching was agreed with the representative and",
            "What the representatives learn of the coaching was agreed with them and",
        ),
    }[language]
    text = said("individual", language, client=guarded(client, "parent", "parent", "guardian"))
    assert names in text
    assert (many in text, one in text) == (True, False)
    text = said("individual", language, client=guarded(client, "parent"))
    assert (many in text, one in text) == (False, True)
    assert many not in said("individual", language)


def signed(contract: Contract, on: date) -> Contract:
    signatures = tuple(Signature(by=party, on=on) for party in contract.signers)
    return msgspec.structs.replace(contract, signatures=signatures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amendment_says_which_it_is_and_what_it_replaces(
    said: Said, contract: Contract, language: str
) -> None:
    history = (signed(contract, date(2026, 5, 2)), signed(contract, date(2026, 8, 2)))
    first, second = (said("individual", language, history=history[:count]) for count in (1, 2))
    title, replaced = {
        "fr": ("# Avenant n° %s au contrat signé le 2 mai", "remplace l’avenant n° 1, signé le 2 août 2026"),
        "en": ("# Amendment no. %s to the contract signed on 2 May", "place of amendment no. 1, signed on"),
    }[language]
    first, second = (text.replace("\\", "") for text in (first, second))
    assert first.startswith(title % 1)
    assert second.startswith(title % 2)
    assert replaced in second
    assert {"fr": "remplace ce contrat", "en": "takes the place of that contract"}[language] in first


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sponsor_reads_neither_the_goals_nor_the_answers_of_the_client_alone(
    said: Said, language: str
) -> None:
    own = {"fr": "propres au client", "en": "client’s own goals"}[language]
    text = said("tripartite", language, goals=GOALS)
    assert "Quitter la Fonderie" not in text
    assert "1. Conduire les réunions" in text
    assert "2. Tenir le budget" in text
    assert own in text
    assert own in said("tripartite", language, goals=GOALS[:1])
    assert own not in said("tripartite", language, goals=GOALS[1:])
    assert "Quitter la Fonderie" in said("individual", language, goals=GOALS)
    boxes = {"fr": ("J’accepte que mon nom", "J’accepte que ma"), "en": ("I agree to being", "I agree to my")}
    assert not any(box in text for box in boxes[language])
    assert all(box in said("individual", language) for box in boxes[language])


def test_a_contract_without_the_address_of_the_client_says_so_to_the_coach(
    context_of: Of, client: Client
) -> None:
    homeless = msgspec.structs.replace(client, address=None)

    def told(kind: str, **changes: object) -> bool:
        found = warnings(context_of(f"contract-{kind}", **changes))
        return any("client edit C-4F7K --address" in warning for warning in found)

    assert told("individual", client=homeless)
    assert not told("individual")
    assert not told("tripartite", client=homeless)
    assert not told("group")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_has_no_report_to_a_sponsor(said: Said, language: str) -> None:
    text = said("group", language, sponsor="b" * 16, sponsor_report=("goals",))
    assert {"fr": "ne reçoit ni compte rendu", "en": "receives no report"}[language] in text
    assert {"fr": "hors le compte rendu", "en": "beyond the report"}[language] not in text
