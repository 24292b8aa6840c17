"""The layers of the code, its doors to other libraries, its sizes, and what start-up loads.

Each rule is a function from sources to faults, so that it can be shown to fail where it is broken.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
import os
from pathlib import Path
import subprocess
import sys

from program import run
import pytest

ROOT = Path(__file__).parent.parent
Sources = Mapping[str, str]
Rule = Callable[[Sources], list[str]]

LAYERS = {
    "": 0, "errors": 0, "language": 0, "clock": 0, "resource": 0, "word": 0, "records": 1, "crypto": 2,
    "vault": 3, "ethics": 4, "retention": 4, "documents": 4, "actions": 5, "cli": 6, "__main__": 7,
}  # fmt: skip
# What a layer may take of one below it, where that is not everything.
NARROW = {(part, "vault"): ("coachvault.vault.yamlfile",) for part in ("documents", "ethics")}
DOORS = {
    "typer": ("cli",),
    "click": (),
    "rich": ("cli._out",),
    "jinja2": ("documents",),
    "markupsafe": ("documents",),
    "pypandoc": ("documents",),
    "typst": ("documents",),
    "babel": ("documents",),
    "yaml": ("vault.yamlfile",),
    "pyrage": ("crypto.box",),
    "keyring": ("crypto.keychain",),
    "segno": ("documents.qr",),
    "platformdirs": ("cli._session",),
    "dateutil": ("retention", "actions", "cli._options"),
    "subprocess": ("vault.history", "cli._passphrase", "cli._editor", "documents.convert", "crypto.keeper"),
}
MAX_FILE, MAX_FUNCTION, MAX_PARAMETERS = 400, 60, 8
VAGUE = ("util", "utils", "helper", "helpers", "common", "manager", "managers", "misc")
SLOW = ("rich", "jinja2", "babel", "pydantic", "asyncio", "typst", "pypandoc", "keyring")


def product() -> Sources:
    """Return every module of the package: its path from the package's parent, and its text."""
    paths = sorted((ROOT / "coachvault").rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}


def module(path: str) -> str:
    """Return the dotted name of a path: `coachvault.vault.store`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(sources: Sources, path: str) -> Iterator[str]:
    """Return the dotted name of everything that a module imports, wherever in it."""
    known = {module(name) for name in sources}
    for node in ast.walk(ast.parse(sources[path])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else str(node.module) for name in inner)


def layer(name: str) -> str:
    """Return the part of the package that a module is in: `vault`, or `` for the package itself."""
    return [*name.split("."), ""][1]


def layers_hold(sources: Sources) -> list[str]:
    """Imports go downwards only, never sideways, and in full names."""
    faults = []
    for path in sources:
        own = layer(module(path))
        for name in imports(sources, path):
            if name.startswith("."):
                faults.append(f"{path}: relative import {name}")
            elif name.split(".")[0] == "coachvault" and not _may(own, name):
                faults.append(f"{path}: {name}")
    return faults


def _may(own: str, name: str) -> bool:
    other = layer(name)
    if other not in LAYERS or own not in LAYERS:
        return False
    if (own, other) in NARROW:
        return name in NARROW[own, other]
    return own == other or LAYERS[other] < LAYERS[own] or LAYERS[own] == LAYERS[other] == 0


def doors_hold(sources: Sources) -> list[str]:
    """Each library has the modules that may import it, and no other does."""
    return [
        f"{path}: {name}"
        for path in sources
        for name in imports(sources, path)
        if (doors := DOORS.get(name.split(".")[0])) is not None
        and not any(f"{module(path)}.".startswith(f"coachvault.{door}.") for door in doors)
    ]


def git_has_one_door(sources: Sources) -> list[str]:
    """No module but the history calls git, and none starts a program by another way than subprocess."""
    return [
        f"{path}:{node.lineno}: starts a program"
        for path in sources
        for node in ast.walk(ast.parse(sources[path]))
        if (isinstance(node, ast.Call) and _starts_git(node) and module(path) != "coachvault.vault.history")
        or (isinstance(node, ast.Attribute) and _starts_otherwise(node))
    ]


def _starts_otherwise(node: ast.Attribute) -> bool:
    is_of_os = isinstance(node.value, ast.Name) and node.value.id == "os"
    return is_of_os and node.attr.startswith(("system", "popen", "exec", "spawn"))


def _starts_git(call: ast.Call) -> bool:
    return any(
        isinstance(node, ast.Tuple | ast.List)
        and node.elts
        and isinstance(node.elts[0], ast.Constant)
        and node.elts[0].value == "git"
        for node in call.args
    )


def sizes_hold(sources: Sources) -> list[str]:
    """Files, functions and lists of parameters are short; a command has as many options as it needs."""
    faults = [
        f"{path}: {text.count(chr(10))} lines"
        for path, text in sources.items()
        if text.count("\n") > MAX_FILE
    ]
    for path, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if length > MAX_FUNCTION:
                    faults.append(f"{path}: {node.name} has {length} lines")
                if len(given) > MAX_PARAMETERS and layer(module(path)) != "cli":
                    faults.append(f"{path}: {node.name} has {len(given)} parameters")
    return faults


def names_say_something(sources: Sources) -> list[str]:
    """No module is named for nothing in particular."""
    return [path for path in sources if {part.strip("_") for part in module(path).split(".")} & set(VAGUE)]


RULES: tuple[Rule, ...] = (layers_hold, doors_hold, git_has_one_door, sizes_hold, names_say_something)


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_the_rule(rule: Rule) -> None:
    assert rule(product()) == []


def test_the_rules_see_the_whole_package() -> None:
    found = product()
    assert {layer(module(path)) for path in found} == set(LAYERS)
    assert "coachvault.vault.files" in set(imports(found, "coachvault/vault/journal.py"))


BROKEN: tuple[tuple[Rule, str, str], ...] = (
    (layers_hold, "coachvault/records/a.py", "from coachvault.vault import store"),
    (layers_hold, "coachvault/errors.py", "import coachvault.records.base"),
    (layers_hold, "coachvault/crypto/a.py", "def f():\n    from coachvault.actions import x"),
    (layers_hold, "coachvault/vault/a.py", "import coachvault.cli"),
    (layers_hold, "coachvault/actions/a.py", "if TYPE_CHECKING:\n    from coachvault.cli._out import show"),
    (layers_hold, "coachvault/retention/a.py", "from coachvault import documents"),
    (layers_hold, "coachvault/documents/a.py", "from coachvault.retention import term"),
    (layers_hold, "coachvault/documents/a.py", "from coachvault.vault import store"),
    (layers_hold, "coachvault/documents/a.py", "from coachvault.vault.store import Vault"),
    (layers_hold, "coachvault/vault/a.py", "from . import store"),
    (layers_hold, "coachvault/vault/a.py", "import coachvault.novelty"),
    (layers_hold, "coachvault/novelty/a.py", "import coachvault.errors"),
    (doors_hold, "coachvault/actions/a.py", "import typer"),
    (doors_hold, "coachvault/cli/_session.py", "from rich.console import Console"),
    (doors_hold, "coachvault/cli/_outer.py", "import rich"),
    (doors_hold, "coachvault/retention/a.py", "def f():\n    import babel.dates"),
    (doors_hold, "coachvault/actions/a.py", "import jinja2"),
    (doors_hold, "coachvault/actions/a.py", "from markupsafe import Markup"),
    (doors_hold, "coachvault/cli/a.py", "import typst, pypandoc"),
    (doors_hold, "coachvault/retention/a.py", "import yaml"),
    (doors_hold, "coachvault/crypto/keys.py", "from pyrage import x25519"),
    (doors_hold, "coachvault/vault/store.py", "import keyring"),
    (doors_hold, "coachvault/actions/a.py", "import subprocess"),
    (doors_hold, "coachvault/cli/a.py", "import click"),
    (git_has_one_door, "coachvault/cli/_session.py", "subprocess.run(['git', 'push'])"),
    (git_has_one_door, "coachvault/documents/convert.py", "run(('git', 'push'), check=True)"),
    (git_has_one_door, "coachvault/vault/a.py", "import os\nos.system('true')"),
    (sizes_hold, "coachvault/vault/a.py", "x = 1\n" * 401),
    (sizes_hold, "coachvault/vault/a.py", "def f():\n" + "    x = 1\n" * 60),
    (sizes_hold, "coachvault/vault/a.py", "class A:\n    async def f():\n" + "        x = 1\n" * 60),
    (sizes_hold, "coachvault/vault/a.py", "def f(a, b, c, d, /, e, *, f, g, h, i): ..."),
    (names_say_something, "coachvault/vault/utils.py", ""),
    (names_say_something, "coachvault/cli/_helpers.py", ""),
    (names_say_something, "coachvault/common/a.py", ""),
    (names_say_something, "coachvault/vault/manager.py", ""),
)
KEPT: tuple[tuple[Rule, str, str], ...] = (
    (layers_hold, "coachvault/cli/a.py", "from coachvault.records.client import Client"),
    (layers_hold, "coachvault/vault/a.py", "from coachvault.vault import store"),
    (layers_hold, "coachvault/errors.py", "from coachvault.language import _"),
    (layers_hold, "coachvault/actions/a.py", "from coachvault import __version__, clock"),
    (layers_hold, "coachvault/documents/a.py", "from coachvault.vault import yamlfile\nimport os"),
    (doors_hold, "coachvault/cli/_out.py", "import rich.table, typer"),
    (doors_hold, "coachvault/documents/inner/a.py", "import jinja2"),
    (doors_hold, "coachvault/vault/history.py", "import subprocess"),
    (git_has_one_door, "coachvault/vault/history.py", "subprocess.run(('git', 'status'))"),
    (git_has_one_door, "coachvault/actions/a.py", "print('git')"),
    (sizes_hold, "coachvault/vault/a.py", "def f():\n" + "    x = 1\n" * 59),
    (sizes_hold, "coachvault/cli/a.py", "def f(a, b, c, d, e, f, g, h, i, j): ..."),
    (names_say_something, "coachvault/vault/store.py", ""),
)
SMALL = {
    "coachvault/__init__.py": "", "coachvault/vault/yamlfile.py": "", "coachvault/vault/store.py": "",
    "coachvault/documents/__init__.py": "", "coachvault/clock.py": "",
}  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_rule_that_is_broken_says_where(rule: Rule, path: str, text: str) -> None:
    faults = rule({**SMALL, path: text})
    assert len(faults) in (1, text.count(",") + 1)
    assert all(fault.startswith(path) for fault in faults)


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_a_rule_that_is_kept_says_nothing(rule: Rule, path: str, text: str) -> None:
    assert rule({**SMALL, path: text}) == []


LISTING = """
import sys
from coachvault import cli
code = cli.run(sys.argv[1:])
sys.stdout.flush()
print("MODULES", *sorted({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""


@pytest.fixture
def small_vault(identity: Path, home: Path) -> Path:
    assert identity.is_file()
    root = home / "vault"
    words = ("init", str(root), "--name", "Camille", "--country", "FR", "--language", "en", "--no-git")
    assert run(*words).code == 0
    assert run("new-client", "Augustine Rousseau", "--vault", str(root)).code == 0
    # A list that finds its index stale takes the lock and writes it anew; the next ones only read.
    for path in (root, *root.rglob("*")):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert run("client", "list", "--vault", str(root)).code == 0
    return root


def loaded(*words: str, at: Path) -> tuple[str, set[str]]:
    """Return what a command said, and every module that its process had loaded at its end."""
    command = (sys.executable, "-c", LISTING, *words)
    done = subprocess.run(command, capture_output=True, check=True, cwd=at, env=dict(os.environ))
    said, _mark, names = done.stdout.decode().rpartition("MODULES ")
    return said, set(names.split())


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("--version",), "coach "),
        (("--help",), "new-client"),
        (("client", "--help"), "list"),
        (("client", "list"), "Augustine Rousseau"),
        (("client", "show", "augustine"), "Augustine Rousseau"),
    ],
)
def test_a_command_loads_no_library_that_it_does_not_use(
    small_vault: Path, words: tuple[str, ...], word: str
) -> None:
    said, modules = loaded(*words, at=small_vault)
    assert word in said
    assert "typer" in modules
    assert modules & set(SLOW) == set()


def test_a_list_from_the_index_reads_no_yaml(small_vault: Path) -> None:
    said, modules = loaded("client", "list", at=small_vault)
    assert "Augustine Rousseau" in said
    assert "yaml" not in modules


def test_a_rule_on_what_is_loaded_sees_what_is_loaded(small_vault: Path) -> None:
    _said, modules = loaded("note", "add", "augustine", "--text", "rien", at=small_vault)
    assert "yaml" in modules
