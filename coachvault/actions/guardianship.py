"""What a contract says of a protected client's guardians: who they are, and what they are told (DA-13)."""

from coachvault.actions import contract as contracts
from coachvault.actions import contradiction
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.client import Client
from coachvault.vault.change import Change
from coachvault.vault.store import Vault


def follow(vault: Vault, change: Change, before: Client, after: Client) -> None:
    """Bring the draft of the contract in step with what a client's file says of the guardians now.

    What they signed was agreed on with them: raises RefusedError where it would differ from that, until an
    amendment is drafted. That a client is protected from now on, and by whom, is a fact, and never refused.
    """
    contract = contracts.find(vault, before)
    if contract is None or contract.ended_on or _agreed(before) == _agreed(after):
        return
    code = {"code": before.code}
    if not contract.signatures:
        has_sponsor = contract.sponsor is not None
        signers = contradiction.parties(after, contract.kind, has_sponsor=has_sponsor)
        change.update(contract, {"parties": signers, **contradiction.guarded(after)})
    elif "guardian" in contract.signers:
        is_running = contract.state == "signed"
        raise RefusedError(
            _("guardians of %(code)s, and what they are told, are agreed on in the contract") % code,
            _("draft an amendment first: coach contract amend %(code)s; then change it, and let all sign")
            % code
            if is_running
            else _("not all have signed: coach contract end %(code)s; then change it, and draft a new one")
            % code,
        )


def _agreed(client: Client) -> tuple[object, ...]:
    return (client.protected, *contradiction.guarded(client).values())
