"""Organisations, the fields of a client that stand around the coaching, and who is found by which command."""

from pathlib import Path

from people_world import do, enter, item, items, refuses
import pytest

from coachvault.clock import today

YAML = """
name: Hedgerow Works
form: association
contacts:
  - name: Linden Marsh
    role: head of people
    email: linden@hedgerow.example
  - Alder Brook
"""


@pytest.fixture
def works(vault: Path) -> str:
    assert vault.is_dir()
    return enter("org", "Hedgerow Works", "--alias", "HW", "--contact", "Linden Marsh", "--contact", "Alder")


def test_an_organisation_is_entered_shown_and_changed(works: str) -> None:
    assert works.startswith("O-")
    shown = item("org", "show", "hw")
    assert [contact["name"] for contact in shown["contacts"]] == ["Linden Marsh", "Alder"]
    assert items("org", "list") == [
        {"code": works, "name": "Hedgerow Works", "state": "active", "since": str(today())}
    ]
    do("org", "edit", works, "--form", "public", "--confidential", "Bramble", "--registration", "000 111")
    changed = item("org", "show", works)
    assert (changed["form"], changed["confidential"]) == ("public", ["Bramble"])
    assert changed["contacts"] == shown["contacts"]


def test_details_of_a_contact_come_from_a_file_and_stay(vault: Path) -> None:
    assert vault.is_dir()
    code = do("org", "new", "--from", "-", stdin=YAML).split()[-1]
    first, second = item("org", "show", code)["contacts"]
    assert (first["role"], second["name"]) == ("head of people", "Alder Brook")
    do("org", "edit", code, "--contact", "Linden Marsh", "--contact", "Rowan Field")
    assert item("org", "show", code)["contacts"] == [
        first,
        {**second, "name": "Rowan Field", "id": item("org", "show", code)["contacts"][1]["id"]},
    ]
    do("org", "edit", code, "--contact", "")
    assert item("org", "show", code)["contacts"] == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("org", "new"), 2, "NAME is missing"),
        (("org", "new", "X", "--form", "club"), 5, "--form: expected one of"),
        (("org", "new", "a/b"), 5, "--name: expected a name"),
        (("org", "show", "nobody"), 4, "no organisation goes by that"),
        (("org", "edit", "HW", "--from", "-"), 5, "stdin:1:1: expected a known field"),
        (("client", "show", "hedgerow"), 4, "is an organisation, and another kind"),
        (("note", "add", "HW", "--text", "x"), 4, "is an organisation, and another kind"),
        (("org", "show", "zoe"), 4, "is a client, and another kind"),
        (("group", "show", "zoe"), 4, "is a client, and another kind"),
        (("client", "new", "Ash", "--employer", "zoe"), 4, "is a client, and another kind"),
        (("client", "new", "Ash", "--employer", "unknown"), 4, "no organisation goes by that"),
        (("client", "new", "Ash", "--tie", "none", "--tie", "friend"), 5, "--tie: expected none alone"),
        (("client", "new", "Ash", "--tie", "cousin"), 5, "--tie: expected one of"),
        (("client", "new", "Ash", "--guardian", "Elder"), 5, "--guardian: expected nobody unless"),
        (("client", "edit", "zoe", "--guardian", "Elder"), 5, "--guardian: expected nobody unless"),
        (("client", "edit", "zoe", "--tie", "none", "--tie", "other"), 5, "--tie: expected none alone"),
    ],
)
def test_what_cannot_be_is_refused(
    vault: Path, works: str, words: tuple[str, ...], code: int, says: str
) -> None:
    assert works
    enter("client", "Zoe Twig")
    refuses(vault, code, says, *words, stdin="code: O-0000\n" if "-" in words else None)


def test_a_name_is_the_proper_kinds_even_where_another_kind_goes_by_it(works: str) -> None:
    client = enter("client", "Hedgerow Nettle")
    assert item("client", "show", "hedgerow")["code"] == client
    assert item("org", "show", "hedgerow")["code"] == works


def test_what_stands_around_the_coaching_is_shown(works: str) -> None:
    protects = ("--protected", "minor", "--guardian", "Elder Twig", "--told", "when it takes place")
    at_work = ("--employer", "hw", "--team", "Orchard", "--manager", "Linden Marsh")
    kept = ("--tie", "friend", "--tie", "supplier", "--safeguard", "another coach for matters of work")
    code = enter("client", "Zoe Twig", *protects, *at_work, *kept, "--contact", "discreet")
    shown = item("client", "show", code)
    assert shown["employer"] == works
    assert [guardian["name"] for guardian in shown["guardians"]] == ["Elder Twig"]
    assert (shown["ties"], shown["contact"]) == (["friend", "supplier"], "discreet")
    do("client", "edit", code, "--phone", "0")
    assert item("client", "show", code) == {**shown, "phone": "0"}
    do("client", "edit", code, "--guardian", "", "--protected", "", "--employer", "", "--tie", "none")
    changed = item("client", "show", code)
    assert (changed["employer"], changed["guardians"], changed["ties"]) == (None, [], ["none"])


def test_a_tie_without_a_safeguard_is_for_the_checks(vault: Path) -> None:
    assert vault.is_dir()
    assert item("client", "show", enter("client", "Zoe Twig", "--tie", "family"))["ties"] == ["family"]
