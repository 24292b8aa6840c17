"""Consents: what was answered and to which words, what takes whose place, what a withdrawal leads to."""

from datetime import date
import hashlib

from engaged_world import TODAY, World
from leak import leaks
import pytest

from coachvault.actions import consent as action
from coachvault.actions import who
from coachvault.errors import RefusedError
from coachvault.ethics import wording as texts
from coachvault.records.consent import Consent, allowed
from coachvault.records.note import Note
from coachvault.vault import layout

GUARDIAN = {"id": "abcdefghijklmnop", "name": "Odile Marteau"}
NOV = [date(2026, 11, day) for day in range(1, 31)]


@pytest.fixture
def zoe(world: World) -> str:
    """A client with a contract that lets a sponsor know two things."""
    folder = world.enter("Zoé Marteau")
    house = world.enter("Verger et Fils", "organisation")
    world.agree(folder, kind="tripartite", sponsor=house, sponsor_report=["attendance", "goals"])
    return folder


def record(world: World, type_: str, *words: str) -> str:
    given = () if "--answer" in words else ("--answer", "given")
    return str(world.facts("consent", "record", "C-MART", "--type", type_, *given, *words)["consent"])


def is_live_on(world: World, folder: str, day: date) -> bool:
    found = action.current(world.opened(), folder, "recording", day)
    return found is not None and found.is_live(day)


def states(world: World) -> list[tuple[str, str]]:
    return [(row["type"], row["state"]) for row in world.rows("consent", "list", "zoé")]


def test_scope_and_version_are_never_empty(world: World, zoe: str) -> None:
    for type_ in texts.TYPES:
        record(world, type_)
    for consent in world.load(zoe, "consents", Consent):
        assert consent.scope
        assert consent.wording
        assert consent.version == hashlib.sha256(consent.wording.encode()).hexdigest()
        assert consent.version == texts.version(texts.text(consent.type, "en"))


def test_the_words_that_were_said_are_those_that_are_kept(world: World, zoe: str) -> None:
    words = "  Vous pouvez enregistrer.\r\nPas plus. "
    world.coach(
        "consent", "record", "zoé", "--type", "recording", "--answer", "given", "--file", "-", stdin=words
    )
    (found,) = world.load(zoe, "consents", Consent)
    assert found.wording == "  Vous pouvez enregistrer.\nPas plus."
    assert found.version == hashlib.sha256(found.wording.encode()).hexdigest()
    assert "Pas plus." in world.coach("consent", "show", "zoé").out


def test_the_text_that_is_read_aloud_is_the_one_that_is_kept(world: World, zoe: str) -> None:
    record(world, "supervision")
    (found,) = world.load(zoe, "consents", Consent)
    assert world.coach("consent", "text", "supervision").out.strip() == found.wording
    french = world.facts("consent", "text", "supervision", "--language", "fr")
    assert french["message"].startswith("Le coach est supervisé.")
    assert french["version"] != found.version


def test_a_client_hears_the_text_in_their_language(world: World) -> None:
    folder = world.enter("Zoé Marteau", language="fr")
    record(world, "supervision")
    (found,) = world.load(folder, "consents", Consent)
    assert found.version == texts.version(texts.text("supervision", "fr"))


@pytest.mark.usefixtures("zoe")
def test_a_new_answer_takes_the_place_of_the_former_and_history_stays(world: World) -> None:
    record(world, "supervision", "--on", "2026-11-10")
    record(world, "supervision", "--answer", "refused", "--on", "2026-11-11")
    record(world, "recording")
    assert states(world) == [("supervision", "replaced"), ("supervision", "refused"), ("recording", "live")]


def test_the_last_of_two_answers_of_one_second_counts(world: World, zoe: str) -> None:
    """The clock of the test stands still: only what an answer replaces tells which came last."""
    for answer in ("given", "refused", "given", "refused"):
        record(world, "supervision", "--answer", answer)
    vault = world.opened()
    found = action.current(vault, zoe, "supervision", date.fromisoformat(TODAY))
    assert found
    assert found.answer == "refused"


@pytest.mark.parametrize(
    ("day", "is_live"),
    [(NOV[4], False), (NOV[5], True), (NOV[9], True), (NOV[10], False), (NOV[29], False)],
)
def test_a_consent_lives_from_its_day_to_its_withdrawal(
    day: date, *, is_live: bool, world: World, zoe: str
) -> None:
    record(world, "recording", "--on", "2026-11-06")
    world.coach("consent", "withdraw", "zoé", "--type", "recording", "--on", "2026-11-11")
    assert is_live_on(world, zoe, day) == is_live


def test_a_consent_is_live_on_its_last_day_and_not_after(world: World, zoe: str) -> None:
    record(world, "recording", "--on", "2026-11-06", "--until", "2026-11-20")
    assert is_live_on(world, zoe, NOV[19])
    assert not is_live_on(world, zoe, NOV[20])
    assert states(world) == [("recording", "over")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "was not asked for the consent “recording”"),
        (("--answer", "refused"), "has refused the consent “recording”"),
        (("--until", "2026-11-21", "--on", "2026-11-01"), "is over"),
    ],
)
def test_what_needs_a_consent_names_the_command_that_records_it(
    words: tuple[str, ...], says: str, world: World, zoe: str
) -> None:
    if words:
        record(world, "recording", *words)
    vault = world.opened()
    client = who.find(vault, "zoé")
    assert client.folder == zoe
    with pytest.raises(RefusedError, match=says) as caught:
        action.require(vault, client, "recording", date.fromisoformat(TODAY))
    assert caught.value.hint.endswith("coach consent record C-MART --type recording")


REFUSED = {
    "withdrawn_early": (
        ("record", "zoé", "--type", "recording", "--answer", "given", "--on", "2026-11-10"),
        ("withdraw", "zoé", "--type", "recording", "--on", "2026-11-09"),
        "was given on 2026-11-10, after that day",
    ),
    "refusal_withdrawn": (
        ("record", "zoé", "--type", "recording", "--answer", "refused"),
        ("withdraw", "zoé", "--type", "recording"),
        "that is a refusal",
    ),
    "withdrawn_when_over": (
        (
            "record",
            "zoé",
            "--type",
            "recording",
            "--answer",
            "given",
            "--on",
            "2026-11-01",
            "--until",
            "2026-11-10",
        ),
        ("withdraw", "zoé", "--type", "recording", "--on", "2026-11-11"),
        "is over already",
    ),
    "identical": (
        ("record", "zoé", "--type", "referral", "--answer", "given", "--item", "phone", "--on", "2026-11-10"),
        ("record", "zoé", "--type", "referral", "--answer", "given", "--item", " phone "),
        "has given this very answer already, on 2026-11-10",
    ),
    "identical_refusal": (
        ("record", "zoé", "--type", "recording", "--answer", "refused"),
        ("record", "zoé", "--type", "recording", "--answer", "refused"),
        "has given this very answer already",
    ),
    "items_of_none": (
        (),
        ("record", "zoé", "--type", "recording", "--answer", "given", "--item", "sessions"),
        "nothing is named in an answer of this kind",
    ),
    "items_of_a_refusal": (
        (),
        ("record", "zoé", "--type", "referral", "--answer", "refused", "--item", "phone"),
        "nothing is named in an answer of this kind",
    ),
    "beyond_the_contract": (
        (),
        (
            "record",
            "zoé",
            "--type",
            "sponsor_report",
            "--answer",
            "given",
            "--item",
            "attendance",
            "--item",
            "closing",
        ),
        "the consent “report to the sponsor” cannot name that",
    ),
    "no_such_category": (
        (),
        ("record", "zoé", "--type", "special_categories", "--answer", "given", "--item", "marteau"),
        "the consent “sensitive data” cannot name that",
    ),
    "guardian_of_none": (
        (),
        ("record", "zoé", "--type", "recording", "--answer", "given", "--by", "guardian"),
        "is not protected and decides alone",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.usefixtures("zoe")
def test_an_answer_that_cannot_be_is_refused(name: str, world: World) -> None:
    first, then, says = REFUSED[name]
    if first:
        world.coach("consent", *first)
    assert "marteau" not in world.refuses(says, "consent", *then).err.lower()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--type", "recording", "--until", "2026-11-01"), "--until: expected a day that is not before"),
        (("--type", "recording", "--on", "2026-11-23"), "--on: the date is in the future"),
        (("--type", "marteau"), "--type: expected one of: supervision"),
        (("--type", "recording", "--answer", "marteau"), "--answer: expected one of: given, refused"),
        (("--type", "recording", "--wording", "\x07"), "--wording: expected text"),
    ],
)
@pytest.mark.usefixtures("zoe")
def test_a_value_that_is_wrong_is_named_by_its_option(
    words: tuple[str, ...], says: str, world: World
) -> None:
    given = () if "--answer" in words else ("--answer", "given")
    assert "marteau" not in world.refuses(says, "consent", "record", "zoé", *given, *words, code=5).err


def test_fields_come_from_a_file_and_none_of_ours_does(world: World, zoe: str) -> None:
    text = "type: referral\nanswer: given\nitems: [phone]\nrecipient: Dr Tilleul\n"
    world.coach("consent", "record", "zoé", "--from", "-", stdin=text)
    (found,) = world.load(zoe, "consents", Consent)
    assert (found.items, found.recipient) == (("phone",), "Dr Tilleul")
    wrong = text + "version: " + "a" * 64 + "\n"
    world.refuses(
        "stdin:5:1: expected a known", "consent", "record", "zoé", "--from", "-", code=5, stdin=wrong
    )


@pytest.mark.usefixtures("zoe")
def test_a_second_withdrawal_is_refused(world: World) -> None:
    name = record(world, "recording")
    world.coach("consent", "withdraw", "zoé", name[:6])
    world.refuses("is withdrawn already", "consent", "withdraw", "zoé", name[:6])
    world.refuses("is withdrawn already", "consent", "withdraw", "zoé", "--type", "recording")
    record(world, "recording")
    world.refuses("is withdrawn already", "consent", "withdraw", "zoé", name[:6])


@pytest.mark.parametrize("type_", ["reference_name", "testimonial", "log_contact", "referral"])
def test_what_was_not_given_for_longer_ends_with_the_coaching(type_: str, world: World, zoe: str) -> None:
    record(world, type_, "--on", "2026-11-01")
    world.coach("client", "close", "zoé", "--by", "term", "--on", "2026-11-20")
    (found,) = world.load(zoe, "consents", Consent)
    assert found.until == date(2026, 11, 20)
    assert not found.is_live(date(2026, 11, 21))


@pytest.mark.parametrize(
    ("type_", "more"),
    [("testimonial", ["--after-end"]), ("supervision", []), ("referral", ["--until", "2026-11-10"])],
)
def test_what_was_given_for_longer_or_serves_the_coaching_stays_as_it_was(
    type_: str, more: list[str], world: World, zoe: str
) -> None:
    record(world, type_, "--on", "2026-11-01", *more)
    before = world.load(zoe, "consents", Consent)
    world.coach("client", "close", "zoé", "--by", "term", "--on", "2026-11-20")
    assert world.load(zoe, "consents", Consent) == before


@pytest.mark.usefixtures("zoe")
def test_an_answer_is_never_taken_as_given(world: World) -> None:
    words = ("consent", "record", "zoé")
    world.refuses("--answer is missing", *words, "--type", "recording", code=2)
    world.refuses("expected one of: given", *words, "--from", "-", code=5, stdin="type: recording\n")
    assert states(world) == []


def test_what_was_done_on_the_day_of_a_withdrawal_was_allowed_and_nothing_more_is(
    world: World, zoe: str
) -> None:
    record(world, "recording", "--on", "2026-11-06")
    world.coach("consent", "withdraw", "zoé", "--type", "recording", "--on", "2026-11-11")
    consents = world.load(zoe, "consents", Consent)
    assert [bool(allowed(consents, "recording", day)) for day in NOV[4:12]] == [0, 1, 1, 1, 1, 1, 1, 0]
    assert not is_live_on(world, zoe, NOV[10])


def test_what_was_done_on_the_day_of_another_answer_was_allowed_by_either(world: World, zoe: str) -> None:
    for on, answer in ((NOV[5], "given"), (NOV[9], "refused"), (NOV[14], "given"), (NOV[14], "refused")):
        record(world, "recording", "--on", on.isoformat(), "--answer", answer)
    consents = world.load(zoe, "consents", Consent)
    assert [day.day for day in NOV if allowed(consents, "recording", day)] == [6, 7, 8, 9, 10, 15]


@pytest.mark.usefixtures("zoe")
def test_one_of_an_earlier_day_is_not_what_counts_after_the_withdrawal(world: World) -> None:
    record(world, "recording")
    record(world, "recording", "--on", "2026-11-10", "--scope", "the first session")
    assert states(world) == [("recording", "replaced"), ("recording", "live")]
    world.coach("consent", "withdraw", "zoé", "--type", "recording")
    assert states(world) == [("recording", "replaced"), ("recording", "withdrawn")]


def test_a_report_at_the_end_may_be_consented_to(world: World, zoe: str) -> None:
    world.coach("contract", "end", "zoé", "--by", "sponsor")
    with world.opened().change() as change:
        change.add("contract", zoe, {"kind": "tripartite", "sponsor_report": ["closing"]})
    record(world, "sponsor_report")
    (found,) = world.load(zoe, "consents", Consent)
    assert found.items == ("attendance", "goals")


@pytest.mark.parametrize("type_", ["reference_name", "testimonial"])
def test_where_the_law_alone_lifts_secrecy_nobody_is_named_or_quoted(type_: str, world: World) -> None:
    folder = world.enter("Zoé Marteau")
    world.agree(folder, confidentiality_exceptions="law")
    words = ("consent", "record", "zoé", "--type", type_)
    told = world.refuses("says that the client is named nowhere", *words, "--answer", "given")
    assert "coach contract amend C-MART" in told.err
    world.coach(*words, "--answer", "refused")
    record(world, "supervision")


@pytest.mark.usefixtures("zoe")
def test_what_was_replaced_is_not_withdrawn(world: World) -> None:
    name = record(world, "supervision")
    record(world, "supervision", "--scope", "the session of 3 May alone")
    world.refuses("is over already", "consent", "withdraw", "zoé", name)


@pytest.mark.usefixtures("zoe")
def test_what_was_never_asked_is_not_withdrawn(world: World) -> None:
    said = "was never asked for the consent “recording”"
    world.refuses(said, "consent", "withdraw", "zoé", "--type", "recording", code=4)
    world.refuses("--type is missing", "consent", "withdraw", "zoé", code=2)
    world.refuses("exclude each other", "consent", "withdraw", "zoé", "abc", "--type", "recording", code=2)


@pytest.mark.usefixtures("zoe")
def test_a_report_is_bounded_by_the_contract(world: World) -> None:
    record(world, "sponsor_report", "--item", "goals", "--on", "2026-11-20")
    record(world, "sponsor_report")
    assert [row["items"] for row in world.rows("consent", "list")] == [["goals"], ["attendance", "goals"]]


@pytest.mark.parametrize("kind", [None, "individual"])
def test_without_a_sponsor_to_report_to_there_is_nothing_to_allow(kind: str | None, world: World) -> None:
    folder = world.enter("Zoé Marteau")
    if kind:
        world.agree(folder, kind=kind)
    words = ("consent", "record", "zoé", "--type", "sponsor_report", "--answer", "given")
    world.refuses("has no signed contract with a sponsor", *words)
    record(world, "sponsor_report", "--answer", "refused")


def test_a_guardian_decides_for_who_is_protected(world: World) -> None:
    folder = world.enter("Zoé Marteau", protected="minor", guardians=[GUARDIAN])
    words = ("consent", "record", "zoé", "--type", "recording")
    world.refuses("is protected: a consent is given by a guardian", *words, "--answer", "given")
    world.coach(*words, "--by", "guardian", "--answer", "given")
    (found,) = world.load(folder, "consents", Consent)
    assert found.by == "guardian"
    world.coach(*words, "--answer", "refused")  # to refuse is anybody's right


def test_a_guardian_must_be_known(world: World) -> None:
    world.enter("Zoé Marteau", protected="vulnerable")
    words = ("consent", "record", "zoé", "--type", "recording", "--answer", "given", "--by", "guardian")
    world.refuses("no guardian of C-MART is known", *words)


def test_recordings_are_due_once_their_consent_is_withdrawn(world: World, zoe: str) -> None:
    record(world, "recording", "--on", "2026-11-01")
    facts = {"on": "2026-11-02", "role": "rendered", "title": "séance", "format": "opus"}
    with world.opened().change() as change:
        kept = change.attach(zoe, "recordings", facts, b"son")

    def term() -> dict[str, object]:
        found = world.rows("retention", "explain", "zoé")
        return next(row for row in found if row["drawer"] == "recordings")

    assert term()["state"] == "waiting"
    said = world.coach("consent", "withdraw", "zoé", "--type", "recording", "--on", "2026-11-20").out
    assert f"there are {kept.id[:6]}: coach erase C-MART --drawer recordings" in said
    assert (term()["state"], term()["due"]) == ("expired", "2026-11-20")
    world.coach("erase", "zoé", "--drawer", "recordings", "--yes")
    assert world.opened().record_ids(zoe, "recordings") == ()


def test_sensitive_notes_need_a_consent_that_allows_them(world: World, zoe: str) -> None:
    words = ("note", "add", "zoé", "--text", "Marqueur")
    world.refuses("was not asked for the consent “sensitive data”", *words, "--special", "health")
    record(world, "special_categories", "--item", "health", "--on", "2026-11-10")
    world.coach(*words, "--special", "health")
    world.refuses("allows other sensitive data", *words, "--special", "health", "--special", "union")
    world.refuses("--special: expected one of", *words, "--special", "Marqueur", code=5)
    world.refuses("was not asked", *words, "--special", "health", "--on", "2026-11-09")
    world.refuses("was not asked", "note", "edit", "zoé", "--on", "2026-11-09")
    world.coach(*words)  # which holds none
    (note,) = [note for note in world.load(zoe, "notes", Note) if note.special]
    said = world.coach("consent", "withdraw", "zoé", "--type", "special_categories").out
    assert f"{note.id[:6]}: coach note remove C-MART ID --destroy" in said
    # Nothing more of that kind is written, of a day on which it was allowed neither.
    world.refuses("has withdrawn the consent", *words, "--special", "health", "--on", "2026-11-12")


@pytest.mark.usefixtures("zoe")
def test_a_list_of_all_goes_by_client(world: World) -> None:
    world.enter("Abel Pommier")
    record(world, "recording")
    world.coach("consent", "record", "abel", "--type", "remote_tools", "--answer", "given", "--item", "Jitsi")
    assert [row["code"] for row in world.rows("consent", "list")] == ["C-POMM", "C-MART"]
    assert leaks([world.root], ["Marteau", "Pommier", "Jitsi", "coach may record"]) == []


def test_another_consent_keeps_no_recording_of_the_one_that_was_withdrawn(world: World, zoe: str) -> None:
    def recording(on: str) -> str:
        place = world.root.parent / f"{on}.mp3"
        place.write_bytes(on.encode())
        words = ("file", "add", "zoé", str(place), "--recording", "--name", "séance.mp3", "--on", on)
        added: str = world.facts(*words)["file"]
        return added

    def due() -> list[list[str]]:
        return [row["ids"] for row in world.rows("purge", "--expired", "--dry-run")]

    record(world, "recording", "--on", "2026-11-01")
    old = recording("2026-11-02")
    world.coach("consent", "withdraw", "zoé", "--type", "recording", "--on", "2026-11-10")
    record(world, "recording", "--on", "2026-11-12")
    new = recording("2026-11-13")
    assert due() == [[old]]
    world.coach("purge", "--expired", "--yes")
    assert world.opened().record_ids(zoe, "recordings") == (new,)
    assert due() == []
    (stone,) = (world.root / layout.TOMBSTONES).iterdir()
    assert "consent_end" in stone.read_text()
