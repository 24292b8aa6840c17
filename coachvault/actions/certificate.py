"""The certificate of a destruction: what was destroyed and how it was proven, without any name."""

from collections.abc import Callable

import msgspec

from coachvault import documents
from coachvault.actions import document
from coachvault.actions.destruction import Receipt
from coachvault.language import current
from coachvault.vault.store import Vault


def make(vault: Vault, receipt: Receipt, say: Callable[[str], str] = str) -> document.Rendered:
    """Return the certificate of a receipt as PDF; only our own template says what stands in it.

    `say` is what a drawer is called there.
    """
    proof = receipt.proof
    found = {**msgspec.structs.asdict(proof), "findings": len(proof.findings)} if proof else None
    drawers = [{**msgspec.structs.asdict(stone), "drawer": say(stone.drawer)} for stone in receipt.stones]
    context = documents.certificate_context(
        vault.config.vault, drawers, found, receipt.beyond, on=receipt.destroyed_on
    )
    name = f"certificate-{receipt.destroyed_on}"
    return document.make("certificate", "pdf", context, name=name, language=current(), own=None)
