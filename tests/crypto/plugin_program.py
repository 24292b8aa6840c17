"""A small age plugin, `age-plugin-demo`, for the tests: the protocol of real ones, with a key in software.

It speaks both state machines of the C2SP specification age-plugin, recipient-v1 and identity-v1, and
wraps a file key as an age file of its own for the X25519 key that its recipient holds. What it does
besides, the environment says: DEMO_PLUGIN is `refuse`, `die` or `ask`, and names the state machine.
"""

import base64
from collections.abc import Iterator, Sequence
import os
from pathlib import Path
import sys
from typing import BinaryIO, NamedTuple

from coachvault.crypto import box

NAME = "demo"
RECIPIENT, IDENTITY = f"age1{NAME}", f"age-plugin-{NAME}-"
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class Stanza(NamedTuple):
    """A line of words and a body."""

    words: tuple[str, ...]
    body: bytes = b""


def install(folder: Path) -> None:
    """Put the program into a folder that is to stand in PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"age-plugin-{NAME}"
    places = [str(Path(__file__).parent), str(Path(box.__file__).parents[2])]
    code = f"import sys; sys.path[:0] = {places!r}; import plugin_program; plugin_program.main(sys.argv)"
    program.write_text(f'#!/bin/sh\nexec \'{sys.executable}\' -c "{code}" "$@"\n')
    program.chmod(0o755)


def keys() -> tuple[str, str]:
    """Return a new identity of the plugin, and its recipient."""
    secret = box.generate()
    public = box.recipient_of(secret)
    return bech32(IDENTITY, _data(secret)).upper(), bech32(RECIPIENT, _data(public))


def main(argv: Sequence[str]) -> None:
    """Be the program that age starts."""
    machine = argv[1].removeprefix("--age-plugin=")
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    asked = list(_read_all(source))
    wish, _space, wanted = os.environ.get("DEMO_PLUGIN", "").partition(" ")
    wish = wish if wanted == machine else ""
    if wish == "die":
        sys.exit(1)
    if wish == "ask" and not _has_pin(source, sink):
        return
    if wish == "refuse":
        _error(source, sink, "the demo refuses")
    elif machine == "recipient-v1":
        _wrap(source, sink, asked)
    elif machine == "identity-v1":
        _unwrap(source, sink, asked)
    else:
        sys.exit(f"unknown state machine {machine}")


def _has_pin(source: BinaryIO, sink: BinaryIO) -> bool:
    """Ask for the PIN, with a control character in the question; say so if it is not the right one."""
    _tell(source, sink, Stanza(("msg",), b"The demo is \x1b[31mawake"))
    _send(sink, Stanza(("request-secret",), b"PIN of the demo"))
    answer = _read(source)
    if answer == Stanza(("ok",), b"1234"):
        return True
    _error(source, sink, "no PIN")
    return False


def _wrap(source: BinaryIO, sink: BinaryIO, asked: Sequence[Stanza]) -> None:
    publics = [bech32("age", _data(s.words[1])) for s in asked if s.words[0] == "add-recipient"]
    publics += [box.recipient_of(_secret(s.words[1])) for s in asked if s.words[0] == "add-identity"]
    wanted = [stanza.body for stanza in asked if stanza.words[0] == "wrap-file-key"]
    for number, file_key in enumerate(wanted):
        for public in publics:
            stanza = Stanza(("recipient-stanza", str(number), NAME), box.encrypt(file_key, [public]))
            _tell(source, sink, stanza)
    _send(sink, Stanza(("done",)))


def _unwrap(source: BinaryIO, sink: BinaryIO, asked: Sequence[Stanza]) -> None:
    secrets = [_secret(stanza.words[1]) for stanza in asked if stanza.words[0] == "add-identity"]
    done: set[str] = set()
    for stanza in asked:
        if stanza.words[0] != "recipient-stanza" or stanza.words[2] != NAME or stanza.words[1] in done:
            continue
        try:
            file_key = box.decrypt(stanza.body, secrets)
        except box.WrongKeyError:
            continue
        _tell(source, sink, Stanza(("file-key", stanza.words[1]), file_key))
        done.add(stanza.words[1])
    _send(sink, Stanza(("done",)))


def _error(source: BinaryIO, sink: BinaryIO, message: str) -> None:
    _tell(source, sink, Stanza(("error", "internal"), message.encode()))
    _send(sink, Stanza(("done",)))


def _tell(source: BinaryIO, sink: BinaryIO, stanza: Stanza) -> None:
    """Send a command of the second phase, and wait until it was taken."""
    _send(sink, stanza)
    if _read(source).words != ("ok",):
        sys.exit("not taken")


def _send(sink: BinaryIO, stanza: Stanza) -> None:
    text = base64.b64encode(stanza.body).decode().rstrip("=")
    lines = [text[start : start + 64] for start in range(0, len(text) + 1, 64)]
    # The last line of a body is shorter than the others, be it empty.
    sink.write("\n".join(["-> " + " ".join(stanza.words), *lines, ""]).encode())
    sink.flush()


def _read(source: BinaryIO) -> Stanza:
    words = source.readline().decode().split()
    if words[:1] != ["->"]:
        sys.exit("no stanza")
    text = ""
    while len(line := source.readline().decode().strip()) == 64:
        text += line
    text += line
    return Stanza(tuple(words[1:]), base64.b64decode(text + "=" * (-len(text) % 4)))


def _read_all(source: BinaryIO) -> Iterator[Stanza]:
    while (stanza := _read(source)).words != ("done",):
        yield stanza


def _secret(identity: str) -> str:
    return bech32("age-secret-key-", _data(identity)).upper()


# Bech32, as age writes keys (BIP 173, of any length).


def _data(text: str) -> list[int]:
    return [_ALPHABET.index(letter) for letter in text.lower().rpartition("1")[2][:-6]]


def bech32(prefix: str, data: list[int]) -> str:
    """Return a key as age writes it."""
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    checksum = _polymod([*expanded, *data, 0, 0, 0, 0, 0, 0]) ^ 1
    tail = [(checksum >> 5 * (5 - number)) & 31 for number in range(6)]
    return prefix + "1" + "".join(_ALPHABET[value] for value in [*data, *tail])


def _polymod(values: list[int]) -> int:
    found = 1
    for value in values:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ value
        for number in range(5):
            found ^= _GENERATOR[number] if (top >> number) & 1 else 0
    return found
