"""What was agreed on is not got round: by a second contract, by fewer sessions than were held, by a draft."""

from collections.abc import Callable

from engage_world import World, did, make, shown, sign_all
from practice import Practice
from program import Coach, refused, snapshot
import pytest

from coachvault.records.contract import Contract

SOLANGE, GROUP = "thibodeau", "passerelles"
SUPPORT = ("--kind", "solidarity", "--counterpart", "un repas", "--sessions")


@pytest.fixture
def world(practice: Practice) -> World:
    return make(practice)


def agree(*words: str, on: str = "2026-11-20") -> None:
    """Draft a contract with Solange and let it be signed."""
    did("contract", "new", SOLANGE, *words)
    sign_all(SOLANGE, "client", on=on)


def hold(count: int, on: str = "2026-11-21") -> None:
    """Log sessions with Solange."""
    for _number in range(count):
        did("session", "add", SOLANGE, "--minutes", "60", "--on", on, "--override", "paper")


def end(by: str = "term") -> None:
    did("contract", "end", SOLANGE, "--by", by)


def fails(world: World, coach: Coach, says: str, *words: str, code: int = 10) -> str:
    """Assert that a command is refused and changes nothing, and return what was said."""
    before = snapshot(world.root)
    result = coach(*words)
    refused(result, code, says)
    assert snapshot(world.root) == before
    return result.err


def states(world: World) -> list[tuple[str, str | None]]:
    found = (each for each in world.records(world.client) if isinstance(each, Contract))
    return [(each.state, each.ended_by) for each in found]


def test_help_in_solidarity_ends_at_four_sessions_whatever_the_number_of_contracts(
    world: World, coach: Coach
) -> None:
    agree(*SUPPORT, "4")
    hold(4)
    end()
    new = ("contract", "new", SOLANGE)
    told = fails(world, coach, "4 were held with", *new, *SUPPORT[:-1])
    assert "--kind individual, or coach refer add C-" in told
    did(*new, "--kind", "individual")
    fails(world, coach, "4 were held with", "contract", "edit", SOLANGE, "--kind", "solidarity")


def test_the_sessions_of_an_earlier_contract_count_at_drafting_signing_and_in_the_gate(
    world: World, coach: Coach, at: Callable[[str], None]
) -> None:
    agree(*SUPPORT, "3")
    hold(3)
    end()
    fails(world, coach, "3 were held with", "contract", "new", SOLANGE, *SUPPORT, "2")
    at("2026-11-23")
    agree(*SUPPORT[:-1], on="2026-11-23")  # without a number
    hold(1, on="2026-11-23")
    add = ("session", "add", SOLANGE, "--minutes", "60", "--override", "paper")
    assert "coach refer add" in fails(world, coach, "4 sessions of solidarity coaching were held", *add)
    end()
    at("2026-11-24")
    agree("--kind", "individual", "--sessions", "6", on="2026-11-24")
    hold(5, on="2026-11-24")


def test_an_amendment_of_help_in_solidarity_counts_once(
    world: World, coach: Coach, at: Callable[[str], None]
) -> None:
    agree(*SUPPORT, "2")
    hold(2)
    at("2026-11-23")
    did("contract", "amend", SOLANGE, "--sessions", "4")
    sign_all(SOLANGE, "client", on="2026-11-23")
    words = ("session", "add", SOLANGE, "--minutes", "60", "--override", "paper")
    for _number in range(2):
        did(*words)
    fails(world, coach, "the 4 sessions agreed on", *words)


def test_a_contract_is_not_signed_while_another_one_runs(
    world: World, coach: Coach, at: Callable[[str], None]
) -> None:
    agree("--kind", "individual", "--sessions", "4")
    at("2026-11-23")
    did("contract", "new", SOLANGE, "--kind", "tripartite", "--sponsor", "brumaire")
    did("contract", "deliver", SOLANGE, "--to", "client", "--file", __file__)
    told = fails(world, coach, "is signed and runs", "contract", "sign", SOLANGE, "--by", "client")
    assert "coach contract end C-" in told
    assert "coach contract amend C-" in told
    end()
    assert sorted(state for state, _by in states(world)) == ["draft", "ended"]
    did("contract", "sign", SOLANGE, "--by", "client")


def test_an_amendment_agrees_on_no_less_than_was_held(world: World, coach: Coach) -> None:
    agree("--kind", "individual", "--sessions", "8")
    hold(3)
    amend = ("contract", "amend", SOLANGE)
    told = fails(world, coach, "3 sessions were held", *amend, "--sessions", "2")
    assert "give --sessions 3 or more" in told
    fails(world, coach, "on 2026-11-21, after that end", *amend, "--end", "2026-11-20")
    did(*amend, "--sessions", "3")
    did("contract", "deliver", SOLANGE, "--to", "client", "--file", __file__)
    fails(world, coach, "3 sessions were held", "contract", "edit", SOLANGE, "--sessions", "2")
    hold(1)
    fails(world, coach, "4 sessions were held", "contract", "sign", SOLANGE, "--by", "client")


def test_a_contract_does_not_end_before_the_last_session_under_it(world: World, coach: Coach) -> None:
    agree("--kind", "individual", "--sessions", "8")
    hold(1)
    words = ("contract", "end", SOLANGE, "--by", "client", "--on")
    fails(world, coach, "a session was held under the contract on 2026-11-21", *words, "2026-11-20")
    did(*words, "2026-11-21")


def test_one_contract_is_prepared_at_a_time(world: World, coach: Coach) -> None:
    did("contract", "new", SOLANGE, "--kind", "individual")
    told = fails(
        world, coach, "is being prepared already", "contract", "new", SOLANGE, "--kind", "individual"
    )
    assert "coach contract edit C-" in told
    sign_all(SOLANGE, "client")
    did("contract", "amend", SOLANGE)
    for words in (("amend", SOLANGE), ("new", SOLANGE, "--kind", "individual")):
        told = fails(world, coach, "an amendment with", "contract", *words)
        assert "coach contract edit C-" in told


def test_a_draft_is_given_up_and_not_ended_by_anybody(world: World, coach: Coach) -> None:
    did("contract", "new", SOLANGE, "--kind", "individual")
    assert "is given up as of 2026-11-22; nothing was concluded" in coach("contract", "end", SOLANGE).out
    assert states(world) == [("ended", None)]
    add = ("session", "add", SOLANGE, "--minutes", "60")
    # The client of 2009 is as they were.
    assert "coach contract new C-" in fails(world, coach, "is closed as of 2009-06-30", *add)
    fails(world, coach, "has ended already", "contract", "end", SOLANGE)
    agree("--kind", "individual")
    assert sorted(state for state, _by in states(world)) == ["ended", "signed"]


def test_an_amendment_is_given_up_alone(world: World, coach: Coach) -> None:
    agree("--kind", "individual", "--sessions", "4")
    fails(world, coach, "there is no draft", "contract", "end", SOLANGE, "--draft")
    did("contract", "amend", SOLANGE, "--sessions", "9")
    did("contract", "deliver", SOLANGE, "--to", "client", "--file", __file__)
    did("contract", "sign", SOLANGE, "--by", "client")
    told = fails(world, coach, "stays as it was signed", "contract", "edit", SOLANGE, "--sessions", "8")
    assert "coach contract end C-" in told
    did("contract", "end", SOLANGE, "--draft")
    assert sorted(state for state, _by in states(world)) == ["ended", "signed"]
    assert shown(SOLANGE)["sessions"] == 4
    did("contract", "amend", SOLANGE, "--sessions", "8")
    assert shown(SOLANGE)["version"] == 2
    end("client")
    found = shown(SOLANGE)
    assert (found["sessions"], found["version"], found["ended_by"]) == (4, 1, "client")


def test_who_ends_a_contract_is_said(world: World, coach: Coach) -> None:
    agree("--kind", "individual")
    fails(world, coach, "--by is missing", "contract", "end", SOLANGE, code=2)
    did("contract", "end", SOLANGE, "--by", "client")
    assert states(world) == [("ended", "client")]
