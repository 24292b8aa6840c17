"""The end of every destruction: its receipt, and the certificate where one is asked for."""

from collections.abc import Iterator
import contextlib
from pathlib import Path
import sys
from typing import TYPE_CHECKING

import msgspec

from coachvault.cli import _deliver, _out
from coachvault.errors import UsageError
from coachvault.language import _
from coachvault.word import word

if TYPE_CHECKING:
    from coachvault.actions.destruction import Receipt
    from coachvault.actions.result import Listing
    from coachvault.vault.store import Vault


def place_of(certificate: str | None, *, as_json: bool, harmless: str | None = None) -> str | None:
    """Return where the certificate goes, known to be free before anything is destroyed.

    `harmless` is the option by which nothing is destroyed, if it was given: raises UsageError for both.
    """
    if certificate is None:
        return None
    if harmless:
        raise UsageError(
            _("--certificate and %(option)s exclude each other") % {"option": harmless},
            _("only what is destroyed can be certified"),
        )
    return _deliver.check(certificate, "pdf", as_json=as_json, option="--certificate")


@contextlib.contextmanager
def beside(place: str | None) -> Iterator[None]:
    """Show on stderr what is shown meanwhile, where stdout is for the certificate."""
    with contextlib.redirect_stdout(sys.stderr) if place == "-" else contextlib.nullcontext():
        yield


def named(vault: "Vault", plan: "Listing", *, as_json: bool) -> "Listing":
    """Return a plan with the names beside the codes where a person reads it: a code says little to one."""
    from coachvault.actions import who

    if as_json or not sys.stdout.isatty():
        return plan
    names = {entry.code: entry.name for entry in who.entries(vault, who.ANYONE)}
    rows = [
        msgspec.structs.replace(row, code=f"{code} {names.get(code, '')}".strip())
        for row in plan.items
        if (code := getattr(row, "code"))  # noqa: B009 rows of any plan have one
    ]
    return msgspec.structs.replace(plan, items=tuple(rows))


def show(vault: "Vault", receipt: "Receipt", place: str | None, *, as_json: bool) -> None:
    """Print what was destroyed, and certify it; raises FindingsError if any of it can still be read."""
    with beside(place):
        _out.show(receipt.done(word), as_json=as_json)
    if place:
        _certify(vault, receipt, place)
    receipt.refuse()


def _certify(vault: "Vault", receipt: "Receipt", place: str) -> None:
    from coachvault.actions import certificate

    made = certificate.make(vault, receipt, word)
    if place == "-":
        _out.document(made.data)
        return
    _deliver.write_new(Path(place), made.data)
    _out.note(_("the certificate is at %(path)s") % {"path": place})
