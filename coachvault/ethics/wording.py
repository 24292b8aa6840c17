"""What a client is asked for: the texts read to them, and what each consent allows (DA-12, LC-19)."""

from collections.abc import Mapping
from functools import cache
import hashlib
from pathlib import Path
from typing import Literal, get_args

import msgspec

from coachvault.records import schema
from coachvault.records.consent import ConsentType, Recipient
from coachvault.records.words import Words
from coachvault.vault import yamlfile

DATA = Path(__file__).parents[1] / "data" / "codes"
TYPES: tuple[ConsentType, ...] = get_args(ConsentType)


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One type of consent: its text, and what may be named in it."""

    scope: Words
    wording: Words
    withdrawn: Words
    items: Literal["none", "free", "contract", "special"] = "none"
    recipients: tuple[Recipient, ...] = ()


class _Models(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: str
    end: Words
    consents: dict[str, Model]


def model(type_: ConsentType) -> Model:
    """Return what is shipped on a type of consent."""
    return load().consents[type_]


def text(type_: ConsentType, language: str) -> str:
    """Return the words that are read to the client: the same for the same type and language."""
    return schema.tidy(f"{model(type_).wording.say(language)}\n\n{load().end.say(language)}")  # type: ignore[no-any-return] # a text


def version(wording: str) -> str:
    """Return the SHA-256 of a text as a record keeps it."""
    return hashlib.sha256(schema.tidy(wording).encode()).hexdigest()


def passing(recipient: Recipient) -> tuple[ConsentType, ...]:
    """Return the types of consent that let something be passed on to such a recipient."""
    return tuple(type_ for type_ in TYPES if recipient in model(type_).recipients)


@cache
def load() -> _Models:
    """Return the shipped texts."""
    path = DATA / "consents.yaml"
    value = yamlfile.read(path.read_text("utf-8"), path.name)
    assert isinstance(value, Mapping)  # noqa: S101 the file is ours
    return schema.read(_Models, value)
