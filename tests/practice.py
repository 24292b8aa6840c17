"""A small practice: the vault that most tests of commands get a copy of."""

from pathlib import Path
from typing import NamedTuple

from program import run

# What the practice knows of its clients: none of it may stand in an error.
WORDS = (
    "Augustine", "Rousseau", "Rousselin", "Quenneville", "Ferdinand", "Thibodeau", "Solange",
    "augustine.r@exemple.test", "+33 6 12 34", "reprendre confiance", "préparer la candidature",
    "conflit avec sa soeur", "dette de jeu", "Marqueur", "phrase de passe",
)  # fmt: skip
TODAY = "2026-11-22"
# Past the start gate, of which most tests ask nothing.
PAPER = ("--override", "from the paper file")


class Practice(NamedTuple):
    """The vault's folder, and the codes of its clients.

    Augustine has a signed contract, a session and a note; Auguste a signed contract alone; Ferdinand
    a draft of a solidarity contract; Solange a note of 2009 and was closed then, so that it is due.
    """

    root: Path
    augustine: str
    ferdinand: str
    solange: str


def make(root: Path) -> Practice:
    """Make the practice in a vault of its own."""
    _do("init", str(root), "--name", "Camille Aubépine", "--country", "FR", "--language", "en")
    where = ("--vault", str(root))
    contact = ("--email", "augustine.r@exemple.test", "--phone", "+33 6 12 34 56 78")
    names = ("Augustine Rousseau", "Auguste Rousselin", "Ferdinand Quenneville", "Solange Thibodeau")
    augustine, auguste, ferdinand, solange = (_do("new-client", name, *contact, *where) for name in names)
    words = ("--request", "reprendre confiance", "--goal", "préparer la candidature")
    paper = ("--to", "client", "--file", __file__)  # a contract that was made elsewhere
    for command in (
        ("contract", "new", augustine, "--kind", "individual", "--start", "2026-11-01", *words),
        ("contract", "deliver", augustine, *paper, "--on", "2026-11-01"),
        ("contract", "sign", augustine, "--by", "client", "--on", "2026-11-02"),
        ("contract", "sign", augustine, "--by", "coach", "--on", "2026-11-02"),
        ("contract", "new", auguste, "--kind", "individual"),
        ("contract", "deliver", auguste, *paper, "--on", "2026-11-04"),
        ("contract", "sign", auguste, "--by", "client", "--on", "2026-11-05"),
        ("contract", "sign", auguste, "--by", "coach", "--on", "2026-11-04"),
        ("session", "add", augustine, "--minutes", "60", "--on", "2026-11-10", *PAPER),
        ("note", "add", augustine, "--text", "conflit avec sa soeur", "--on", "2026-11-10"),
        ("contract", "new", ferdinand, "--kind", "solidarity", "--sessions", "2", *words),
        ("note", "add", solange, "--text", "dette de jeu", "--on", "2009-06-01"),
        ("client", "close", solange, "--by", "client", "--on", "2009-06-30"),
    ):
        _do(*command, *where)
    return Practice(root, augustine, ferdinand, solange)


def _do(*words: str) -> str:
    """Run a command that must not fail, and return the last word that it says."""
    result = run(*words)
    assert result.code == 0, result.err
    return result.out.split()[-1]
