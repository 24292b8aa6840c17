"""Seals: what tells a vault's own commits and tombstones from those that an outsider could make.

Commits and tombstones are plain, so whoever can write to the remote could forge them. A seal is a
MAC whose key comes from a drawer's key: nobody who lacks that key can make one, and it tells nothing
of the key. A commit is sealed with the key of the practice's settings, a tombstone with the very key
whose end it says: who still holds that key, and so has something to destroy, can check it. Where
somebody reads some folders alone, a commit is sealed with the key of the circle too, which all hold.
"""

from collections.abc import Iterable, Mapping
import hashlib
import hmac
from typing import Any

import msgspec

from coachvault.crypto import box
from coachvault.vault import yamlfile

HEADER = b"coachvault-seal "
CIRCLE_HEADER = b"coachvault-circle "
FIELD = "seal"


def of_commit(body: bytes, settings: str | None, circle: str | None) -> bytes:
    """Return the headers that seal a commit's text, made with the keys that are at hand.

    The seal of the settings' key is of the circle's as well.
    """
    inner = CIRCLE_HEADER + _mac("commit", body, circle).encode() + b"\n" if circle else b""
    head, _gap, message = body.partition(b"\n\n")
    whole = head + b"\n" + inner + b"\n" + message
    return inner + (HEADER + _mac("commit", whole, settings).encode() + b"\n" if settings else b"")


def is_own_commit(text: bytes, secrets: Iterable[str]) -> bool:
    """Return whether a commit's text bears the seal of one of these keys of the settings."""
    return _is_sealed(text, HEADER, (HEADER,), secrets)


def is_of_circle(text: bytes, secrets: Iterable[str]) -> bool:
    """Return whether a commit's text bears the seal of one of these keys of the circle."""
    return _is_sealed(text, CIRCLE_HEADER, (HEADER, CIRCLE_HEADER), secrets)


def _is_sealed(text: bytes, header: bytes, without: tuple[bytes, ...], secrets: Iterable[str]) -> bool:
    head, gap, message = text.partition(b"\n\n")
    lines = head.split(b"\n")
    found = [line.removeprefix(header) for line in lines if line.startswith(header)]
    body = b"\n".join(line for line in lines if not line.startswith(without)) + gap + message
    return len(found) == 1 and any(
        hmac.compare_digest(found[0], _mac("commit", body, secret).encode()) for secret in secrets
    )


def of_tombstone(facts: Mapping[str, Any], secret: str) -> dict[str, Any]:
    """Return the facts of a tombstone with the seal of the key that it says is destroyed."""
    return {**facts, FIELD: _mac("tombstone", _plain(facts), secret)}


def is_own_tombstone(facts: Mapping[str, Any], secrets: Iterable[str]) -> bool:
    """Return whether a tombstone bears the seal of one of these keys, which it must say is destroyed."""
    return any(
        facts.get("key_sha256") == fingerprint(secret)
        and hmac.compare_digest(str(facts.get(FIELD)), _mac("tombstone", _plain(facts), secret))
        for secret in secrets
    )


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a key's public half, by which a tombstone names the key."""
    return hashlib.sha256(box.recipient_of(secret).encode()).hexdigest()


def _mac(purpose: str, text: bytes, secret: str) -> str:
    key = hmac.digest(secret.encode(), b"coachvault seal of a " + purpose.encode(), "sha256")
    return hmac.digest(key, text, "sha256").hex()


def _plain(facts: Mapping[str, Any]) -> bytes:
    """Return the facts as they are read again from their file, in one order."""
    read = yamlfile.read(yamlfile.dump(dict(facts)), "tombstone")
    kept = {name: value for name, value in read.items() if name != FIELD} if isinstance(read, dict) else {}
    return msgspec.json.encode(kept, order="sorted")
