"""The end of a relationship: by whom, what is offered, what is left, and the document for the client."""

from collections.abc import Callable
from datetime import date
import io
import json
from pathlib import Path
from typing import Any

from program import Coach, refused, snapshot
import pytest
from wall_world import TODAY, ZOE, Wall

from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.document import Document
from coachvault.records.event import ConflictOfInterest
from coachvault.records.note import Summary
from coachvault.vault import layout


def closed(wall: Wall, *words: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(wall.do("client", "close", ZOE, *words, "--json").out)
    return facts


def client(wall: Wall) -> Client:
    return wall.vault.load(wall.client.folder, "identity", Client)[0]


def document(coach: Coach) -> str:
    result = coach("client", "ending", ZOE, "--format", "md", "--output", "-")
    assert result.code == 0, result.err
    return " ".join(result.out.replace("\u00a0", " ").replace("\u202f", " ").split())


def conflict(wall: Wall, opened_on: date = date(2026, 10, 1)) -> str:
    facts = {"opened_on": opened_on, "due_on": date(2026, 11, 30), "nature": "interests"}
    return wall.add("conflict", **facts, text="sur le planning").id


def raised(wall: Wall) -> None:
    wall.do("conflict", "discuss", ZOE, "--with", "client", "--on", "2026-11-21")


def test_a_client_leaves_early_without_a_reason_and_without_a_penalty(wall: Wall, coach: Coach) -> None:
    facts = closed(wall, "--by", "client", "--closing-session", "declined")
    assert (facts["closed_by"], facts["closing_session"]) == ("client", "declined")
    (contract,) = wall.vault.load(wall.client.folder, "contract", Contract)
    assert (contract.ended_on, contract.ended_by) == (date(2026, 11, 22), "client")
    text = document(coach)
    assert "à votre initiative" in text
    assert "2 séances, soit 2 heures 30 minutes, sur 6 séances prévues" in text
    assert "n’entraîne aucune pénalité" in text
    assert "vous n’en avez pas souhaité" in text


def test_nothing_is_said_of_the_closing_session_where_nobody_says_what_became_of_it(
    wall: Wall, coach: Coach
) -> None:
    result = wall.do("client", "close", ZOE, "--by", "client")
    assert "no closing session was held; offer one" in result.err
    assert "--closing-session offered" in result.err
    assert client(wall).closing_session is None
    assert "séance de clôture" not in document(coach)
    wall.do("client", "close", ZOE, "--closing-session", "offered")
    assert "séance de clôture" in document(coach)


def test_who_ends_a_coaching_is_said(wall: Wall, coach: Coach) -> None:
    before = snapshot(wall.root)
    refused(coach("client", "close", ZOE), 2, "--by is missing")
    assert snapshot(wall.root) == before


def test_the_end_of_the_contract_says_who_ended_the_coaching_and_when(wall: Wall, coach: Coach) -> None:
    wall.do("contract", "end", ZOE, "--by", "sponsor", "--on", "2026-11-10")
    facts = closed(wall)
    assert (facts["closed_by"], facts["closed_on"]) == ("sponsor", "2026-11-10")
    assert "le 10 novembre 2026, à l’initiative du commanditaire" in document(coach)


def test_what_is_said_of_an_end_wins_over_the_contract(wall: Wall) -> None:
    talk = ("--discussed", "2026-11-08")
    wall.do("contract", "end", ZOE, "--by", "coach", "--on", "2026-11-10", *talk)
    facts = closed(wall, "--on", "2026-11-12")
    assert (facts["closed_by"], facts["closed_on"], facts["discussed_on"]) == (
        "coach", "2026-11-12", "2026-11-08",
    )  # fmt: skip


def test_a_note_after_the_contract_leaves_the_day_open(wall: Wall) -> None:
    wall.do("contract", "end", ZOE, "--by", "client", "--on", "2026-11-10")
    wall.add("note", on="2026-11-15", text="un dernier mot")
    facts = closed(wall)
    assert (facts["closed_by"], facts["closed_on"]) == ("client", TODAY)


def test_the_draft_of_another_contract_leaves_both_open(wall: Wall, coach: Coach) -> None:
    wall.do("contract", "end", ZOE, "--by", "client", "--on", "2026-11-10")
    wall.do("contract", "new", ZOE, "--kind", "individual")
    refused(coach("client", "close", ZOE), 2, "--by is missing")
    assert closed(wall, "--by", "mutual")["closed_on"] == TODAY


def test_only_a_sponsor_that_there_is_ends_a_coaching(wall: Wall, coach: Coach) -> None:
    wall.set(wall.contract, kind="individual", parties=("client", "coach"), sponsor=None, payer="client")
    refused(coach("client", "close", ZOE, "--by", "sponsor"), 10, "has no sponsor")


def test_a_closing_session_in_the_log_was_held(wall: Wall) -> None:
    wall.add("session", on=date(2026, 11, 20), minutes=60, kind="closing", contract=wall.contract.id)
    result = wall.do("client", "close", ZOE, "--by", "term")
    assert "closing session" not in result.err
    assert client(wall).closing_session == "held"


def test_a_closing_session_that_is_in_no_log_is_believed_and_asked_for(wall: Wall) -> None:
    result = wall.do("client", "close", ZOE, "--by", "term", "--closing-session", "held")
    assert "no closing session is in the log" in result.err
    assert client(wall).closing_session == "held"


def test_somebody_who_was_never_coached_is_offered_nothing(wall: Wall) -> None:
    wall.do("new-client", "Ulysse Passereau")
    result = wall.do("client", "close", "ulysse")
    assert result.err == ""
    found = json.loads(wall.do("client", "close", ZOE, "--by", "term", "--json").out)
    assert found["closing_session"] is None


def test_a_coach_talks_it_over_first(wall: Wall, coach: Coach) -> None:
    before = snapshot(wall.root)
    refused(coach("client", "close", ZOE, "--by", "coach"), 10, "having talked it over with the client")
    words = ("--by", "coach", "--on", "2026-11-20", "--discussed", "2026-11-21")
    refused(coach("client", "close", ZOE, *words), 10, "talked over after the end")
    refused(
        coach("client", "close", ZOE, "--by", "coach", "--discussed", "2026-11-23"), 5, "is in the future"
    )
    refused(
        coach("client", "close", ZOE, "--closing-session", "perhaps"), 5, "expected one of: held, offered"
    )
    assert snapshot(wall.root) == before
    result = wall.do("client", "close", ZOE, "--by", "coach", "--discussed", "2026-11-15")
    assert "point the client to somebody else" in result.err
    assert client(wall).discussed_on == date(2026, 11, 15)
    assert "qui en a parlé avec vous le 15 novembre 2026" in document(coach)


def test_the_coach_stops_and_names_other_ways_without_a_reason(wall: Wall, coach: Coach) -> None:
    facts = {"name": "Ines Falaise", "trade": "psychologue", "phone": "06 99 00 00 02"}
    with wall.vault.change() as change:
        colleague = change.add("colleague", wall.vault.practice, facts)
    told = {"reason": "unavailable", "text": "opération du dos"}
    wall.add("referral", on=date(2026, 11, 1), to=colleague.id, **told)
    wall.add("referral", on=date(2026, 11, 2), trade="médiation", **told)
    wall.add("referral", on=date(2026, 11, 3), trade="yoga", answer="declined", **told)
    result = wall.do("client", "close", ZOE, "--by", "coach", "--discussed", "2026-11-15")
    assert "point the client" not in result.err
    text = document(coach)
    assert "Ines Falaise, psychologue, 06 99 00 00 02" in text
    assert "médiation" in text
    assert "yoga" not in text
    assert "opération" not in text


def test_both_stop_over_a_conflict_that_could_not_be_settled(wall: Wall, coach: Coach) -> None:
    found = conflict(wall)
    before = snapshot(wall.root)
    refused(coach("client", "close", ZOE, "--by", "client", "--conflict", found), 10, "both stop over")
    refused(coach("client", "close", ZOE, "--by", "mutual", "--conflict", "zzzz"), 4, "no such record")
    words = ("--by", "mutual", "--conflict", found[:6], "--harm", "aucun")
    refused(coach("client", "close", ZOE, *words), 10, "was not raised with")
    refused(
        coach("client", "close", ZOE, "--by", "mutual", "--harm", "aucun"), 2, "only goes with --conflict"
    )
    assert snapshot(wall.root) == before
    raised(wall)
    refused(coach("client", "close", ZOE, *words[:-2]), 2, "--harm is missing")
    refused(coach("client", "close", ZOE, *words, "--on", "2026-11-20"), 10, "was not raised with")
    facts = closed(wall, *words)
    assert facts["conflicts"] == []
    (settled,) = wall.vault.load(wall.client.folder, "contract", ConflictOfInterest)
    assert (settled.outcome, settled.closed_on, settled.harm) == ("ended", date(2026, 11, 22), "aucun")
    checks = json.loads(coach("contract", "check", ZOE, "--json").out)["items"]
    states = {item["check"]: item["state"] for item in checks}
    assert {states[name] for name in ("agreed_ending", "conflicts_raised", "conflicts_settled")} == {"met"}
    text = document(coach)
    assert "d’un commun accord" in text
    assert "Un différend n’a pu être surmonté" in text
    assert "## Signatures" in text
    assert "planning" not in text.partition("Les objectifs")[0]


def test_an_end_before_the_conflict_came_up_is_refused(wall: Wall, coach: Coach) -> None:
    found = conflict(wall, opened_on=date(2026, 11, 21))
    before = snapshot(wall.root)
    words = ("--by", "mutual", "--conflict", found, "--on", "2026-11-20")
    refused(coach("client", "close", ZOE, *words), 10, "the conflict came up on 2026-11-21")
    assert snapshot(wall.root) == before


def test_the_end_lists_what_is_left_and_what_lasts(wall: Wall, coach: Coach) -> None:
    wall.add("follow_up", due_on=date(2027, 2, 1), what="un appel de suivi")
    wall.add("follow_up", due_on=date(2027, 3, 1), to="sponsor", what="un point avec la Fonderie")
    wall.add("follow_up", due_on=date(2026, 12, 1), done_on=date(2026, 11, 1), what="fait")
    wall.add("copy", place="mail", on=date(2026, 9, 1), what="courriels")
    wall.add("copy", place="phone", on=date(2026, 9, 1), destroyed_on=date(2026, 10, 1), what="photos")
    conflict(wall)
    with wall.vault.change() as change:
        values = {"on": date(2026, 10, 1), "role": "signed", "title": "dessin", "format": "png"}
        change.attach(wall.client.folder, "attachments", values, b"x")
        change.attach(wall.client.folder, "recordings", values, b"y")
    lines = wall.do("client", "close", ZOE, "--by", "term").out.splitlines()
    assert [line for line in lines if line.startswith("- ")] == [
        "- 2 files to give back or to destroy, attachments and recordings",
        "- 1 copy outside the vault is not known to be destroyed",
        "- 1 conflict is not settled",
        "- a follow-up is promised for 2027-02-01",
        "- a follow-up is promised for 2027-03-01",
        "- secrecy lasts, on everything that was said",
        "- what is kept stays locked away until its term, then it is destroyed",
        "- what was promised for afterwards is kept",
        "- nothing is made of a past tie: no reference, no testimonial, no offer without consent",
    ]
    assert lines[-1].endswith(f"coach client ending {ZOE}")
    text = document(coach)
    assert "au plus tard le 1er février 2027 : un appel de suivi" in text
    assert "Fonderie" not in text
    assert "vous est rendu ou est détruit" in text


@pytest.mark.parametrize(
    ("asked_on", "words", "says", "left"),
    [
        (None, (), "- nobody has asked whether copies lie outside the vault: coach copy none C-2225", None),
        (date(2026, 9, 1), (), "- nobody has asked", date(2026, 9, 1)),
        (date(2026, 11, 22), (), None, date(2026, 11, 22)),
        (None, ("--copies", "none"), None, date(2026, 11, 22)),
        (None, ("--copies", "some"), "- enter what lies outside the vault with: coach copy add C-2225", None),
    ],
)
def test_the_end_asks_for_copies_outside_the_vault(
    wall: Wall, asked_on: date | None, words: tuple[str, ...], says: str | None, left: date | None
) -> None:
    wall.set(wall.client, copies_on=asked_on)
    said = wall.do("client", "close", ZOE, "--by", "term", *words).out
    assert says in said if says else "outside the vault" not in said
    (found,) = wall.vault.load(wall.client.folder, "identity", Client)
    assert (found.copies_on, found.closed_on) == (left, date(2026, 11, 22))


def test_nobody_ends_with_no_copies_while_one_is_known(wall: Wall, coach: Coach) -> None:
    wall.add("copy", place="mail", on=date(2026, 9, 1), what="courriels")
    before = snapshot(wall.root)
    refused(coach("client", "close", ZOE, "--by", "term", "--copies", "none"), 10, "is not destroyed yet")
    refused(coach("client", "close", ZOE, "--copies", "perhaps"), 5, "expected one of: none, some")
    assert snapshot(wall.root) == before


def test_the_summary_may_come_from_standard_input(wall: Wall) -> None:
    wall.do("client", "close", ZOE, "--by", "term", "--summary", "-", stdin="Deux objectifs atteints.\n")
    (summary,) = wall.vault.load(wall.client.folder, "summary", Summary)
    assert summary.text == "Deux objectifs atteints."


def test_the_document_says_where_the_goals_stand(wall: Wall, coach: Coach) -> None:
    goal = wall.contract.goals[1]
    wall.add("progress", on=date(2026, 10, 1), of=goal.id, state="open", text="en route")
    wall.add("progress", on=date(2026, 11, 1), of=goal.id, state="reached", text="fait")
    wall.add("progress", on=date(2026, 11, 1), state="dropped", text="Chanter")
    found = wall.add("progress", on=date(2026, 10, 1), text="Lire")
    wall.add("progress", on=date(2026, 11, 2), of=found.id, state="reached", text="lu")
    closed(wall, "--by", "term")
    text = document(coach)
    assert "Dormir mieux – *en chemin*" in text
    assert "Conduire ses réunions – *atteint*" in text
    assert "Chanter – *abandonné*" in text
    assert "Lire – *atteint*" in text


def test_solidarity_leaves_two_ways_forward(wall: Wall, coach: Coach) -> None:
    wall.set(wall.contract, kind="solidarity", parties=("client", "coach"), sponsor=None, sessions=4)
    result = wall.do("client", "close", ZOE, "--by", "term")
    assert "point the client to somebody else" in result.err
    text = document(coach)
    assert "un contrat classique" in text
    assert "un relais" in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("by", ["client", "coach", "sponsor", "mutual", "term"])
def test_every_end_has_a_document_in_both_languages(wall: Wall, coach: Coach, language: str, by: str) -> None:
    wall.set(wall.client, language=language)
    closed(wall, "--by", by, *(("--discussed", TODAY) if by == "coach" else ()))
    text = document(coach)
    assert text.startswith({"fr": "# Fin de l’accompagnement", "en": "# End of the coaching"}[language])
    assert ("Signatures" in text) == (by == "mutual")
    (kept,) = wall.vault.load(wall.client.folder, "contract", Document)
    assert (kept.template, kept.role, kept.about) == ("ending", "rendered", wall.contract.id)


def test_what_tells_a_guardian_of_the_work_recalls_what_was_agreed_on(wall: Wall) -> None:
    guardian = {"id": layout.new_id(), "name": "Odile Martin"}
    wall.set(wall.client, protected="minor", guardians=[guardian], told="dates only")
    closed(wall, "--by", "term")
    handed = ("client", "ending", ZOE, "--output", "-", "--format", "md", "--delivered", "hand")
    warning = f"a guardian is told what was agreed on, and no more: compare with coach client show {ZOE}"
    assert warning not in wall.do(*handed).err
    result = wall.do(*handed, "--to", "guardian")
    assert warning in result.err
    assert "dates only" not in result.err


def with_files(wall: Wall) -> list[Path]:
    """Keep an attachment and a recording of the client; returns their keys."""
    facts = {"on": TODAY, "media_type": "text/plain"}
    with wall.vault.change() as change:
        for kind in ("attachment", "recording"):
            change.keep(kind, wall.client.folder, {**facts, "name": f"{kind}.txt"}, io.BytesIO(b"confie"))
    drawers = ("attachments", "recordings")
    return [wall.root / layout.key_path(wall.client.folder, drawer) for drawer in drawers]


@pytest.mark.parametrize(("files", "basis"), [("returned", "handed back"), ("destroyed", "decision")])
def test_what_was_entrusted_goes_with_the_end_when_it_is_said(
    wall: Wall, coach: Coach, files: str, basis: str
) -> None:
    own = with_files(wall)
    before = snapshot(wall.root)
    planned = coach("client", "close", ZOE, "--by", "client", "--files", files)
    assert (planned.code, planned.out.count("\n")) == (2, 2)
    assert "nobody is there to confirm" in planned.err
    assert snapshot(wall.root) == before
    facts = closed(wall, "--by", "client", "--files", files, "--yes")
    assert facts["handed_over"] == 0
    assert [item["drawer"] for item in facts["destroyed"]["drawers"]] == ["attachments", "recordings"]
    assert all(basis in item["basis"] for item in facts["destroyed"]["drawers"])
    assert not any(path.exists() for path in own)
    stones = {path.name for path in (wall.root / layout.TOMBSTONES).iterdir()}
    assert stones == {f"{wall.client.folder}-{drawer}-1.yaml" for drawer in ("attachments", "recordings")}
    assert client(wall).closed_on == date(2026, 11, 22)


def test_what_was_entrusted_is_kept_until_its_term_unless_it_is_said(wall: Wall, coach: Coach) -> None:
    own = with_files(wall)
    refused(coach("client", "close", ZOE, "--files", "burnt"), 5, "expected one of: kept")
    facts = closed(wall, "--by", "client", "--files", "kept")
    assert (facts["handed_over"], facts["destroyed"]) == (2, None)
    assert all(path.exists() for path in own)


def test_a_hold_keeps_what_was_entrusted_and_then_nothing_ends(wall: Wall, coach: Coach) -> None:
    with_files(wall)
    wall.do("client", "hold", ZOE, "--reason", "un litige")
    before = snapshot(wall.root)
    refused(
        coach("client", "close", ZOE, "--by", "term", "--files", "destroyed"), 10, "a hold keeps everything"
    )
    assert snapshot(wall.root) == before


def test_there_is_no_document_before_the_end_nor_after_the_destruction(
    wall: Wall, coach: Coach, at: Callable[[str], None]
) -> None:
    before = snapshot(wall.root)
    refused(coach("client", "ending", ZOE), 10, "has not ended")
    assert snapshot(wall.root) == before
    closed(wall, "--by", "term")
    with wall.vault.change() as change:
        place = wall.client.folder, "contract"
        change.destroy(*place, {"rule": "contract", "destroyed_on": date(2026, 11, 22), "basis": "x"})
    at("2026-11-23")
    refused(coach("client", "ending", ZOE), 10, "is destroyed")
    assert not (wall.root / layout.key_path(*place)).exists()


def ended(wall: Wall) -> tuple[object, ...]:
    found = client(wall)
    return found.closed_on, found.closed_by, found.discussed_on, found.closing_session


def test_a_new_contract_opens_the_relationship_once_it_is_signed_and_forgets_how_it_ended(
    wall: Wall, at: Callable[[str], None]
) -> None:
    closed(wall, "--by", "coach", "--discussed", TODAY, "--closing-session", "declined")
    before, day = ended(wall), date(2026, 11, 22)
    assert before == (day, "coach", day, "declined")
    at("2026-12-01")
    wall.do("contract", "new", ZOE, "--kind", "individual")
    assert ended(wall) == before
    wall.do("contract", "deliver", ZOE, "--to", "client", "--file", __file__)
    wall.do("contract", "sign", ZOE, "--by", "client")
    assert ended(wall) == before
    wall.do("contract", "sign", ZOE, "--by", "coach")
    assert ended(wall) == (None,) * 4


def test_a_draft_that_is_given_up_takes_nothing_back_of_an_end(
    wall: Wall, coach: Coach, at: Callable[[str], None]
) -> None:
    closed(wall, "--by", "client", "--closing-session", "declined")
    before, terms = ended(wall), coach("retention", "explain", ZOE).out
    at("2026-12-01")
    wall.do("contract", "new", ZOE, "--kind", "individual")
    assert f"\n{ZOE}\t" in f"\n{coach('contract', 'check', '--all').out}"
    wall.do("contract", "end", ZOE, "--draft")
    assert ended(wall) == before
    assert coach("retention", "explain", ZOE).out == terms
    assert f"\n{ZOE}\t" not in f"\n{coach('contract', 'check', '--all').out}"


def test_a_session_before_the_new_contract_is_signed_opens_the_relationship(
    wall: Wall, coach: Coach, at: Callable[[str], None]
) -> None:
    closed(wall, "--by", "client")
    before = ended(wall)
    at("2026-12-01")
    words = ("session", "add", ZOE, "--minutes", "60")
    refused(coach(*words, "--override", "a crisis"), 10, "is closed as of 2026-11-22")
    wall.do("contract", "new", ZOE, "--kind", "individual")
    wall.do(*words, "--kind", "discovery")
    assert ended(wall) == before
    wall.do(*words, "--override", "a crisis")
    assert ended(wall) == (None,) * 4


def test_what_became_of_an_offered_closing_session_is_kept_after_the_end(wall: Wall, coach: Coach) -> None:
    assert closed(wall, "--by", "client")["closing_session"] is None
    assert closed(wall, "--closing-session", "offered")["closing_session"] == "offered"
    assert closed(wall, "--closing-session", "declined")["closing_session"] == "declined"
    kept = client(wall)
    assert (kept.closing_session, kept.closed_by, kept.closed_on) == (
        "declined",
        "client",
        date(2026, 11, 22),
    )
    before = snapshot(wall.root)
    refused(coach("client", "close", ZOE, "--closing-session", "held"), 10, "is closed already")
    refused(coach("client", "close", ZOE, "--by", "coach", "--discussed", "today"), 10, "is closed already")
    assert snapshot(wall.root) == before


def test_an_offered_closing_session_may_be_held_after_the_end(
    wall: Wall, coach: Coach, at: Callable[[str], None]
) -> None:
    closed(wall, "--by", "client")
    at("2026-12-01")
    before = snapshot(wall.root)
    refused(coach("session", "add", ZOE, "--minutes", "60"), 10, "is closed as of 2026-11-22")
    assert snapshot(wall.root) == before
    wall.do("session", "add", ZOE, "--minutes", "60", "--kind", "closing", "--override", "on paper")
    assert client(wall).closing_session == "held"
    assert "3 séances" in document(coach)
    refused(coach("session", "add", ZOE, "--minutes", "60", "--kind", "closing"), 10, "is closed as of")


def test_a_closing_session_may_be_held_after_the_contract_and_before_the_close(
    wall: Wall, coach: Coach
) -> None:
    wall.set(wall.contract, end=date(2026, 11, 15), ended_on=date(2026, 11, 15), ended_by="term")
    before = snapshot(wall.root)
    words = ("session", "add", ZOE, "--minutes", "60", "--on", "2026-11-20")
    refused(coach(*words, "--override", "on paper"), 10, "had ended as of 2026-11-15")
    assert snapshot(wall.root) == before
    wall.do(*words, "--kind", "closing", "--override", "on paper")
    assert client(wall).closing_session is None
    before = snapshot(wall.root)
    refused(coach(*words, "--kind", "closing", "--override", "again"), 10, "had ended as of 2026-11-15")
    assert snapshot(wall.root) == before
    assert closed(wall)["closing_session"] == "held"
    assert "3 séances" in document(coach)


def test_a_session_that_went_past_the_gate_counts(wall: Wall, coach: Coach) -> None:
    wall.do("session", "add", ZOE, "--minutes", "45", "--on", "2026-08-25", "--override", "an emergency")
    closed(wall, "--by", "term")
    assert "3 séances" in document(coach)


def test_the_document_speaks_of_what_there_is_and_to_one_person(wall: Wall, coach: Coach) -> None:
    closed(wall, "--by", "term")
    text = document(coach)
    assert "| Notes de séance |" in text
    assert "| Factures et paiements |" in text
    for absent in ("Compte rendu remis", "Enregistrements", "Documents confiés"):
        assert absent not in text
    assert "« le client », c’est vous : > Le client peut demander" in text


def test_a_closing_session_that_was_said_to_be_held_may_be_logged(
    wall: Wall, coach: Coach, at: Callable[[str], None]
) -> None:
    wall.do("client", "close", ZOE, "--by", "client", "--closing-session", "held", "--on", "2026-11-20")
    words = ("session", "add", ZOE, "--minutes", "60", "--kind", "closing", "--override", "on paper")
    wall.do(*words, "--on", "2026-11-21")
    at("2026-11-25")
    refused(coach(*words), 10, "is closed as of")


def test_a_closing_session_may_be_held_after_all_that_was_agreed_on(wall: Wall, coach: Coach) -> None:
    for day in range(10, 14):
        wall.add("session", on=date(2026, 11, day), minutes=60, contract=wall.contract.id)
    wall.do("contract", "end", ZOE, "--by", "term", "--on", "2026-11-15")
    words = ("session", "add", ZOE, "--minutes", "60", "--override", "on paper", "--kind", "closing")
    wall.do(*words)
    checks = json.loads(coach("contract", "check", ZOE, "--json").out)["items"]
    states = {item["check"]: item["state"] for item in checks}
    assert (states["number"], states["closing_session"]) == ("met", "met")
    refused(coach(*words), 10, "had ended as of 2026-11-15")


def test_help_in_solidarity_has_no_closing_session_but_among_the_four(wall: Wall, coach: Coach) -> None:
    facts = {"kind": "solidarity", "sessions": 4, "sponsor": None, "parties": ["client", "coach"]}
    with wall.vault.change() as change:
        change.update(wall.contract, facts)
    for day in (10, 12):
        wall.add("session", on=date(2026, 11, day), minutes=60, contract=wall.contract.id)
    wall.do("contract", "end", ZOE, "--by", "term", "--on", "2026-11-15")
    words = ("session", "add", ZOE, "--minutes", "60", "--override", "on paper", "--kind", "closing")
    refused(coach(*words), 10, "the 4 sessions agreed on")
