"""Nothing of a client's folder reaches a document addressed to a sponsor, but what was agreed on.

Addressed to a sponsor are the report, and the contracts that the sponsor signs too: with one, with a group.
"""

from collections.abc import Collection
from datetime import date
import io
import json
from typing import Any
import zipfile

from canary import OWNED, Marks, found, marked
import pytest
from wall_world import ZOE, Wall, contract_values

from coachvault.documents import FORMATS, names
from coachvault.records.consent import Consent
from coachvault.records.kinds import KINDS
from coachvault.records.report import Report
from coachvault.vault import layout
from coachvault.vault.change import Change

# What of a client may stand in a document that the sponsor gets.
NAMED = {"client.name", "group.name"}
# What the contract says to all who sign it.
# The representative of a protected client signs, and what they are told is a clause.
AGREED = {"contract", "client.guardians.name", "client.told"}
# Whose a text is, where it is not the client's: another client of the same sponsor, a group of both.
OTHER, TOGETHER, GROUP = "other/", "together/", "G-2228"
# Each contract that a sponsor may sign: of whom it is, and what may stand in it.
SIGNED = {
    "contract-tripartite": (ZOE, {"client.name", *AGREED, "goal_of_"}),
    "contract-group": (GROUP, {"group.name", f"{TOGETHER}contract", f"{TOGETHER}goal_of_"}),
}


def mark_folder(change: Change, marks: Marks, folder: str, owner: str = "") -> None:
    """Put a mark into every text of a folder, but for its subject and its contract: a record of each kind."""
    for kind in OWNED:
        drawer = KINDS[kind].drawer or "attachments"
        if kind not in ("client", "contract"):
            values = marked(kind, marks, owner) | ({"parts": 0} if kind == "document" else {})
            change.add(kind, folder, values, drawer=drawer)


def marked_contract(wall: Wall, marks: Marks, owner: str = "", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 any field
    """Return the values of a contract that the sponsor signs too, a mark in every text."""
    contract = marked("contract", marks, owner) | contract_values(wall.sponsor.folder)
    contract |= {"amends": None, "ended_on": None, "confidentiality_exceptions": "law_and_consent"}
    goals = [
        {**marks.values(type(goal), f"{owner}goal_of_{goal.owner}"), "owner": goal.owner}
        for goal in wall.contract.goals
    ]
    signatures = [{"by": s.by, "on": s.on, "name": marks.mark(f"{owner}contract.signatures.name")}
                  for s in wall.contract.signatures]  # fmt: skip
    return contract | {"goals": goals, "signatures": signatures} | changes


def mark_all(wall: Wall, marks: Marks) -> None:
    """Put a mark into every text of three folders: the client's, another's, and that of a group of both.

    The other is coached for the same sponsor, who pays for the group as well.
    """
    with wall.vault.change() as change:
        mark_folder(change, marks, wall.client.folder)
        client = marked("client", marks) | {"code": ZOE, "language": "fr", "closed_on": None}
        change.update(wall.client, client | {"employer": wall.sponsor.folder})
        change.update(wall.contract, marked_contract(wall, marks))
        consent = wall.vault.load(wall.client.folder, "consents", Consent)[0]
        texts = {name: marks.mark(f"consent.{name}") for name in ("scope", "wording")}
        change.update(consent, {**texts, "on": date(2026, 11, 21)})

        other = marked("client", marks, OTHER) | {"code": "C-2227", "closed_on": None}
        folder = change.add("client", layout.new_id(), other | {"employer": wall.sponsor.folder}).folder
        mark_folder(change, marks, folder, OTHER)
        change.add("contract", folder, marked_contract(wall, marks, OTHER))

        members = [
            {"id": layout.new_id(), "client": member, "joined_on": date(2026, 9, 1)}
            for member in (wall.client.folder, folder)
        ]
        facts = {"code": GROUP, "language": "fr", "closed_on": None, "members": members}
        group = marked("group", marks) | facts | {"organisation": wall.sponsor.folder}
        ours = change.add("group", layout.new_id(), group).folder
        mark_folder(change, marks, ours, TOGETHER)
        change.add(
            "contract",
            ours,
            marked_contract(wall, marks, TOGETHER, kind="group", parties=("coach", "sponsor")),
        )


def leaked(carried: Collection[str], marks: Marks, allowed: Collection[str]) -> list[str]:
    """Return the fields that were carried and that may not be."""
    fields = {marks.fields[mark] for mark in carried}
    return sorted(field for field in fields if not any(field.startswith(start) for start in allowed))


@pytest.mark.parametrize("form", FORMATS)
def test_no_text_of_the_folder_reaches_the_report(wall: Wall, form: str) -> None:
    marks = Marks()
    mark_all(wall, marks)
    assert len(marks.fields) > 60
    said = {name: marks.mark(f"said.{name}") for name in ("progress", "closing")}
    words = [word for name, mark in said.items() for word in (f"--{name}", mark)]
    digest = json.loads(wall.do("report", "draft", ZOE, *words, "--json").out)["sha256"]
    start = wall.vault.load(wall.client.folder, "reports", Report)[-1].id
    wall.do("report", "validate", ZOE, start, "--sha256", digest)
    result = wall.do("report", "render", ZOE, start, "--format", form, "--json")
    (path,) = (wall.root / "outbox").iterdir()

    assert path.name == f"{ZOE}-reports.{form}"
    carried = found(path.read_bytes(), form, marks)
    assert set(said.values()) <= carried  # the search sees what is there
    allowed = {"client.name", "said.", "goal_of_shared.text", "goal_of_sponsor.text"}
    assert leaked(carried, marks, allowed) == []
    assert {marks.fields[mark] for mark in carried} >= {"goal_of_shared.text", "goal_of_sponsor.text"}
    assert not any(mark in result.out + result.err for mark in marks.fields)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", SIGNED)
def test_no_text_of_a_folder_but_the_contract_reaches_a_contract_that_the_sponsor_signs(
    wall: Wall, name: str, form: str
) -> None:
    marks = Marks()
    mark_all(wall, marks)
    code, allowed = SIGNED[name]
    assert name in names("fr")
    wall.do("contract", "render", code, "--format", form)
    (path,) = (wall.root / "outbox").iterdir()
    assert path.name == f"{code}-contract.{form}"
    carried = found(path.read_bytes(), form, marks)
    assert allowed & NAMED <= {marks.fields[mark] for mark in carried}
    assert leaked(carried, marks, allowed) == []


def test_every_kind_of_a_clients_folder_is_marked(wall: Wall) -> None:
    marks = Marks()
    mark_all(wall, marks)
    kinds = {field.partition(".")[0] for field in marks.fields.values()}
    assert kinds >= {
        *OWNED,
        "group",
        *(f"{owner}{kind}" for owner in (OTHER, TOGETHER) for kind in OWNED),
    } - {f"{TOGETHER}client"}
    assert {
        "client.phone", "client.address", "client.aliases", "client.guardians.phone", "cast.name",
        "note.text", "summary.text", "consent.wording", "conflict.text", "disclosure.what",
        "referral.text", "contract.expectations.text", "override.reason", "follow_up.what",
    } <= set(marks.fields.values())  # fmt: skip


def test_the_search_sees_what_hides() -> None:
    marks = Marks()
    mark = marks.mark("hidden")
    for part, text in (
        ("docProps/core.xml", f"<dc:creator>{mark}</dc:creator>"),
        ("word/comments.xml", f"<w:r>{mark[:3]}</w:r><w:r>{mark[3:]}</w:r>"),
        (f"media/{mark}.png", ""),
    ):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr(part, text)
        assert found(archive.getvalue(), "docx", marks) == {mark}
    assert found(f"<!-- {mark} -->".encode(), "html", marks) == {mark}
    assert found(f"<p style='display:none'>{mark[:4]}\u00ad{mark[4:]}</p>".encode(), "html", marks) == {mark}
    assert found(b"nothing", "md", marks) == set()


def test_the_search_reads_the_properties_of_a_pdf(wall: Wall) -> None:
    marks = Marks()
    with wall.vault.change() as change:
        profile = wall.vault.read(wall.vault.practice, "profile", _only(wall))
        change.update(profile, {"name": marks.mark("profile.name")})
    digest = json.loads(wall.do("report", "draft", ZOE, "--json").out)["sha256"]
    wall.do("report", "validate", ZOE, "--sha256", digest)
    wall.do("report", "render", ZOE, "--format", "pdf")
    data = (wall.root / "outbox" / f"{ZOE}-reports.pdf").read_bytes()
    assert len(found(data, "pdf", marks)) == 1
    assert b"/Metadata" in data


def _only(wall: Wall) -> str:
    (record,) = wall.vault.record_ids(wall.vault.practice, "profile")
    return record
