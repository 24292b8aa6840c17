"""Conflicts of interest: opened, raised with whom they are about, settled, and listed by lateness."""

from collections.abc import Callable

from engaged_world import World
from leak import leaks
import pytest

from coachvault.records.event import ConflictOfInterest
from coachvault.vault import layout

OPEN = ("conflict", "add", "zoé", "--nature", "tie", "--text", "Marqueur")
SETTLE = ("--outcome", "resolved", "--resolution", "Marqueur réglé", "--harm", "none")


@pytest.fixture
def zoe(world: World) -> str:
    return world.enter("Zoé Marteau")


def opened(world: World, *words: str) -> str:
    return str(world.facts(*OPEN, *words)["conflict"])


def test_a_conflict_is_opened_raised_and_settled(world: World, zoe: str) -> None:
    name = opened(world, "--on", "2026-11-10")
    (found,) = world.load(zoe, "contract", ConflictOfInterest)
    assert (str(found.opened_on), str(found.due_on)) == ("2026-11-10", "2026-11-24")
    world.coach("conflict", "discuss", "zoé", name[:6], "--with", "client", "--on", "2026-11-12")
    world.coach("conflict", "resolve", "zoé", name[:6], *SETTLE, "--on", "2026-11-13")
    (found,) = world.load(zoe, "contract", ConflictOfInterest)
    assert [talk.party for talk in found.talks] == ["client"]
    assert (found.outcome, found.harm, str(found.closed_on)) == ("resolved", "none", "2026-11-13")
    assert "Marqueur" in world.coach("conflict", "show", "zoé").out
    assert leaks([world.root], ["Marqueur"]) == []


@pytest.mark.usefixtures("zoe")
def test_a_day_to_settle_it_may_be_given(world: World) -> None:
    assert world.facts(*OPEN, "--due", "2026-12-31")["due_on"] == "2026-12-31"
    text = "nature: benefit\ntext: Marqueur\nopened_on: 2026-11-01\n"
    world.coach("conflict", "add", "zoé", "--from", "-", stdin=text)
    assert "2026-11-15" in [row["due_on"] for row in world.rows("conflict", "list")]


@pytest.mark.usefixtures("zoe")
def test_what_was_never_raised_is_not_settled_without_a_reason(world: World) -> None:
    opened(world)
    words = ("conflict", "resolve", "zoé", *SETTLE)
    says = "the conflict was not raised with C-MART yet"
    world.refuses(says, *words)
    world.coach("conflict", "discuss", "zoé", "--with", "sponsor")
    world.refuses(says, *words)
    world.coach(*words, "--not-told", "The client is in hospital.")
    assert [row["state"] for row in world.rows("conflict", "list")] == ["resolved"]


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("conflict", "discuss", "zoé", "--with"), "--with"),
        (("follow-up", "add", "zoé", "--due", "2027-01-01", "--what", "x", "--to"), "--to"),
        (("charter", "deliver", "zoé", "--file", __file__, "--to"), "--to"),
    ],
)
def test_nothing_is_said_or_promised_to_a_party_that_nobody_is(
    world: World, zoe: str, words: tuple[str, ...], option: str
) -> None:
    opened(world)
    # Who will pay is not known before there is a contract.
    world.coach(*words, "sponsor")
    world.agree(zoe)
    for nobody in ("sponsor", "guardian", "member"):
        told = world.refuses("C-MART has no such party", *words, nobody).err
        assert f"give {option} one of: client\n" in told
    house = world.enter("Verger et Fils", "organisation")
    world.agree(zoe, kind="tripartite", sponsor=house)
    world.coach(*words, "client")
    if option == "--with":
        world.coach("conflict", "add", "verger", "--nature", "tie", "--text", "x")
        world.coach("conflict", "discuss", "verger", "--with", "sponsor")


def test_a_contract_that_says_stop_ends(world: World, zoe: str) -> None:
    world.agree(zoe, conflict_policy="stop")
    opened(world)
    world.coach("conflict", "discuss", "zoé", "--with", "client")
    words = ("conflict", "resolve", "zoé", "--resolution", "x", "--harm", "none", "--outcome")
    world.refuses("says that a conflict of interest ends it", *words, "resolved")
    assert "the contract still runs: coach contract end C-MART" in world.coach(*words, "ended").err
    assert [row["state"] for row in world.rows("conflict", "list")] == ["ended"]


@pytest.mark.usefixtures("zoe")
def test_overdue_ones_come_first_and_settled_ones_last(world: World, at: Callable[[str], None]) -> None:
    world.enter("Verger et Fils", "organisation")
    opened(world, "--on", "2026-11-20")
    late = ("--nature", "benefit", "--text", "x", "--on", "2026-11-01")
    world.coach("conflict", "add", "verger", *late)
    done = opened(world, "--on", "2026-10-01")
    world.coach("conflict", "discuss", "zoé", done, "--with", "client")
    world.coach("conflict", "resolve", "zoé", done, *SETTLE)
    rows = world.rows("conflict", "list")
    assert [(row["code"], row["state"]) for row in rows] == [
        ("O-VERG", "overdue"),
        ("C-MART", "open"),
        ("C-MART", "resolved"),
    ]
    assert [row["state"] for row in world.rows("conflict", "list", "--open")] == ["overdue", "open"]
    assert [row["state"] for row in world.rows("conflict", "list", "zoé", "--open")] == ["open"]
    at("2026-12-05")
    assert [row["state"] for row in world.rows("conflict", "list", "--open")] == ["overdue"] * 2


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        ((*OPEN, "--due", "2026-11-01", "--on", "2026-11-02"), "--due: expected a day that is not before", 5),
        ((*OPEN, "--on", "2026-11-23"), "--on: the date is in the future", 5),
        ((*OPEN[:3], "--nature", "Marqueur", "--text", "x"), "--nature: expected one of: commercial", 5),
        ((*OPEN[:5],), "--text or --file is missing", 2),
        (("conflict", "discuss", "zoé", "--with", "Marqueur"), "--with: expected one of: client", 5),
        (("conflict", "discuss", "zoé", "zzz", "--with", "client"), "there is no such record", 4),
        (("conflict", "discuss", "zoé", "--with", "client", "--on", "2026-11-09"), "stood on 2026-11-10", 10),
        (("conflict", "discuss", "zoé", "--with", "client", "--on", "2026-11-15"), "is recorded already", 10),
        (("conflict", "resolve", "zoé", *SETTLE, "--on", "2026-11-14"), "stood on 2026-11-15", 10),
        (("conflict", "resolve", "zoé", "--outcome", "Marqueur"), "--outcome: expected one of", 5),
        (("conflict", "resolve", "zoé", *SETTLE[:4]), "--harm is missing", 2),
    ],
)
@pytest.mark.usefixtures("zoe")
def test_what_contradicts_itself_is_refused(
    words: tuple[str, ...], says: str, code: int, world: World
) -> None:
    opened(world, "--on", "2026-11-10")
    world.coach("conflict", "discuss", "zoé", "--with", "client", "--on", "2026-11-15")
    assert "Marqueur" not in world.refuses(says, *words, code=code).err


@pytest.mark.usefixtures("zoe")
def test_what_is_settled_stays_so(world: World) -> None:
    opened(world)
    world.coach("conflict", "discuss", "zoé", "--with", "client")
    world.coach("conflict", "resolve", "zoé", *SETTLE)
    world.refuses("was settled on 2026-11-22", "conflict", "resolve", "zoé", *SETTLE)
    world.refuses("was settled on 2026-11-22", "conflict", "discuss", "zoé", "--with", "client")


@pytest.mark.parametrize("named", ["Abel Pommier", "pommier ABEL", "C-POMM", "d’abel pommier, son chef"])
@pytest.mark.usefixtures("zoe")
def test_no_file_names_another_client(named: str, world: World) -> None:
    world.enter("Abel Pommier")
    says = "the text names another client, in the file of C-MART"
    first = world.refuses(says, *OPEN[:-1], f"Un lien avec {named}.").err
    opened(world)
    world.coach("conflict", "discuss", "zoé", "--with", "client")
    fields = ("--resolution", "--harm", "--not-told")
    told = [world.refuses(says, "conflict", "resolve", "zoé", *SETTLE, field, named).err for field in fields]
    assert "pommier" not in "".join((first, *told)).lower()
    world.coach("conflict", "resolve", "zoé", *SETTLE[:2], "--resolution", "Zoé Marteau", "--harm", "Abel")


def stated(world: World) -> str:
    """Return what the contract says of known conflicts, by a template that says nothing else."""
    path = world.root / layout.TEMPLATES / "en/contract-individual.md.j2"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{% if conflict is defined %}{{ conflict }}{% else %}nothing{% endif %}\n", "utf-8")
    return world.coach("contract", "render", "zoé", "--format", "md", "--output", "-").out.strip()


@pytest.fixture
def managed(world: World, zoe: str) -> None:
    """Zoé has a draft, and what was found is to be managed."""
    assert zoe
    world.coach("contract", "new", "zoé", "--kind", "individual")
    world.coach("conflict", "check", "zoé", "--answer", "managed", "--reason", "same club")


@pytest.mark.usefixtures("managed")
def test_a_contract_states_no_talk_that_did_not_take_place(world: World) -> None:
    assert stated(world) == "nothing"
    opened(world)
    world.coach("conflict", "resolve", "zoé", *SETTLE, "--not-told", "It would do harm.")
    assert stated(world) == "nothing"


@pytest.mark.usefixtures("managed")
def test_a_contract_says_that_what_is_managed_was_talked_over(world: World) -> None:
    opened(world)
    world.coach("conflict", "discuss", "zoé", "--with", "client")
    assert stated(world) == "nothing"
    world.coach("conflict", "resolve", "zoé", *SETTLE)
    assert stated(world) == "managed"
