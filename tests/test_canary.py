"""Nothing of a client's folder reaches a document addressed to a sponsor, but what was agreed on.

Addressed to a sponsor are the report, and the contract, which the sponsor signs too.
"""

from collections.abc import Collection
from datetime import date
import io
import json
import zipfile

from canary import OWNED, Marks, found, marked
import pytest
from wall_world import ZOE, Wall, contract_values

from coachvault.documents import FORMATS, names
from coachvault.records.consent import Consent
from coachvault.records.kinds import KINDS
from coachvault.records.report import Report

# What of a client may stand in a document that the sponsor gets.
NAMED = {"client.name"}
# What the contract says to all who sign it.
# The representative of a protected client signs, and what they are told is a clause.
AGREED = {"contract", "client.guardians.name", "client.told"}


def mark_all(wall: Wall, marks: Marks) -> None:
    """Put a mark into every text of the folder: one record of each kind, and those in use as well."""
    with wall.vault.change() as change:
        for kind in OWNED:
            drawer = KINDS[kind].drawer or "attachments"
            if kind not in ("client", "contract"):
                values = marked(kind, marks) | ({"parts": 0} if kind == "document" else {})
                change.add(kind, wall.client.folder, values, drawer=drawer)
        client = marked("client", marks) | {"code": ZOE, "language": "fr", "closed_on": None}
        change.update(wall.client, client | {"employer": wall.sponsor.folder})
        contract = marked("contract", marks) | contract_values(wall.sponsor.folder)
        contract |= {"amends": None, "ended_on": None, "confidentiality_exceptions": "law_and_consent"}
        goals = [
            {**marks.values(type(goal), f"goal_of_{goal.owner}"), "owner": goal.owner}
            for goal in wall.contract.goals
        ]
        signatures = [{"by": s.by, "on": s.on, "name": marks.mark("contract.signatures.name")}
                      for s in wall.contract.signatures]  # fmt: skip
        change.update(wall.contract, contract | {"goals": goals, "signatures": signatures})
        consent = wall.vault.load(wall.client.folder, "consents", Consent)[0]
        texts = {name: marks.mark(f"consent.{name}") for name in ("scope", "wording")}
        change.update(consent, {**texts, "on": date(2026, 11, 21)})


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
    allowed = {*NAMED, "said.", "goal_of_shared.text", "goal_of_sponsor.text"}
    assert leaked(carried, marks, allowed) == []
    assert {marks.fields[mark] for mark in carried} >= {"goal_of_shared.text", "goal_of_sponsor.text"}
    assert not any(mark in result.out + result.err for mark in marks.fields)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", [n for n in ("contract-tripartite",) if n in names("fr")])
def test_no_text_of_the_folder_but_the_contract_reaches_the_contract(
    wall: Wall, name: str, form: str
) -> None:
    marks = Marks()
    mark_all(wall, marks)
    wall.do("contract", "render", ZOE, "--format", form)
    (path,) = (wall.root / "outbox").iterdir()
    assert path.name.startswith(f"{ZOE}-contract"), name
    carried = found(path.read_bytes(), form, marks)
    assert carried
    assert leaked(carried, marks, {*NAMED, *AGREED, "goal_of_"}) == []


def test_every_kind_of_a_clients_folder_is_marked(wall: Wall) -> None:
    marks = Marks()
    mark_all(wall, marks)
    kinds = {field.partition(".")[0] for field in marks.fields.values()}
    assert kinds >= set(OWNED)
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
