"""Purge, erase and remove: what goes, what stays, what is said of it, and what a script reads."""

from datetime import UTC, date, datetime, timedelta
import io
import json
from pathlib import Path
import re
import shutil

from pypdf import PdfReader
import pytest

from coachvault import cli, clock
from coachvault import language as tongue
from coachvault.actions import (
    certificate,
    closing,
    destruction,
    erase,
    founding,
    identity,
    note,
    place,
    purge,
    retention,
    status,
)
from coachvault.actions import client as clients
from coachvault.crypto import box, keys
from coachvault.errors import FindingsError, NotFoundError, RefusedError
from coachvault.records.base import COUNTRIES
from coachvault.records.client import Client, Proposal
from coachvault.records.contract import Contract
from coachvault.records.document import Document
from coachvault.records.note import Note
from coachvault.records.practice import Settings
from coachvault.retention import schedule
from coachvault.vault import journal, layout, outbox, sync, tombstone
from coachvault.vault.store import Vault

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
FOLDER, CODE, NAME = "a" * 16, "C-2222", "Augustine Rousseau"
SECRET = box.generate()


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "en_US.UTF-8")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a vault with one client, whose contract runs: notes, a log, three recordings, a bill."""
    root = tmp_path_factory.mktemp("pristine") / "vault"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        return _make(root)


def _make(root: Path) -> Path:
    identity = keys.Identity([SECRET])
    founding.init(root, name="X", country="FR", language="en", identity=identity, kit=None, git=True)
    with Vault(root, identity).change() as change:
        change.add("client", FOLDER, {"code": CODE, "name": NAME})
        signatures = [{"by": by, "on": date(2025, 1, 1)} for by in ("client", "coach")]
        change.add("contract", FOLDER, {"kind": "individual", "signatures": signatures})
        for number in range(2):
            change.add("note", FOLDER, {"on": date(2026, 6, 1), "text": f"note {number}"})
        change.add("session", FOLDER, {"on": date(2026, 6, 1), "minutes": 60})
        for month in (6, 7, 11):
            values = {"on": date(2026, month, 1), "role": "rendered", "title": "t", "format": "mp3"}
            change.attach(FOLDER, "recordings", values, b"sound %d" % month)
        values = {"on": date(2026, 6, 1), "role": "rendered", "title": "bill", "format": "pdf"}
        change.attach(FOLDER, "billing", values, b"bill")
    return root


@pytest.fixture
def vault(pristine: Path, tmp_path: Path) -> Vault:
    return Vault(shutil.copytree(pristine, tmp_path / "vault"), keys.Identity([SECRET]))


@pytest.fixture
def coach(vault: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Vault:
    """Return the vault, which the commands find."""
    (tmp_path / "identity").write_text(SECRET + "\n")
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(tmp_path / "identity"))
    monkeypatch.setenv("COACHVAULT_DIR", str(vault.root))
    return vault


def documents(vault: Vault, drawer: str) -> list[date]:
    return [record.on for record in vault.load(FOLDER, drawer, Document)]


def run(*words: str) -> int:
    return cli.run(words)


# --- single records that are due


def test_recordings_go_one_by_one_while_the_contract_runs(vault: Vault) -> None:
    plan = purge.plan(vault, TODAY)
    (item,) = plan.items
    assert (item.drawer, item.records, len(item.ids)) == ("recordings", 2, 2)
    assert item.due == date(2026, 10, 1)
    receipt = purge.destroy(vault, plan.items, TODAY)
    assert documents(vault, "recordings") == [date(2026, 11, 1)]
    (kept,) = vault.load(FOLDER, "recordings", Document)
    assert vault.document(kept) == b"sound 11"
    (stone,) = receipt.stones
    assert (stone.whole, stone.rule, stone.records) == (False, "recordings", 2)
    assert receipt.proof
    assert not receipt.proof.findings
    assert receipt.done().message == "2 single records are destroyed"
    assert not purge.plan(vault, TODAY).items


def test_what_is_due_meanwhile_and_was_not_agreed_on_stays(vault: Vault) -> None:
    plan = purge.plan(vault, date(2026, 9, 2))
    assert plan.items[0].records == 1
    purge.destroy(vault, plan.items, TODAY)
    assert documents(vault, "recordings") == [date(2026, 7, 1), date(2026, 11, 1)]


def test_a_drawer_that_lost_its_last_recording_holds_up_nothing(vault: Vault) -> None:
    purge.destroy(vault, purge.plan(vault, TODAY).items, TODAY)
    later = date(2027, 2, 1)
    purge.destroy(vault, purge.plan(vault, later).items, later)
    assert documents(vault, "recordings") == []
    closing.close(vault, CODE, closing.End(TODAY, "term"))
    with vault.change() as change:
        contract = vault.load(FOLDER, "contract", Contract)[0]
        change.update(contract, {"ended_on": TODAY, "ended_by": "term"})
    end = date(2040, 1, 1)
    purge.destroy(vault, purge.plan(vault, end).items, end)
    assert vault.folders() == ()


def test_a_hold_keeps_single_records_too(vault: Vault) -> None:
    clients.hold(vault, CODE, "a claim", None)
    assert purge.plan(vault, TODAY).items == ()


def test_a_copy_in_the_outbox_goes_with_the_record_it_is_of(vault: Vault) -> None:
    outbox.put(vault.root, "renamed.mp3", b"sound 6")
    outbox.put(vault.root, "other.mp3", b"sound 11")
    receipt = purge.destroy(vault, purge.plan(vault, TODAY).items, TODAY)
    assert receipt.copies == 1
    assert [sent.name for sent in outbox.names(vault.root)] == ["other.mp3"]


# --- drawers that were emptied


def test_an_emptied_drawer_reaches_its_term_and_its_history_opens_no_more(vault: Vault) -> None:
    with vault.change() as change:
        for record in vault.load(FOLDER, "notes", Note):
            change.remove(record)
        contract = vault.load(FOLDER, "contract", Contract)[0]
        change.update(contract, {"ended_on": date(2026, 6, 2), "ended_by": "term"})
    (term,) = (
        row for row in retention.explain(vault, CODE, TODAY).items if getattr(row, "drawer", "") == "notes"
    )
    assert isinstance(term, retention.TermRow)
    assert term.due == date(2027, 6, 2)
    soon, then = date(2027, 6, 1), date(2027, 6, 2)
    assert "notes" not in {item.drawer for item in purge.plan(vault, soon).items}
    (item,) = (item for item in purge.plan(vault, then).items if item.drawer == "notes")
    assert (item.records, item.ids) == (0, ())
    receipt = purge.destroy(vault, [item], then)
    assert "notes" not in vault.drawers(FOLDER)
    assert "identity" in vault.drawers(FOLDER)
    assert receipt.proof
    assert not receipt.proof.findings


def test_a_request_reaches_an_emptied_drawer_whatever_duty_its_records_had(vault: Vault) -> None:
    with vault.change() as change:
        change.add("client", "b" * 16, {"code": "C-3333", "name": "Zoé"})
        values = {"on": TODAY, "role": "rendered", "title": "bill", "format": "pdf"}
        bill = change.attach("b" * 16, "billing", values, b"by mistake")
    with vault.change() as change:
        change.remove(bill)
    found = erase.plan(vault, "Zoé", (), TODAY)
    assert {item.drawer for item in found.items} == {"identity", "billing"}
    erase.destroy(vault, "Zoé", found, TODAY)
    assert vault.folders() == (FOLDER,)


# --- days of grace


def grace(vault: Vault, days: int) -> None:
    (vault.root / layout.RETENTION).write_text(f"schema: 1\ngrace_days: {days}\n")


def test_with_days_of_grace_what_is_due_is_proposed_first(vault: Vault) -> None:
    grace(vault, 10)
    plan = purge.plan(vault, TODAY)
    assert (plan.items, plan.waiting, len(plan.unproposed)) == ((), (), 1)
    assert plan.listing().empty == "nothing may be destroyed today"
    done = purge.propose(vault, plan, TODAY)
    assert done.facts["until"] == TODAY + timedelta(days=10)
    soon, then = TODAY + timedelta(days=9), TODAY + timedelta(days=10)
    waiting = purge.plan(vault, soon)
    assert (waiting.items, waiting.unproposed, len(waiting.waiting)) == ((), (), 1)
    assert f"{CODE}, recordings: proposed, and destroyed by coach purge --expired from {then} on" in (
        waiting.summary()
    )
    assert waiting.listing(proposes=True).empty == "there is nothing to propose"
    # What was proposed is ripe, what became due since then is not.
    assert purge.plan(vault, then).items[0].records == 2
    assert purge.destroy(vault, plan.unproposed, soon).items == ()
    assert len(purge.destroy(vault, plan.unproposed, then).items) == 1
    assert documents(vault, "recordings") == [date(2026, 11, 1)]


def test_a_record_that_is_due_later_has_days_of_grace_of_its_own(vault: Vault) -> None:
    grace(vault, 10)
    early = date(2026, 9, 2)
    purge.propose(vault, purge.plan(vault, early), early)
    plan = purge.plan(vault, TODAY)
    assert [item.records for item in plan.items] == [1]
    assert [item.records for item in plan.unproposed] == [1]


def test_a_proposal_of_a_drawer_counts_for_its_rule_and_day_alone(vault: Vault) -> None:
    grace(vault, 10)
    with vault.change() as change:
        values = {"of": "notes", "rule": "raw_notes", "proposed_on": date(2026, 1, 1)}
        change.add("proposal", FOLDER, {**values, "due_on": date(2026, 1, 1)})
        contract = vault.load(FOLDER, "contract", Contract)[0]
        change.update(contract, {"ended_on": date(2025, 2, 1), "ended_by": "term"})
    then = date(2027, 7, 1)
    assert "notes" in {item.drawer for item in purge.plan(vault, then).unproposed}
    assert "notes" not in {item.drawer for item in purge.plan(vault, then).items}


def test_a_client_can_be_held_back_after_the_proposal(vault: Vault) -> None:
    grace(vault, 10)
    purge.propose(vault, purge.plan(vault, TODAY), TODAY)
    clients.hold(vault, CODE, "a claim", None)
    assert not purge.plan(vault, TODAY + timedelta(days=30)).items


def test_status_counts_what_is_proposed(vault: Vault, tmp_path: Path) -> None:
    grace(vault, 10)
    purge.propose(vault, purge.plan(vault, TODAY), TODAY)
    shown = status.show(vault, TODAY, tmp_path / "identity").item
    assert isinstance(shown, status.Status)
    assert (shown.expired, shown.proposed) == (0, 1)
    assert len(vault.load(FOLDER, "identity", Proposal)) == 1


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_without_days_of_grace_there_is_nothing_to_propose(
    coach: Vault, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run("purge", "--propose", *words) == 10
    shown = capsys.readouterr()
    assert "sets no days of grace" in shown.err
    assert "reached its term" not in shown.err
    with pytest.raises(RefusedError):
        purge.propose(coach, purge.plan(coach, TODAY), TODAY)


# --- a person's request


def test_a_request_reaches_all_but_what_a_duty_keeps(vault: Vault) -> None:
    found = erase.plan(vault, NAME, (), TODAY)
    assert {item.drawer for item in found.items} == {"notes", "log", "recordings"}
    kept = {row.drawer: row.reason for row in found.kept}
    assert all(row.records for row in found.kept)
    assert kept.keys() == {"contract", "billing", "identity"}
    assert kept["billing"].startswith("the law asks for it until ")
    assert kept["contract"].startswith("claims may be made on it until ")
    receipt = erase.destroy(vault, NAME, found, TODAY)
    assert set(vault.drawers(FOLDER)) == {"identity", "contract", "billing"}
    assert {stone.rule for stone in receipt.stones} == {"erasure_request"}
    assert receipt.proof
    assert not receipt.proof.findings


def test_a_request_names_drawers(vault: Vault) -> None:
    found = erase.plan(vault, NAME, ["notes", "billing"], TODAY)
    assert [item.drawer for item in found.items] == ["notes"]
    assert [row.drawer for row in found.kept] == ["billing"]
    erase.destroy(vault, NAME, found, TODAY)
    assert "notes" not in vault.drawers(FOLDER)
    assert "log" in vault.drawers(FOLDER)
    with pytest.raises(NotFoundError):
        erase.plan(vault, NAME, ["notes"], TODAY)


def test_a_request_of_someone_who_signed_nothing_leaves_nothing(vault: Vault) -> None:
    with vault.change() as change:
        change.add("client", "b" * 16, {"code": "C-3333", "name": "Zoé"})
        change.add("note", "b" * 16, {"on": TODAY, "text": "first talk"})
    found = erase.plan(vault, "Zoé", (), TODAY)
    assert not found.kept
    erase.destroy(vault, "Zoé", found, TODAY)
    assert vault.folders() == (FOLDER,)


def test_a_hold_refuses_a_request(vault: Vault) -> None:
    clients.hold(vault, CODE, "a claim", None)
    with pytest.raises(RefusedError):
        erase.plan(vault, NAME, (), TODAY)


def test_a_hold_that_comes_before_the_destruction_refuses_it(vault: Vault) -> None:
    found = erase.plan(vault, NAME, (), TODAY)
    clients.hold(vault, CODE, "a claim", None)
    with pytest.raises(RefusedError):
        erase.destroy(vault, NAME, found, TODAY)
    assert "notes" in vault.drawers(FOLDER)


@pytest.mark.parametrize("country", COUNTRIES)
def test_no_country_lets_a_request_reach_accounts_contracts_and_complaints(country: str) -> None:
    rules = schedule.load(country)
    for drawer in ("billing", "contract", "complaints"):
        for conditions in ((), ("online_consumer", "bnc")):
            rule = rules.rule_of("client", drawer, conditions)
            assert rule.duty or rule.floor
    assert not rules.rule_of("client", "notes").duty
    assert not rules.rule_of("client", "contract", ("prospect",)).duty


# --- notes


def test_a_note_is_destroyed_and_the_others_stay(vault: Vault) -> None:
    before = {record.text: record for record in vault.load(FOLDER, "notes", Note)}
    receipt = note.destroy(vault, NAME, before["note 0"].id[:6])
    assert [record.text for record in vault.load(FOLDER, "notes", Note)] == ["note 1"]
    assert receipt.stones[0].rule == "removal"
    assert receipt.proof
    assert not receipt.proof.findings
    clients.hold(vault, CODE, "a claim", None)
    with pytest.raises(RefusedError):
        note.destroy(vault, NAME, before["note 1"].id)


# --- receipt, certificate, places


def test_a_leak_is_said_after_what_was_destroyed(vault: Vault) -> None:
    text = b"schema: note/1\nid: %s\nfolder: %s\ndrawer: notes\n" % (b"c" * 16, FOLDER.encode())
    assert vault.history
    vault.history.run("hash-object", "-w", "--stdin", data=text)
    receipt = erase.destroy(vault, NAME, erase.plan(vault, NAME, ["notes"], TODAY), TODAY)
    assert any("holds a destroyed record in the clear" in line for line in receipt.done().lines)
    with pytest.raises(FindingsError):
        receipt.refuse()


def test_the_places_that_may_still_hold_it(vault: Vault) -> None:
    assert place.listing(vault).items == ()
    erase.destroy(vault, NAME, erase.plan(vault, NAME, ["notes"], TODAY), TODAY)
    assert vault.history
    vault.history.run("remote", "add", "origin", "/nowhere")
    assert {"the remote", "backups of the vault's folder"} <= places(vault)


def test_a_device_that_has_not_obeyed_every_tombstone_may_still_hold_it(vault: Vault) -> None:
    """Whatever its clock said: the one that synced on a later day had not heard of it."""
    with vault.change() as change:
        settings = vault.load(vault.practice, "settings", Settings)[0]
        devices = [
            {"id": letter * 16, "label": label, "last_sync": NOW + timedelta(days=days), "tombstones": count}
            for letter, label, days, count in (
                ("b", "old one", 0, None), ("c", "late one", 1, 0), ("d", "this one", 0, 0),
                ("e", "new one", 0, 1),
            )
        ]  # fmt: skip
        change.update(settings, {"devices": devices})
    (vault.root / sync.DEVICE).write_text("d" * 16)
    erase.destroy(vault, NAME, erase.plan(vault, NAME, ["notes"], TODAY), TODAY)
    assert places(vault) == {"old one", "late one", "backups of the vault's folder"}


def test_a_kit_made_after_the_destruction_opens_nothing_of_it(vault: Vault) -> None:
    """On the same day too, which is when one is told to make a new one."""
    identity.make_kit(vault, lambda _secret, _vault: None)
    erase.destroy(vault, NAME, erase.plan(vault, NAME, ["notes"], TODAY), TODAY)
    assert "the recovery kit" in places(vault)
    identity.make_kit(vault, lambda _secret, _vault: None)
    assert "the recovery kit" not in places(vault)


def places(vault: Vault) -> set[str]:
    return {row.place for row in place.listing(vault).items if isinstance(row, place.Place)}


def test_the_certificate_has_no_name(coach: Vault, tmp_path: Path) -> None:
    target = tmp_path / "certificate.pdf"
    assert run("purge", "--expired", "--yes", "--certificate", str(target)) == 0
    reader = PdfReader(target)
    text = "".join(page.extract_text() for page in reader.pages)
    (stone,) = tombstone.read_all(coach.root)
    flat = "".join(text.split())
    assert FOLDER in flat
    assert stone.key_sha256 in flat
    assert "recordings" in flat
    for word in ("Augustine", "Rousseau", CODE, "note 0"):
        assert word not in text
        assert word not in str(reader.metadata)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_certificate_in_both_languages(vault: Vault, language: str) -> None:
    receipt = purge.destroy(vault, purge.plan(vault, TODAY).items, TODAY)
    tongue.use(language)
    try:
        pages = PdfReader(io.BytesIO(certificate.make(vault, receipt).data)).pages
    finally:
        tongue.use("en")
    assert len(pages) == 1
    text = "".join(page.extract_text() for page in pages)
    assert {"fr": "Certificat de destruction", "en": "Certificate of destruction"}[language] in text


# --- the commands


def test_purge_alone_says_how_to_go_on(coach: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("purge") == 2
    assert "coach purge --expired" in capsys.readouterr().err
    assert run("purge", "--expired", "--propose") == 2
    assert "exclude each other" in capsys.readouterr().err
    assert documents(coach, "recordings")


def test_purge_for_a_script(coach: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("purge", "--expired", "--yes", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["records"] == 2
    assert facts["proof"]["findings"] == []
    assert facts["proof"]["rate"] > 0
    assert len(facts["keys_sha256"]) == 1
    assert facts["beyond_reach"]
    assert documents(coach, "recordings") == [date(2026, 11, 1)]


def test_a_receipt_for_a_script_stands_beside_what_is_kept(
    coach: Vault, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("erase", NAME, "--yes", "--json") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["records"]
    assert "coach: billing is kept: the law asks for it until " in shown.err
    assert "billing" in coach.drawers(FOLDER)


def test_what_would_be_due_on_another_day_is_said_as_such(
    coach: Vault, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("purge", "--expired", "--dry-run", "--as-of", "2040-01-01") == 0
    told = capsys.readouterr().err
    assert told.startswith("coach: 1 drawer would be due on 2040-01-01\n")
    assert "reached" not in told
    assert coach.drawers(FOLDER)


def test_a_proof_is_told_without_jargon_and_plurals(coach: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("purge", "--expired", "--yes") == 0
    (told,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("proof: ")]
    assert re.fullmatch(
        r"proof: objects of git looked at: \d+; age files tried with up to \d+ keys: \d+; "
        r"older versions of what is kept: \d+; opened by no key that is left: \d+",
        told,
    )
    assert tombstone.read_all(coach.root)


def test_erase_shows_the_plan_and_asks(coach: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("erase", NAME, "--dry-run") == 0
    shown = capsys.readouterr()
    assert f"{CODE}\tnotes\t2\tto_erase" in shown.out
    assert f"{CODE}\tbilling\t1\tkept\tthe law asks for it" in shown.out
    # The plan has the reasons: they are not said again.
    assert shown.err.startswith("coach: you have not said whether copies lie outside the vault")
    assert shown.err.count("\n") == 1
    # Nobody is there to type the number.
    assert run("erase", NAME) == 2
    assert "notes" in coach.drawers(FOLDER)
    assert run("erase", NAME, "--drawer", "notes", "--yes") == 0
    assert "notes" not in coach.drawers(FOLDER)
    assert "proof: " in capsys.readouterr().out


def test_note_remove_destroys_or_keeps_history(coach: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = coach.load(FOLDER, "notes", Note)
    assert run("note", "remove", NAME, first.id) == 0
    assert "open until its drawer is destroyed" in capsys.readouterr().out
    assert not tombstone.read_all(coach.root)
    assert run("note", "remove", NAME, second.id, "--destroy", "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["records"] == 1
    assert tombstone.read_all(coach.root)[0].ids == (second.id,)


def test_doctor_finds_a_destroyed_record_and_a_destroyed_key_that_came_back(
    coach: Vault, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = coach.load(FOLDER, "notes", Note)[0]
    record = coach.root / layout.record_path(FOLDER, "notes", gone.id)
    key = coach.root / layout.key_path(FOLDER, "notes")
    before = {path: path.read_bytes() for path in (record, key)}
    note.destroy(coach, NAME, gone.id)
    for path, data in before.items():
        path.write_bytes(data)
    assert run("doctor") == 13
    shown = capsys.readouterr().out
    assert "a destroyed key came back" in shown
    assert "a destroyed record came back" in shown


def test_doctor_resumes_and_rolls_back(coach: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(code: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal, "_apply", _interrupted)
            with pytest.raises(KeyboardInterrupt):
                clients.edit(coach, NAME, {"phone": code}, None)

    interrupt("11")
    assert run("doctor", "--rollback", "--json") == 0
    assert json.loads(capsys.readouterr().out)["rolled_back"] is True
    interrupt("22")
    assert run("doctor", "--resume", "--json") == 0
    assert json.loads(capsys.readouterr().out)["resumed"] is True
    assert coach.load(FOLDER, "identity", Client)[0].phone == "22"


def _interrupted(*_words: object) -> None:
    raise KeyboardInterrupt


def test_a_place_out_of_reach_is_always_named(vault: Vault) -> None:
    assert len(destruction.beyond_reach(vault)) == 2
