"""A report to a sponsor, as a coach makes one: nothing but what three agreed on and one has validated."""

from collections.abc import Callable
from datetime import date
import io
import json
from typing import Any

from program import Coach, refused, run, snapshot
import pypdf
import pytest
from wall_world import TODAY, ZOE, Wall, contract_values

from coachvault.records.consent import Consent
from coachvault.records.document import Document
from coachvault.records.event import Delivery
from coachvault.records.report import Report
from coachvault.records.session import Override, Session
from coachvault.vault import layout

PROGRESS = "Les réunions se tiennent à l’heure."


def shown(wall: Wall) -> dict[str, Any]:
    item: dict[str, Any] = json.loads(wall.do("report", "show", ZOE, "--json").out)["item"]
    return item


def consent(wall: Wall) -> Consent:
    return wall.vault.load(wall.client.folder, "consents", Consent)[0]


def draft(wall: Wall, *words: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(
        wall.do("report", "draft", ZOE, "--progress", PROGRESS, *words, "--json").out
    )
    return facts


def validate(wall: Wall) -> str:
    digest: str = shown(wall)["sha256"]
    wall.do("report", "validate", ZOE, "--by", "client", "--sha256", digest)
    return digest


def test_a_report_goes_from_draft_to_document_and_a_change_takes_the_validation_back(
    wall: Wall, coach: Coach
) -> None:
    draft(wall)
    refused(coach("report", "render", ZOE), 10, "the client has not validated this report")
    first = validate(wall)
    assert shown(wall)["state"] == "validated"

    wall.do("report", "edit", ZOE, "--progress", PROGRESS + " Le planning se partage.")
    assert shown(wall)["state"] == "draft"
    refused(coach("report", "render", ZOE), 10, "the client has not validated this report")
    refused(coach("report", "validate", ZOE, "--sha256", first), 10, "that is not the SHA-256 of the report")
    digest = validate(wall)
    assert digest != first

    assert coach("report", "render", ZOE, "--format", "md", "--output", "-").code == 0
    path = wall.root / "outbox" / f"{ZOE}-reports.md"
    wall.do("report", "render", ZOE, "--format", "md")
    text = path.read_text("utf-8")
    assert text == shown(wall)["text"]
    assert "Zoé Martin" in text
    assert "Fonderie du Lac" in text
    assert "Le planning se partage" in text
    (kept,) = wall.vault.load(wall.client.folder, "reports", Document)
    assert (kept.role, kept.sha256) == ("rendered", digest)
    assert wall.vault.document(kept).decode() == text


def test_attendance_and_goals_are_made_of_log_and_contract(wall: Wall) -> None:
    draft(wall)
    text = shown(wall)["text"]
    assert "10 septembre 2026" in text
    assert "8 octobre 2026" in text
    assert "2 heures 30 minutes" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "20 août" not in text
    assert "Conduire ses réunions" in text
    assert "Déléguer le planning" in text
    assert "Dormir mieux" not in text
    assert [item["field"] for item in _stored(wall)] == ["attendance", "goals", "progress"]
    assert [item.get("text") for item in _stored(wall)] == [None, None, PROGRESS]


def test_what_the_client_reads_on_a_screen_has_no_signs_of_the_program(wall: Wall) -> None:
    wall.do("report", "draft", ZOE, "--progress", "Un pas en avant (1-2) *par* semaine.")
    assert "\\" in shown(wall)["text"]
    read = wall.do("report", "show", ZOE).out
    assert "\\" not in read
    assert "Un pas en avant (1-2) *par* semaine." in read
    assert "camille@exemple.test" in read


def test_no_heading_stands_above_nothing_and_the_report_is_one_page(wall: Wall) -> None:
    wall.set(wall.contract, goals=wall.contract.goals[:1])
    draft(wall)
    assert "Objectifs convenus" not in shown(wall)["text"]
    validate(wall)
    wall.do("report", "render", ZOE)
    data = (wall.root / "outbox" / f"{ZOE}-reports.pdf").read_bytes()
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == 1


def test_a_report_may_leave_out_what_the_contract_allows(wall: Wall) -> None:
    draft(wall, "--no-attendance", "--no-goals")
    assert "10 septembre" not in shown(wall)["text"]
    wall.do("report", "edit", ZOE, "--attendance", "--progress", "")
    assert [item["field"] for item in _stored(wall)] == ["attendance"]
    assert "10 septembre" in shown(wall)["text"]


def test_the_text_that_the_client_reads_is_that_of_the_document(wall: Wall, coach: Coach) -> None:
    draft(wall)
    text = coach("report", "show", ZOE, "--output", "-").out
    digest = validate(wall)
    assert coach("report", "render", ZOE, "--format", "md", "--output", "-").out == text
    assert shown(wall)["sha256"] == digest


def test_a_report_is_of_a_language_of_the_client(wall: Wall) -> None:
    wall.set(wall.client, language="en")
    draft(wall)
    assert shown(wall)["text"].startswith("# Report to the sponsor")


def test_a_report_of_a_day_before_an_amendment_is_one_of_the_same_contract(wall: Wall, coach: Coach) -> None:
    signatures = [{"by": by, "on": date(2026, 11, 1)} for by in ("client", "coach", "sponsor")]
    wall.set(wall.contract, ended_on=date(2026, 11, 1), ended_by="amendment")
    changes = {"amends": wall.contract.id, "signatures": signatures}
    wall.add("contract", **contract_values(wall.sponsor.folder, **changes))
    draft(wall, "--on", "2026-09-30")
    wall.do("report", "edit", ZOE, "--on", "2026-10-31")
    early = ("--on", "2026-08-31")
    refused(coach("report", "draft", ZOE, "--progress", PROGRESS, *early), 10, "signed after that day")
    refused(coach("report", "edit", ZOE, *early), 10, "signed after that day")


def test_reports_are_listed(wall: Wall, coach: Coach) -> None:
    draft(wall, "--on", "2026-10-01")
    draft(wall)
    rows = [line.split("\t") for line in wall.do("report", "list").out.splitlines()]
    assert [row[:3] for row in rows] == [[ZOE, "2026-10-01", "draft"], [ZOE, TODAY, "draft"]]
    first = rows[0][-1]
    assert "8 octobre" not in json.loads(coach("report", "show", ZOE, first, "--json").out)["item"]["text"]


def report_agreed() -> str:
    """Return what comes of the check of the reports that a sponsor had."""
    rows = json.loads(run("contract", "check", ZOE, "--full", "--json").out)["items"]
    state: str = next(row["state"] for row in rows if row["check"] == "report_agreed")
    return state


def test_what_was_handed_over_is_kept_as_it_was_validated(wall: Wall, coach: Coach) -> None:
    draft(wall)
    words = ("report", "deliver", ZOE, "--to", "sponsor", "--means", "mail")
    refused(coach(*words), 10, "was not rendered in the words that were validated")
    validate(wall)
    refused(coach(*words), 10, "was not rendered in the words that were validated")
    wall.do("report", "render", ZOE, "--format", "md")
    before = snapshot(wall.root)
    refused(coach(*words, "--on", "2026-11-21"), 10, "was validated on 2026-11-22, after that day")
    refused(coach("report", "deliver", ZOE, "--to", "member"), 10, "has no such party")
    refused(coach("report", "deliver", ZOE), 2, "--to is missing")
    assert snapshot(wall.root) == before
    told = json.loads(wall.do(*words, "--json").out)
    (made,) = wall.vault.load(wall.client.folder, "reports", Document)
    (sent,) = wall.vault.load(wall.client.folder, "contract", Delivery)
    assert (sent.what, sent.to, sent.about) == ("report", "sponsor", made.about)
    assert sent.sha256 == made.sha256 == told["sha256"]
    (row,) = json.loads(wall.do("report", "list", "--json").out)["items"]
    assert row["delivered_on"] == TODAY
    assert report_agreed() == "met"


def test_a_report_for_a_guardian_recalls_what_was_agreed_on(wall: Wall) -> None:
    guardian = {"id": layout.new_id(), "name": "Odile Martin"}
    wall.set(wall.client, protected="minor", guardians=[guardian], told="dates only")
    draft(wall)
    validate(wall)
    wall.do("report", "render", ZOE, "--format", "md")
    result = wall.do("report", "deliver", ZOE, "--to", "guardian")
    assert "a guardian is told what was agreed on, and no more" in result.err


def test_a_report_is_not_handed_over_without_a_live_consent_unless_the_log_says_why(
    wall: Wall, coach: Coach
) -> None:
    draft(wall)
    validate(wall)
    wall.do("report", "render", ZOE, "--format", "md")
    wall.set(consent(wall), withdrawn_on=TODAY)
    words = ("report", "deliver", ZOE, "--to", "sponsor")
    before = snapshot(wall.root)
    refused(coach(*words), 10, "has withdrawn the consent “report to the sponsor”")
    assert snapshot(wall.root) == before
    assert report_agreed() == "not_applicable"
    wall.do("report", "deliver", ZOE, "--to", "client")
    said = wall.do(*words, "--override", "Sent by mistake.")
    assert "the ethics log says so" in said.err
    assert report_agreed() == "missing"
    (entry,) = wall.vault.load(wall.client.folder, "log", Override)
    (sent,) = (d for d in wall.vault.load(wall.client.folder, "contract", Delivery) if d.to == "sponsor")
    assert (entry.about, entry.session, entry.checks) == (sent.id, None, ("report_agreed",))
    assert "report_agreed" in coach("session", "list", "--overrides").out


def test_a_report_that_was_handed_over_before_the_withdrawal_stays_lawful(wall: Wall) -> None:
    draft(wall)
    validate(wall)
    wall.do("report", "render", ZOE, "--format", "md")
    said = wall.do("report", "deliver", ZOE, "--to", "sponsor", "--override", "In doubt.")
    assert "the override is not needed" in said.err
    assert wall.vault.load(wall.client.folder, "log", Override) == ()
    wall.do("consent", "withdraw", ZOE, "--type", "sponsor_report")
    assert report_agreed() == "met"


def test_a_contract_that_allows_less_stops_the_delivery(wall: Wall, coach: Coach) -> None:
    draft(wall)
    validate(wall)
    wall.do("report", "render", ZOE, "--format", "md")
    _contract_allows_less(wall)
    refused(coach("report", "deliver", ZOE, "--to", "sponsor"), 10, "be told of: progress")


def test_text_comes_from_standard_input(wall: Wall) -> None:
    wall.do("report", "draft", ZOE, "--closing", "-", stdin=PROGRESS)
    assert PROGRESS in shown(wall)["text"]


def test_an_edit_that_changes_nothing_keeps_the_validation(wall: Wall) -> None:
    draft(wall)
    validate(wall)
    before = snapshot(wall.root)
    assert "nothing was different" in wall.do("report", "edit", ZOE, "--progress", PROGRESS).out
    assert snapshot(wall.root) == before


def _stored(wall: Wall) -> list[dict[str, Any]]:
    found = wall.vault.load(wall.client.folder, "reports", Report)[-1]
    return [{"field": item.field, "text": item.text} for item in found.items]


# What changes between the validation and the document, and what is said of it.


def _log_grows(wall: Wall) -> None:
    wall.add("session", on=date(2026, 11, 1), minutes=60, contract=wall.contract.id)


def _log_shrinks(wall: Wall) -> None:
    with wall.vault.change() as change:
        change.remove(wall.vault.load(wall.client.folder, "log", Session)[-1])


def _template_changes(wall: Wall) -> None:
    (wall.root / "templates" / "fr").mkdir(parents=True)
    own = "# Compte rendu\n\n{{ report.client }}\n"
    (wall.root / "templates" / "fr" / "sponsor-report.md.j2").write_text(own, "utf-8")


def _goal_changes(wall: Wall) -> None:
    goals = [goal for goal in wall.contract.goals if goal.owner != "sponsor"]
    wall.set(wall.contract, goals=goals)


def _sponsor_is_renamed(wall: Wall) -> None:
    wall.set(wall.sponsor, name="Aciérie du Lac")


def _contract_allows_less(wall: Wall) -> None:
    wall.set(wall.contract, sponsor_report=("attendance", "goals"))


def _amendment_allows_less(wall: Wall) -> None:
    changes = {"amends": wall.contract.id, "sponsor_report": ("attendance",)}
    wall.set(wall.contract, ended_on=date(2026, 11, 1), ended_by="amendment")
    wall.add("contract", **contract_values(wall.sponsor.folder, **changes))


def _secrecy_tightens(wall: Wall) -> None:
    wall.set(wall.contract, confidentiality_exceptions="law")


def _consent_is_withdrawn(wall: Wall) -> None:
    wall.set(consent(wall), withdrawn_on=date(2026, 11, 22))


def _consent_is_refused_later(wall: Wall) -> None:
    wall.add("consent", on=date(2026, 11, 20), type="sponsor_report", answer="refused")


def _consent_ends(wall: Wall) -> None:
    wall.set(consent(wall), until=date(2026, 11, 21))


def _somebody_joins_the_cast(wall: Wall) -> None:
    wall.add("cast", name="Réunions")


def _a_word_becomes_secret(wall: Wall) -> None:
    wall.set(wall.sponsor, confidential=["LES RÉUNIONS"])


CHANGES: dict[Callable[[Wall], None], str] = {
    _log_grows: "no longer reads as the client validated it",
    _log_shrinks: "no longer reads as the client validated it",
    _template_changes: "no longer reads as the client validated it",
    _goal_changes: "no longer reads as the client validated it",
    _sponsor_is_renamed: "no longer reads as the client validated it",
    _contract_allows_less: "does not let the sponsor be told of: progress",
    _amendment_allows_less: "does not let the sponsor be told of: goals",
    _secrecy_tightens: "lets secrecy yield to the law alone",
    _consent_is_withdrawn: "has withdrawn the consent “report to the sponsor”",
    _consent_is_refused_later: "has refused the consent “report to the sponsor”",
    _consent_ends: "the consent “report to the sponsor” of C-2225 is over",
    _somebody_joins_the_cast: "names somebody of the client's circle",
    _a_word_becomes_secret: "a word that is confidential in the organisation",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_whatever_changed_since_the_validation_stops_the_document(
    wall: Wall, coach: Coach, change: Callable[[Wall], None]
) -> None:
    draft(wall)
    validate(wall)
    change(wall)
    before = snapshot(wall.root)
    for form in ("pdf", "md"):
        refused(coach("report", "render", ZOE, "--format", form), 10, CHANGES[change])
    assert snapshot(wall.root) == before


def test_what_does_not_touch_the_text_stops_nothing(wall: Wall, coach: Coach) -> None:
    draft(wall)
    validate(wall)
    wall.add("session", on=date(2026, 11, 22), minutes=60)
    wall.add("note", on=date(2026, 11, 22), text="Encore Hortense.")
    assert coach("report", "render", ZOE, "--format", "md", "--output", "-").code == 0


def enter_other(wall: Wall) -> None:
    """Enter a second client of the same sponsor."""
    with wall.vault.change() as change:
        client = change.add("client", layout.new_id(), {"code": "C-2227", "name": "Théo Chimère"})
        change.add("contract", client.folder, contract_values(wall.sponsor.folder))


# What is refused at the draft.

REFUSALS: dict[str, tuple[Any, tuple[str, ...], str]] = {
    "not_signed": (
        lambda w: w.set(w.contract, signatures=[]),
        ("--progress", PROGRESS),
        "has no signed contract with a sponsor",
    ),
    "a_party_is_missing": (
        lambda w: w.set(w.contract, signatures=w.contract.signatures[:2]),
        ("--progress", PROGRESS),
        "has no signed contract with a sponsor",
    ),
    "individual": (
        lambda w: w.set(w.contract, kind="individual"),
        ("--progress", PROGRESS),
        "has no signed contract with a sponsor",
    ),
    "more_than_was_agreed": (
        lambda w: w.set(w.contract, sponsor_report=["attendance"]),
        ("--progress", PROGRESS),
        "does not let the sponsor be told of: progress",
    ),
    "goals_that_were_not_agreed": (
        lambda w: w.set(w.contract, sponsor_report=["progress"]),
        ("--goals", "--progress", PROGRESS),
        "does not let the sponsor be told of: goals",
    ),
    "nothing_was_agreed": (
        lambda w: w.set(w.contract, sponsor_report=[]),
        (),
        "the report would say nothing",
    ),
    "law_only": (_secrecy_tightens, ("--progress", PROGRESS), "lets secrecy yield to the law alone"),
    "consent_is_gone": (_consent_is_withdrawn, ("--progress", PROGRESS), "has withdrawn the consent"),
    "consent_to_less": (
        lambda w: w.set(consent(w), items=["attendance"]),
        ("--progress", PROGRESS),
        "the client has not agreed that the sponsor be told of: progress",
    ),
    "names_the_cast": (None, ("--progress", "Avec HORTENSE  malaval, mieux."), "names somebody"),
    "names_a_part": (None, ("--closing", "D’après Malaval, tout va bien."), "names somebody"),
    "names_an_alias": (None, ("--progress", "La patronne est contente."), "names somebody"),
    "names_a_part_in_lower_case": (None, ("--progress", "Et hortense en est contente."), "names somebody"),
    "names_another_client": (
        enter_other,
        ("--progress", "Théo Chimère aussi progresse."),
        "the text names another client",
    ),
    "says_another_code": (
        enter_other,
        ("--closing", "Comme pour C-2227."),
        "the text names another client",
    ),
    "hides_another_client": (
        enter_other,
        ("--progress", "Avec chimère, Thé\u00ado."),
        "the text names another client",
    ),
    "names_their_employer": (None, ("--progress", "Un jour à la clinique des Ifs."), "names somebody"),
    "hides_the_name": (None, ("--progress", "Hor\u00adtense a aidé."), "names somebody"),
    "says_the_secret": (None, ("--progress", "Le Projet\nAurore avance."), "is confidential"),
    "before_the_signature": (None, ("--progress", PROGRESS, "--on", "2026-08-31"), "was signed after"),
    "says_nothing": (None, ("--no-attendance", "--no-goals"), "the report would say nothing"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_draft_that_may_not_be_is_refused_and_leaves_the_vault(
    wall: Wall, coach: Coach, case: str, errors: list[Exception]
) -> None:
    prepare, words, says = REFUSALS[case]
    if prepare:
        prepare(wall)
    before = snapshot(wall.root)
    refused(coach("report", "draft", ZOE, *words), 10, says)
    assert snapshot(wall.root) == before
    told = "".join(map(str, errors)).casefold()
    assert not any(word in told for word in ("hortense", "malaval", "aurore", "réunions", "chimère"))


def test_a_word_of_every_day_that_is_a_name_too_counts_with_a_capital(wall: Wall, coach: Coach) -> None:
    wall.add("cast", name="Claire Petit")
    refused(coach("report", "draft", ZOE, "--progress", "Merci à Claire."), 10, "names somebody")
    wall.do("report", "draft", ZOE, "--progress", "Un petit pas : la place de chacun est claire.")


def test_a_client_who_signed_for_the_sponsor_may_be_named(wall: Wall) -> None:
    enter_other(wall)
    signatures = [{"by": s.by, "on": s.on} for s in wall.contract.signatures[:2]]
    by_sponsor = {"by": "sponsor", "on": date(2026, 9, 1), "name": "Théo Chimère"}
    wall.set(wall.contract, signatures=[*signatures, by_sponsor])
    wall.do("report", "draft", ZOE, "--progress", "Vu avec Théo Chimère.")


def test_the_parties_to_the_contract_may_be_named(wall: Wall) -> None:
    wall.add("cast", name="Paul Martin", role="frère")
    wall.add("cast", name="Ursule Brochet", role="responsable")
    signatures = [{"by": s.by, "on": s.on} for s in wall.contract.signatures[:2]]
    by_sponsor = {"by": "sponsor", "on": date(2026, 9, 1), "name": "Ursule Brochet"}
    wall.set(wall.contract, signatures=[*signatures, by_sponsor])
    wall.do("report", "draft", ZOE, "--progress", "Zoé Martin a vu Ursule Brochet, au Lac.")


def test_a_report_of_a_future_day_or_for_another_validator_is_refused(wall: Wall, coach: Coach) -> None:
    before = snapshot(wall.root)
    refused(coach("report", "draft", ZOE, "--on", "2026-11-23"), 5, "is in the future")
    refused(coach("report", "draft", ZOE, "--progress", "\u202e"), 5, "expected text")
    assert snapshot(wall.root) == before
    digest = draft(wall, "--on", "2026-11-20")["sha256"]
    before = snapshot(wall.root)
    refused(coach("report", "validate", ZOE, "--by", "sponsor", "--sha256", digest), 5, "expected one of")
    refused(coach("report", "validate", ZOE, "--on", "2026-11-19", "--sha256", digest), 10, "after that day")
    refused(coach("report", "validate", ZOE), 2, "--sha256 is missing")
    refused(coach("report", "validate", ZOE, "--sha256", "a" * 64), 10, "that is not the SHA-256")
    refused(coach("report", "show", ZOE, "zzzz"), 4, "there is no such record")
    assert snapshot(wall.root) == before
