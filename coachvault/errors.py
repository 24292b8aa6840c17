"""Every failure a person may meet: two lines, message and hint, and one exit code per class.

No free text of a client stands in a message: a record is named by its opaque place, a client by
its code, a field by its name. Anything that is not a `CoachError` is a defect of the program.
"""

from collections.abc import Sequence
import errno
import os
from typing import NamedTuple

from coachvault.language import _


def reason(error: OSError) -> str:
    """Return why a file could not be used, in our words where it is one of the common reasons."""
    known = {
        errno.ENOENT: _("it is not there"),
        errno.EACCES: _("you have no permission"),
        errno.EPERM: _("you have no permission"),
        errno.EISDIR: _("it is a folder"),
        errno.ENOTDIR: _("a part of its path is no folder"),
        errno.EROFS: _("it is on a disk that is read only"),
        errno.ENOSPC: _("the disk is full"),
    }
    number = error.errno or 0
    return known.get(number) or (os.strerror(number) if number else _("unknown"))


class CoachError(Exception):
    """Something a person can mend; says what is wrong, then what to do."""

    exit_code = 1

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(CoachError):
    """A value is missing or two of them exclude one another."""

    exit_code = 2


class NoVaultError(CoachError):
    """There is no vault here, or not one that this version can read."""

    exit_code = 3


class NotFoundError(CoachError):
    """Nothing, or more than one thing, goes by that name."""

    exit_code = 4


class Problem(NamedTuple):
    """One thing wrong with a file, and where: lines and columns count from 1, 0 is unknown."""

    place: str
    line: int
    column: int
    field: str
    expected: str

    def __str__(self) -> str:
        spot = f":{self.line}:{self.column}" if self.line else ""
        field = f" {self.field}:" if self.field else ""
        option = self.place
        if not spot and not field:
            return _("%(option)s: %(expected)s") % {"option": option, "expected": self.expected}
        return f"{self.place}{spot}:{field} {self.expected}"


class BadDataError(CoachError):
    """A file or a value does not say what its kind of record says."""

    exit_code = 5

    def __init__(self, problems: Sequence[Problem], hint: str | None = None) -> None:
        self.problems = tuple(problems)
        text = "\n  ".join(str(problem) for problem in self.problems)
        super().__init__(text, hint or _("correct it and try again; nothing was written"))


class LockedError(CoachError):
    """The passphrase or the identity does not open the vault."""

    exit_code = 6


class DamagedError(CoachError):
    """A file of the vault was truncated, altered, exchanged or lost."""

    exit_code = 7


class TemplateError(CoachError):
    """A template asks for what is not there, or for what it may not have."""

    exit_code = 8


class ProgramError(CoachError):
    """A program we call is missing or failed: git, the editor, the converter."""

    exit_code = 9


class RefusedError(CoachError):
    """The rules of the vault, the law of retention or good sense forbid it."""

    exit_code = 10


class StorageError(CoachError):
    """The disk is full, read-only or failing."""

    exit_code = 11


class BusyError(CoachError):
    """Another command is writing to the vault."""

    exit_code = 12


class FindingsError(CoachError):
    """A check ran to its end and found something."""

    exit_code = 13


class ClockError(CoachError):
    """The system's date cannot be trusted for a destruction."""

    exit_code = 14
