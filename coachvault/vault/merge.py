"""Two versions of one record become one, field by field, and nothing that either added is lost.

Whose value stays where both changed a field must not depend on where the merge runs, or two devices
would never agree: the version changed last stays, and the other's value is kept beside it under
`conflicts`. The result is a record like any other, so it may be merged again. What a party to a contract
has signed stays as it was signed.
"""

import base64
import hashlib
from typing import Any, NamedTuple

import msgspec

from coachvault.errors import DamagedError
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.base import Conflict, Record
from coachvault.records.contract import OUTCOME, Contract
from coachvault.vault import recordfile, yamlfile

_PLACE = ("schema", "id", "folder", "drawer")
_MAX_REVISION = 10_000


class _Missing:
    """Stands for the value of a field that the common ancestor cannot have had."""


class _Lost(NamedTuple):
    """A value that gave way to another, and the path of its field."""

    path: str
    value: object


Things = tuple[Any, ...]


def three_way(base: Record | None, ours: Record, theirs: Record) -> Record:
    """Return what both made of `base`; the same, to the byte, whichever of them is called ours.

    Raises DamagedError where they are not versions of one record.
    """
    _check([record for record in (base, ours, theirs) if record])
    winner, loser = _ranked(ours, theirs)
    if base in (winner, loser):
        return winner if loser == base else loser
    keeper = _signed(winner, loser)
    if keeper is loser:
        winner, loser = loser, winner
    lost: list[_Lost] = []
    fields = {
        name: (_value if keeper is None or name in OUTCOME else _agreed)(
            _before(base, winner, name), getattr(winner, name), getattr(loser, name), name, lost
        )
        for name in schema.own_fields(type(winner))
    }
    # Each side may have removed what the other kept, where a record needs one thing at least.
    required = {field.name for field in msgspec.structs.fields(winner) if field.required}
    fields |= {name: getattr(winner, name) for name in required & fields.keys() if fields[name] == ()}
    fields["conflicts"] = _conflicts(base, winner, loser, lost)
    return msgspec.structs.replace(
        winner,
        created=min(winner.created, loser.created),
        updated=max(winner.updated, loser.updated),
        revision=_revision(fields, winner, loser),
        **fields,
    )


def merge_texts(base: bytes | None, ours: bytes, theirs: bytes) -> bytes:
    """Do the same with the plaintext of records; returns canonical text, without padding."""
    before = None if base is None else recordfile.parse_any(base, "record")
    sides = (recordfile.parse_any(data, "record") for data in (ours, theirs))
    merged = text_of(three_way(before, *sides))
    recordfile.parse_any(merged, "record")
    return merged


def text_of(record: Record) -> bytes:
    """Return the canonical text of a record, without padding."""
    return yamlfile.dump(schema.plain(record)).encode()


def _check(versions: list[Record]) -> None:
    if len({tuple(getattr(version, name) for name in _PLACE) for version in versions}) > 1:
        raise DamagedError(
            _("what is to be merged are not versions of one record"),
            _("a file was exchanged with another: restore it from git, then run: coach doctor"),
        )


def _ranked(one: Record, other: Record) -> tuple[Record, Record]:
    """Return whose values stay, and the other; a merged record ranks above what it was made of."""
    ranks = [(record.updated, record.revision) for record in (one, other)]
    if ranks[0] == ranks[1]:
        return (one, other) if text_of(one) >= text_of(other) else (other, one)
    return (one, other) if ranks[0] > ranks[1] else (other, one)


def _signed(winner: Record, loser: Record) -> Record | None:
    """Return the version of a contract whose wording a party signed that the other has changed, if any.

    Where either has a signature that the other lacks, the one that all have signed stays.
    """
    if not isinstance(winner, Contract) or not isinstance(loser, Contract) or winner.wording == loser.wording:
        return None
    pairs = ((winner, loser), (loser, winner))
    found = [one for one, other in pairs if set(one.signatures) - set(other.signatures)]
    return next((one for one in found if one.signed_on), next(iter(found), None))


def _before(base: msgspec.Struct | None, one: msgspec.Struct, name: str) -> object:
    """Return the value of a field in the common ancestor; its default where there was none."""
    if base is not None:
        return getattr(base, name)
    found = next(field for field in msgspec.structs.fields(one) if field.name == name)
    return _Missing if found.required else found.default


def _value(base: object, winner: Any, loser: Any, path: str, lost: list[_Lost]) -> Any:  # noqa: ANN401 a field
    if loser in (winner, base):
        return winner
    if winner == base:
        return loser
    if isinstance(winner, tuple) and isinstance(loser, tuple):
        return _list(base if isinstance(base, tuple) else (), winner, loser, path, lost)
    if isinstance(winner, msgspec.Struct) and type(winner) is type(loser):
        return _struct(base if isinstance(base, msgspec.Struct) else None, winner, loser, path, lost)
    lost.append(_Lost(path, loser))
    return winner


def _agreed(base: object, winner: Any, loser: Any, path: str, lost: list[_Lost]) -> Any:  # noqa: ANN401 a field
    """Keep a field as it was signed, all of it, and the other's value beside it."""
    is_there = path == "signatures" and set(loser) <= set(winner)
    if loser not in (winner, base) and not is_there:
        lost.append(_Lost(path, None if loser == () else loser))
    return winner


def _struct(
    base: msgspec.Struct | None, winner: msgspec.Struct, loser: msgspec.Struct, path: str, lost: list[_Lost]
) -> msgspec.Struct:
    fields = {
        name: _value(
            _before(base, winner, name), getattr(winner, name), getattr(loser, name), f"{path}.{name}", lost
        )
        for name in winner.__struct_fields__
    }
    return msgspec.structs.replace(winner, **fields)


def _list(base: Things, winner: Things, loser: Things, path: str, lost: list[_Lost]) -> Things:
    if all(map(_has_ids, (base, winner, loser))):
        return _by_id(base, winner, loser, path, lost)
    kept = [item for item in winner if item in loser or item not in base]
    added = [item for item in loser if item not in winner and item not in base]
    return (*kept, *added)


def _by_id(base: Things, winner: Things, loser: Things, path: str, lost: list[_Lost]) -> Things:
    old, mine, other = ({item.id: item for item in items} for items in (base, winner, loser))
    found = (
        _thing(old.get(key), mine.get(key), other.get(key), f"{path}[{key}]", lost) for key in mine | other
    )
    return tuple(item for item in found if item is not None)


def _thing(base: Any, winner: Any, loser: Any, path: str, lost: list[_Lost]) -> Any:  # noqa: ANN401 a thing of a list
    if winner is None or loser is None:
        present = loser if winner is None else winner
        # It goes only if the side that still has it left it as it was.
        return None if present == base else present
    if winner == loser:
        return winner
    return _struct(base, winner, loser, path, lost)


def _has_ids(items: Things) -> bool:
    ids = [getattr(item, "id", None) for item in items]
    return None not in ids and len(set(ids)) == len(ids)


def _conflicts(base: Record | None, winner: Record, loser: Record, lost: list[_Lost]) -> tuple[Conflict, ...]:
    before = base.conflicts if base else ()
    kept: tuple[Conflict, ...] = _by_id(before, winner.conflicts, loser.conflicts, "conflicts", [])
    found = {conflict.id: conflict for conflict in (*kept, *(_conflict(loser, item) for item in lost))}
    return tuple(sorted(found.values(), key=lambda conflict: (conflict.field, conflict.updated, conflict.id)))


def _conflict(loser: Record, item: _Lost) -> Conflict:
    """Return the entry for a lost value: the same id on every device that loses it."""
    theirs = msgspec.to_builtins(schema.plain(item.value))
    parts = (loser.id, item.path, loser.updated.isoformat(), yamlfile.dump(theirs))
    digest = hashlib.sha256("\0".join(parts).encode()).digest()[:10]
    name = base64.b32encode(digest).decode().lower()
    return Conflict(id=name, field=item.path, updated=loser.updated, theirs=theirs)


def _revision(fields: dict[str, Any], winner: Record, loser: Record) -> int:
    """Return a number above both, or that of the side which the result repeats."""
    same = [all(getattr(side, name) == fields[name] for name in fields) for side in (winner, loser)]
    highest = max(winner.revision, loser.revision)
    is_repeat = all(same) or any(
        is_same and side.revision > other.revision
        for is_same, side, other in zip(same, (winner, loser), (loser, winner), strict=True)
    )
    return highest if is_repeat else min(highest + 1, _MAX_REVISION)
