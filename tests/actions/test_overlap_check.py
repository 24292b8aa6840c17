"""The conflict check on a vault: what the coach sees of it, and what stands in nobody's file."""

from collections.abc import Sequence

from engaged_world import World
from leak import leaks
import pytest
from terminal_world import Terminal, show

from coachvault.actions import overlap, reader
from coachvault.crypto import box, keys
from coachvault.records.base import Record
from coachvault.records.event import ConflictCheck
from coachvault.vault import layout, yamlfile
from coachvault.vault.store import Vault

WORDS = ("Zoé", "Marteau", "Abel", "Pommier", "Odile", "06 12 34")


@pytest.fixture
def pair(world: World) -> tuple[str, str]:
    """Two clients: Zoé's manager is Abel, whose stories name her; their phones are the same."""
    house = world.enter("Verger et Fils", "organisation")
    zoe = world.enter("Zoé Marteau", manager="Pommier Abel", phone="06 12 34 56 78", employer=house)
    abel = world.enter("Abel Pommier", phone="+33612345678", employer=house)
    world.add("note", abel, {"on": "2026-11-20", "text": "Odile et Zoé Marteau"})
    world.add("cast", abel, {"name": "ZOÉ MARTEAU", "role": "subordonnée"})
    return zoe, abel


def texts(world: World, folder: str) -> str:
    """Return every record of a folder as it is written."""
    vault = world.opened()
    found = (record for drawer in vault.drawers(folder) for record in vault.load(folder, drawer, Record))
    return "\n".join(yamlfile.dump(record) for record in map(_plain, found))


def _plain(record: Record) -> dict[str, str]:
    return {name: str(getattr(record, name)) for name in record.__struct_fields__}


@pytest.mark.usefixtures("pair")
def test_ties_are_listed_by_code_and_kind(world: World) -> None:
    found = world.coach("conflict", "check", "zoé")
    rows = [tuple(line.split("\t")) for line in found.out.splitlines()]
    assert rows == [
        ("C-POMM", "client", "same_employer"),
        ("C-POMM", "client", "is_manager"),
        ("C-POMM", "client", "names_them"),
        ("C-POMM", "client", "same_phone"),
    ]
    assert not any(word in found.out + found.err for word in WORDS)
    assert {row["tie"] for row in world.rows("conflict", "check", "abel")} >= {"reports_to", "in_cast"}
    assert {row["tie"] for row in world.rows("conflict", "check", "verger")} == {"same_employer"}


def test_looking_writes_nothing(world: World, pair: tuple[str, str]) -> None:
    assert "nothing is recorded yet" in world.coach("conflict", "check", "zoé").err
    assert world.load(pair[0], "contract", ConflictCheck) == ()


@pytest.mark.usefixtures("pair")
def test_an_answer_on_record_is_said(world: World) -> None:
    world.coach("conflict", "check", "zoé", "--answer", "declined", "--on", "2026-11-20")
    said = world.coach("conflict", "check", "zoé").err
    assert "the answer of 2026-11-20 is on record: declined" in said
    assert "nothing is recorded yet" not in said


def test_what_is_recorded_is_a_number_and_never_who(world: World, pair: tuple[str, str]) -> None:
    zoe, abel = pair
    before = texts(world, abel)
    said = world.coach("conflict", "check", "zoé", "--answer", "managed").out
    assert "the check of C-MART is recorded: 1 tie, answer managed" in said
    assert "coach conflict add C-MART" in said
    (check,) = world.load(zoe, "contract", ConflictCheck)
    assert (check.matches, check.answer, str(check.on)) == (1, "managed", "2026-11-22")
    assert texts(world, abel) == before
    words = ("POMM", abel, *(word for word in WORDS if word not in ("Zoé", "Marteau", "06 12 34")))
    written = yamlfile.dump(_plain(check))
    assert [word for word in words if word in written] == []
    assert leaks([world.root], WORDS) == []


def test_none_needs_a_reason_where_there_are_ties(world: World, pair: tuple[str, str]) -> None:
    words = ("conflict", "check", "zoé", "--json", "--answer", "none")
    world.refuses("the check of C-MART found ties", *words)
    world.refuses("the text names another client", *words, "--reason", "Abel Pommier was told.")
    world.refuses("the text names another client", *words, "--reason", "Abel Pom\u00admier was told.")
    world.coach(*words, "--reason", "They do not work together.")
    assert world.load(pair[0], "contract", ConflictCheck)[0].reason == "They do not work together."


def test_without_ties_none_needs_none(world: World) -> None:
    world.enter("Zoé Marteau")
    world.enter("Abel Pommier")
    assert world.facts("conflict", "check", "zoé", "--answer", "none")["matches"] == 0
    assert "nobody known is tied to them" in world.coach("conflict", "check", "zoé").err


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        (("--answer", "Marteau"), "--answer: expected one of: none, managed, declined", 5),
        (("--answer", "managed", "--on", "2026-11-23"), "--on: the date is in the future", 5),
    ],
)
@pytest.mark.usefixtures("pair")
def test_an_answer_that_cannot_be_is_refused(
    words: tuple[str, ...], says: str, code: int, world: World
) -> None:
    assert "Marteau" not in world.refuses(says, "conflict", "check", "zoé", *words, code=code).err


@pytest.mark.usefixtures("pair")
def test_who_is_entered_is_compared_and_entered_all_the_same(world: World) -> None:
    result = world.coach("new-client", "Odile Pin", "--phone", "06 12 34 56 78")
    code = result.out.split()[-1]
    assert result.err.count("\n") == 1
    assert f"2 possible conflicts of interest with {code} (C-MART, C-POMM): coach conflict check" in (
        result.err.replace("C-POMM, C-MART", "C-MART, C-POMM")
    )
    assert not any(word in result.err for word in WORDS)
    assert world.coach("new-client", "Basile Saule").err == ""


@pytest.mark.usefixtures("pair")
def test_who_is_entered_is_compared_with_the_stories_of_others(world: World) -> None:
    zoe = world.enter("Odile Pin")
    world.add("cast", zoe, {"name": "Basile Saule"})
    result = world.coach("new-client", "Basile Saule")
    code = result.out.split()[-1]
    assert f"1 possible conflict of interest with {code} (C-ODIL)" in result.err
    (row,) = world.rows("conflict", "check", code)
    assert row["tie"] == "names_them"


@pytest.mark.parametrize("kind", ["org", "group"])
@pytest.mark.usefixtures("pair")
def test_an_organisation_and_a_group_are_compared_too(world: World, kind: str) -> None:
    result = world.coach(kind, "new", "Zoé Marteau")
    code = result.out.split()[-1]
    assert f"2 possible conflicts of interest with {code} (C-MART, C-POMM)" in result.err
    assert world.coach(kind, "new", "Saule").err == ""


def test_what_is_damaged_elsewhere_does_not_keep_anybody_out(world: World) -> None:
    before = set(world.root.rglob("*.yaml.age"))
    world.coach("colleague", "add", "Dr Tilleul", "--trade", "lawyer")
    (colleague,) = set(world.root.rglob("*.yaml.age")) - before
    colleague.write_bytes(colleague.read_bytes()[:-1])
    result = world.coach("new-client", "Odile Pin")
    code = result.out.split()[-1]
    assert f"coach: not everybody could be compared with {code}: coach conflict check {code}\n" in result.err
    assert code in [row["code"] for row in world.rows("client", "list")]
    world.refuses("was truncated or altered", "conflict", "check", code, "--answer", "none", code=7)


@pytest.mark.usefixtures("pair")
def test_the_drawers_of_all_are_opened_in_one_question(world: World) -> None:
    for number in range(12):
        world.enter(f"Client {number}")
    for cache in layout.all_cache_paths():
        (world.root / cache).unlink(missing_ok=True)
    asked: list[int] = []

    class Counting(keys.Identity):
        def unwrap(self, wrapped: Sequence[bytes]) -> list[str]:
            asked.append(len(wrapped))
            return super().unwrap(wrapped)

    secret = world.identity.read_text().split()[-1]
    vault = Vault(world.root, Counting([secret]))
    assert overlap.check(vault, "zoé").others == 1
    # The practice's own drawers, Zoé's, what the index needs of all, and the rest of it.
    assert len(asked) < 12


def test_a_reader_of_some_folders_learns_of_no_other(world: World, pair: tuple[str, str]) -> None:
    third = world.enter("Basile Saule", phone="06 12 34 56 78")
    secret = box.generate()
    reader.add(world.opened(), "Noisette", box.recipient_of(secret), ["zoé", "saule"])
    vault = Vault(world.root, keys.Identity([secret]))
    found = overlap.check(vault, "zoé")
    assert {match.code for match in found.matches} == {"C-BASI"}
    assert third in vault.visible()
    assert pair[1] not in vault.visible()


@pytest.mark.usefixtures("pair")
def test_at_a_terminal_the_answer_is_asked(world: World, terminal: Terminal) -> None:
    child = terminal("--vault", str(world.root), "conflict", "check", "zoé")
    child.expect("is the manager")
    child.expect("What do you decide")
    child.sendline("none")
    child.expect("Why does none of them matter")
    child.sendline("They agreed.")
    assert any("is recorded: 1 tie, answer none" in line for line in show(child))
