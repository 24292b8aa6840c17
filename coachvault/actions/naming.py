"""Names that may not stand in a text: those of other clients, and for a group those of anybody outside."""

from collections.abc import Iterable

from coachvault.actions import who
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.group import Group
from coachvault.records.name import key, mentions
from coachvault.records.subject import Subject
from coachvault.vault.store import Vault


def refuse_clients(
    vault: Vault, subject: Subject, texts: Iterable[str | None], spared: Iterable[str] = ()
) -> None:
    """Refuse texts in one file that name another client, by whole name or by code (LC-3, DA-19).

    A group's file may name its members, and a text whoever is `spared`. No record is opened for it.
    """
    inside = {member.client for member in subject.members} if isinstance(subject, Group) else set()
    others = [entry for entry in who.entries(vault) if entry.folder not in {subject.folder, *inside}]
    own = {key(name) for name in (subject.name, *subject.aliases, *spared)}
    names = frozenset(key(name) for entry in others for name in (entry.name, *entry.aliases)) - own
    codes = frozenset(key(entry.code) for entry in others)
    if any(text and mentions(text, names | codes) for text in texts):
        raise RefusedError(
            _("the text names another client, in the file of %(code)s") % {"code": subject.code},
            _("say it without the name and without the code; nothing was written"),
        )


def refuse_outsiders(vault: Vault, group: Group, text: str) -> None:
    """Refuse a text in the file of a group that names, whole, somebody who is outside it (PI-8.1).

    Besides other clients these are the cast, guardians and manager of any client, and who speaks for an
    organisation, of all whose folders this identity opens. Members may be named, whoever else knows them.
    """
    from coachvault.actions import brief  # noqa: PLC0415 a note on a client must not wait for it
    from coachvault.ethics import overlap  # noqa: PLC0415 the same

    refuse_clients(vault, group, [text])
    inside = {group.folder, *(member.client for member in group.members)}
    sides = [side for known in brief.every(vault).values() for side in known.sides]
    own = frozenset(mark for side in sides if side.folder in inside for mark in side.names)
    around = frozenset(mark for side in sides for mark in side.around)
    if overlap.said(text) & (around - own):
        raise RefusedError(
            _("the text names somebody who is outside the group %(code)s") % {"code": group.code},
            _("say it without the name; nothing was written"),
        )
