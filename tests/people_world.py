"""What the tests of people share: a command that must succeed, and one that must change nothing."""

import json
from pathlib import Path
from typing import Any

from program import refused, run, snapshot


def do(*words: str, stdin: str | None = None) -> str:
    """Run a command that must not fail, and return what it says."""
    result = run(*words, stdin=stdin)
    assert result.code == 0, result.err
    return result.out


def item(*words: str) -> Any:  # noqa: ANN401 an object of JSON
    """Return the one thing that a command shows."""
    return json.loads(do(*words, "--json"))["item"]


def items(*words: str) -> Any:  # noqa: ANN401 an object of JSON
    """Return the things that a command lists."""
    return json.loads(do(*words, "--json"))["items"]


def enter(kind: str, *words: str) -> str:
    """Enter a client, an organisation or a group, and return its code."""
    return do(kind, "new", *words).split()[-1]


def refuses(root: Path, code: int, says: str, *words: str, stdin: str | None = None) -> None:
    """Assert that a command is refused in two lines and leaves the vault as it was."""
    before = snapshot(root)
    refused(run(*words, stdin=stdin), code, says)
    assert snapshot(root) == before
