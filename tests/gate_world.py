"""A vault with clients and groups who lack nothing: the records of a full case, written into it."""

import os
from pathlib import Path
from typing import Any

from ethics_cases import full, member
from ethics_records import NOE, ZOE, about, change, every_clause
import msgspec

from coachvault.crypto import keys
from coachvault.ethics.case import Case
from coachvault.records import schema
from coachvault.vault import layout
from coachvault.vault.store import Vault

# Everything in a full case is signed by the second of March.
FIRST = "2026-03-03"


def enter(root: Path, case: Case, code: str, name: str) -> str:
    """Write the records of a case into a folder of its own, and return the folder."""
    folder = layout.new_id()
    case = about(case, code=code, name=name)
    with open_vault(root).change() as writing:
        for record in case.records:
            fields = {field: getattr(record, field) for field in ("id", *schema.own_fields(type(record)))}
            given = {field: value for field, value in fields.items() if value is not None}
            writing.add(record.noun, folder, given)
    return folder


def client(root: Path, code: str = "C-4F7K", kind: str = "individual", **fields: Any) -> str:  # noqa: ANN401 the fields of the contract
    """Enter a client who lacks nothing, and return the folder."""
    say_all(root, kind)
    return enter(root, full(kind, **fields), code, f"Augustine {code}")


def group(root: Path, *clients: str, **fields: Any) -> str:  # noqa: ANN401 the fields of the contract
    """Enter a group of these clients that lacks nothing, and return the folder."""
    say_all(root, "group")
    case = full("group", **fields)
    known: dict[str | None, str] = dict(zip((ZOE, NOE), clients, strict=False))
    whose = {record.id: known.get(getattr(record, "who", None)) for record in case.records}
    moved = (change(r, who=whose[r.id]) if whose[r.id] else r for r in case.records)
    case = msgspec.structs.replace(case, records=tuple(moved))
    return enter(root, about(case, members=[member(one) for one in clients]), "G-4F7K", "Pairs")


def say_all(root: Path, kind: str) -> None:
    """Give the vault a template of its own for a contract that says every clause."""
    path = root / layout.TEMPLATES / "en" / f"contract-{kind}.md.j2"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{{# serves: {' '.join(sorted(every_clause()))} #}}\n# Contract\n", "utf-8")


def open_vault(root: Path) -> Vault:
    """Open a vault by the identity that the environment names."""
    return Vault(root, keys.parse_identity(Path(os.environ["COACHVAULT_IDENTITY"]).read_bytes()))
