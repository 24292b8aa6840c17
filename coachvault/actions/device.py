"""The other devices of a vault, as they listed themselves when they synchronised."""

from collections.abc import Iterator

from coachvault.actions.result import Done
from coachvault.errors import NotFoundError, RefusedError
from coachvault.language import _
from coachvault.records.kinds import CIRCLE
from coachvault.records.name import fold
from coachvault.records.practice import Circle, Device, Settings
from coachvault.vault import sync
from coachvault.vault.store import Vault


def lists(vault: Vault) -> Iterator[Settings | Circle]:
    """Yield the records that list devices, as far as this identity opens them.

    Who reads some folders lists their copies elsewhere, and does not see those of the others.
    """
    yield from () if vault.is_partial else vault.load(vault.practice, "settings", Settings)
    yield from vault.load(vault.practice, CIRCLE, Circle)


def called(device: Device) -> str:
    """Return what a device is called."""
    return device.label or device.id[:6]


def forget(vault: Vault, name: str) -> Done:
    """Take a device off the list, named by its label or the beginning of its id: it is lost, or not yours.

    One that synchronises after all lists itself again.
    """
    with vault.change() as change:
        device = _find([device for entry in lists(vault) for device in entry.devices], name)
        if device.id == sync.own_device(vault.root):
            raise RefusedError(
                _("this is the device at hand, which lists itself at every sync"),
                _("name another one: coach purge status"),
            )
        for entry in lists(vault):
            change.update(entry, {"devices": tuple(one for one in entry.devices if one.id != device.id)})
    warning = _("the copy on that device, if it is still there, opens what it held; delete it if you can")
    return Done(_("the device is forgotten"), {"device": device.id}, (warning,))


def _find(known: list[Device], name: str) -> Device:
    found = [one for one in known if one.label and fold(one.label) == fold(name)]
    found = found or [one for one in known if name and one.id.startswith(name)]
    if len({one.id for one in found}) != 1:
        message = _("more than one device goes by that name") if found else _("no device goes by that name")
        raise NotFoundError(message, _("see them with: coach purge status"))
    return found[0]
