"""Groups: who belongs to one since when, and what nobody may do to that."""

from collections.abc import Callable
from pathlib import Path

from people_world import do, enter, item, items, refuses
import pytest

from coachvault.crypto import keys
from coachvault.records.contract import Contract
from coachvault.records.group import Group
from coachvault.vault.store import Vault

OpenVault = Callable[[], Vault]
DELIVER = (
    "charter", "deliver", "monday", "--to", "member", "--name", "zoe", "--on", "2026-03-02",
    "--file", __file__,
)  # fmt: skip


@pytest.fixture
def open_vault(vault: Path, identity: Path) -> OpenVault:
    return lambda: Vault(vault, keys.read_identity(identity, lambda: ""))


@pytest.fixture
def monday(vault: Path, at: Callable[[str], None]) -> str:
    """A group of Zoe, since 1 March; Ash is a client, Sedge one who was closed."""
    assert vault.is_dir()
    at("2026-11-22")
    enter("org", "Hedgerow Works")
    for name in ("Zoe Twig", "Ash Grove", "Sedge Moor"):
        enter("client", name)
    do("client", "close", "sedge", "--by", "client")
    code = enter("group", "Monday Circle", "--form", "team", "--organisation", "hedgerow")
    do("group", "join", "monday", "zoe", "--on", "2026-03-01", "--voluntary", "2026-02-20")
    return code


def test_a_group_is_shown_with_its_members(monday: str) -> None:
    assert monday.startswith("G-")
    shown = item("group", "show", "monday")
    assert shown["organisation"] == items("org", "list")[0]["code"]
    (member,) = shown["members"]
    assert (member["name"], member["joined_on"], member["voluntary_on"], member["charter_on"]) == (
        "Zoe Twig", "2026-03-01", "2026-02-20", None,
    )  # fmt: skip
    assert [(row["code"], row["state"], row["members"]) for row in items("group", "list")] == [
        (monday, "active", 1)
    ]
    assert item("client", "show", "zoe")["groups"] == [monday]
    do("group", "edit", monday, "--name", "Tuesday Circle", "--organisation", "")
    changed = item("group", "show", "tuesday")
    assert (changed["organisation"], changed["members"]) == (None, shown["members"])


def test_what_a_member_agrees_to_later_is_added_and_may_be_corrected(monday: str, vault: Path) -> None:
    do(*DELIVER)
    for day in ("2026-03-05", "2026-03-02"):
        do("group", "join", monday, "zoe", "--charter", day)
        (member,) = item("group", "show", monday)["members"]
        assert (member["joined_on"], member["charter_on"]) == ("2026-03-01", day)
    assert member["voluntary_on"] == "2026-02-20"
    refuses(vault, 10, "belongs to", "group", "join", monday, "zoe", "--charter", "2026-03-02")


def test_nobody_signs_the_charter_of_a_group_before_they_have_it(monday: str, vault: Path) -> None:
    join = ("group", "join", monday)
    says = "was not delivered to"
    refuses(vault, 10, says, *join, "ash", "--charter", "2026-03-02")
    refuses(vault, 10, says, *join, "zoe", "--charter", "2026-03-02")
    do(*DELIVER, "--kind", "individual")
    refuses(vault, 10, says, *join, "zoe", "--charter", "2026-03-02")
    do(*DELIVER)
    refuses(vault, 10, "after that day, on 2026-03-02", *join, "zoe", "--charter", "2026-03-01")
    do("group", "leave", monday, "zoe", "--on", "2026-04-01")
    do(*join, "zoe", "--on", "2026-05-01", "--charter", "2026-05-01")


def test_a_member_leaves_and_comes_back(monday: str, vault: Path) -> None:
    do("group", "leave", monday, "zoe", "--on", "2026-04-01")
    assert items("group", "list")[0]["members"] == 0
    assert item("client", "show", "zoe")["groups"] == []
    refuses(vault, 10, "left", "group", "join", monday, "zoe", "--on", "2026-04-01")
    refuses(vault, 10, "does not belong to", "group", "leave", monday, "zoe")
    do("group", "join", monday, "zoe", "--on", "2026-05-01")
    assert [(m["joined_on"], m["left_on"]) for m in item("group", "show", monday)["members"]] == [
        ("2026-03-01", "2026-04-01"), ("2026-05-01", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("join", "monday", "zoe"), 10, "belongs to"),
        (("join", "monday", "hedgerow"), 4, "is an organisation, and another kind"),
        (("join", "monday", "monday"), 4, "is a group, and another kind"),
        (("join", "monday", "sedge"), 10, "is closed as of"),
        (("join", "zoe", "ash"), 4, "is a client, and another kind"),
        (
            ("join", "monday", "ash", "--on", "2030-01-01"),
            5,
            "--on: the date is in the future",
        ),
        (("join", "monday", "ash", "--charter", "2030-01-01"), 5, "--charter: the date is in the future"),
        (("join", "monday", "ash", "--voluntary", "never"), 5, "--voluntary: expected a date"),
        (("leave", "monday", "zoe", "--on", "2026-02-28"), 10, "after that day"),
        (("leave", "monday", "ash"), 10, "does not belong to"),
        (("close", "monday", "--by", "weather"), 5, "--by: expected one of"),
        (("close", "monday", "--by", "term", "--on", "2026-02-28"), 10, "after that day"),
        (("new", "X", "--form", "crowd"), 5, "--form: expected one of"),
        (("new", "X", "--organisation", "zoe"), 4, "is a client, and another kind"),
    ],
)
def test_what_cannot_be_is_refused(
    monday: str, vault: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    assert monday
    refuses(vault, code, says, "group", *words)


def test_nobody_leaves_before_a_session_at_which_they_were(
    monday: str, vault: Path, open_vault: OpenVault
) -> None:
    opened = open_vault()
    with opened.change() as change:
        group = next(g for f in opened.folders() for g in opened.load(f, "identity", Group))
        present = [group.members[0].client]
        change.add("session", group.folder, {"on": "2026-06-01", "minutes": 90, "present": present})
    refuses(vault, 10, "session of 2026-06-01", "group", "leave", monday, "zoe", "--on", "2026-05-31")
    refuses(
        vault, 10, "session of 2026-06-01", "group", "close", monday, "--by", "term", "--on", "2026-05-31"
    )
    do("group", "leave", monday, "zoe", "--on", "2026-06-01")


def test_a_group_does_not_end_before_what_happened_in_it(
    monday: str, vault: Path, open_vault: OpenVault
) -> None:
    close = ("group", "close", monday, "--by", "members", "--on")
    do("group", "leave", monday, "zoe", "--on", "2026-03-15")
    refuses(vault, 10, "2026-03-15, after that day", *close, "2026-03-01")
    opened = open_vault()
    with opened.change() as change:
        group = next(g for f in opened.folders() for g in opened.load(f, "identity", Group))
        change.add("session", group.folder, {"on": "2026-03-20", "minutes": 90, "kind": "discovery"})
    refuses(vault, 10, "session of 2026-03-20", *close, "2026-03-19")
    do(*close, "2026-03-20")


def test_only_a_sponsor_that_there_is_ends_a_group(monday: str, vault: Path, open_vault: OpenVault) -> None:
    close = ("group", "close", monday, "--by", "sponsor", "--on", "2026-04-01")
    refuses(vault, 10, "has no sponsor", *close)
    opened = open_vault()
    with opened.change() as change:
        group = next(g for f in opened.folders() for g in opened.load(f, "identity", Group))
        contract = {"kind": "group", "parties": ["coach", "sponsor"], "sponsor": group.organisation}
        change.add("contract", group.folder, contract)
    do(*close)


def test_nobody_ends_a_group_by_saying_nothing(monday: str, vault: Path) -> None:
    refuses(vault, 2, "--by is missing", "group", "close", monday)


def test_the_end_of_a_group_ends_every_part_and_every_contract(
    monday: str, vault: Path, open_vault: OpenVault
) -> None:
    opened = open_vault()
    with opened.change() as change:
        group = next(g for f in opened.folders() for g in opened.load(f, "identity", Group))
        change.add("contract", group.folder, {"kind": "group"})
    do("group", "join", monday, "ash", "--on", "2026-04-01")
    do("group", "leave", monday, "zoe", "--on", "2026-05-01")
    do("group", "close", monday, "--by", "members", "--on", "2026-09-30")
    shown = item("group", "show", monday)
    assert [m["left_on"] for m in shown["members"]] == ["2026-05-01", "2026-09-30"]
    assert (shown["closed_on"], shown["closed_by"]) == ("2026-09-30", "members")
    (contract,) = opened.load(group.folder, "contract", Contract)
    assert (str(contract.ended_on), contract.ended_by) == ("2026-09-30", "client")
    for words in (("join", monday, "zoe"), ("leave", monday, "ash"), ("close", monday, "--by", "term")):
        refuses(vault, 10, "is closed as of 2026-09-30", "group", *words)


@pytest.fixture
def coached(monday: str, open_vault: OpenVault) -> str:
    """The group, after a closing session on 1 June with Zoe and Ash, who are both still there."""
    do("group", "join", monday, "ash", "--on", "2026-03-01")
    opened = open_vault()
    with opened.change() as change:
        group = next(g for f in opened.folders() for g in opened.load(f, "identity", Group))
        present = [member.client for member in group.members]
        held = {"on": "2026-06-01", "minutes": 90, "present": present, "kind": "closing"}
        change.add("session", group.folder, held)
    return monday


def test_no_relationship_ends_before_the_part_in_a_group(coached: str, vault: Path) -> None:
    close = ("client", "close", "zoe", "--by", "client")
    refuses(vault, 10, "still belongs to", *close)
    do("group", "leave", coached, "zoe", "--on", "2026-07-01")
    refuses(vault, 10, "until 2026-07-01, after that day", *close, "--on", "2026-06-30")
    do(*close, "--on", "2026-07-01")


def test_who_was_coached_in_a_group_alone_is_asked_who_ended_it(coached: str, vault: Path) -> None:
    do("group", "leave", coached, "zoe", "--on", "2026-07-01")
    refuses(vault, 2, "--by is missing", "client", "close", "zoe")
    do("client", "close", "zoe", "--by", "mutual")
    assert item("client", "show", "zoe")["closing_session"] == "held"


def test_the_end_of_a_group_says_who_ended_the_relationship(coached: str) -> None:
    do("group", "close", coached, "--by", "members", "--on", "2026-08-01")
    do("client", "close", "zoe")
    assert item("client", "show", "zoe")["closed_by"] == "client"
    do("client", "new", "Fern Hill")
    do("client", "close", "fern")
    assert item("client", "show", "fern")["closed_by"] == "term"


def test_a_former_client_joins_while_another_contract_is_prepared(monday: str) -> None:
    do("contract", "new", "sedge", "--kind", "individual")
    assert item("client", "show", "sedge")["state"] == "closed"
    do("group", "join", monday, "sedge")
    do("contract", "end", "sedge", "--draft")
    assert item("client", "show", "sedge")["state"] == "active"


def test_a_groups_notes_name_no_client_outside_it(vault: Path, monday: str) -> None:
    said = "Zoe Twig brought the case of a late report."
    do("note", "add", monday, "--text", said)
    refuses(vault, 10, "names another client", "note", "add", monday, "--text", "Just as Ash Grove did.")
    refuses(vault, 10, "names another client", "note", "edit", monday, "--text", "Just as Grove, Ash did.")
    (entry,) = items("note", "list", monday)
    assert entry["first_line"] == said
    do("note", "remove", monday, entry["id"], "--destroy", "--yes")
    assert items("note", "list", monday) == []


def test_a_groups_notes_name_nobody_outside_it(vault: Path, monday: str) -> None:
    do("cast", "add", "zoe", "Gertrude Peony", "--alias", "Trudy Peony")
    do("client", "edit", "zoe", "--manager", "Basil Thicket")
    do("client", "new", "Rowan Sedge", "--protected", "minor", "--guardian", "Iris Sedge")
    do("cast", "add", "rowan", "Zoe Twig")
    do("cast", "add", "rowan", "Clover Fen")
    do("org", "new", "Reed Works", "--contact", "Heather Bog")
    for name in (
        "peony  GERTRUDE",
        "Trudy Peony",
        "Basil Thicket",
        "Iris Sedge",
        "Clo\u00adver Fen",
        "Heather Bog",
    ):
        refuses(
            vault, 10, "somebody who is outside the group", "note", "add", monday, "--text", f"With {name}."
        )
    do("note", "add", monday, "--text", "Zoe Twig, of Reed Works, spoke of a peony and of Gertrude.")
    refuses(vault, 10, "outside the group", "note", "edit", monday, "--text", "Basil Thicket came.")
