"""What was destroyed is gone: from the folder, from git's objects, from every key that is left."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
import hashlib
import json
from pathlib import Path
import shutil
import subprocess
from typing import NamedTuple

from leak import leaks
from practice import PAPER
from program import isolate, pack, run, write_plain_identity
import pytest
import yaml

from coachvault import clock
from coachvault.crypto import box

TODAY = "2026-11-22"
# What the vault knows of the client who was closed in 2009.
WORDS = (
    "Augustine", "Rousseau", "Titine", "augustine.r@exemple.test", "06 12 34 56 78", "allée des Tilleuls",
    "reprendre confiance", "préparer la candidature", "conflit avec sa soeur", "peur du vide",
    "oser dire non", "note retirée", "but atteint", "avenant",
)  # fmt: skip
AGREED = {
    "start": "2008-09-01", "sessions": "3", "duration": "60", "frequency": "monthly", "place": "my practice",
    "fee": "80", "currency": "EUR", "concluded": "premises",
}  # fmt: skip
DRAWERS = ("contract", "identity", "log", "notes", "summary")
MOMENT = datetime.fromisoformat(TODAY).replace(hour=12, tzinfo=UTC)


class Vault(NamedTuple):
    """A vault with an old client and a live one, the identity, and the old client's folder and code."""

    root: Path
    identity: Path
    folder: str
    code: str

    def coach(self, *words: str, code: int = 0) -> str:
        result = run(*words, "--vault", str(self.root), "--identity", str(self.identity), "--lang", "en")
        assert result.code == code, result.err
        return result.out

    def facts(self, *words: str) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.coach(*words, "--json"))
        return found

    def keys(self) -> dict[str, str]:
        """Return every drawer's key that the vault still has, by its path."""
        secret = _secret(self.identity)
        found = {path: path.read_bytes() for path in sorted((self.root / "keys").glob("*/*.age"))}
        return {
            path.relative_to(self.root / "keys").as_posix(): box.decrypt(data, [secret]).decode().split()[-1]
            for path, data in found.items()
        }

    def copy(self, place: Path) -> "Vault":
        shutil.copytree(self.root, place, symlinks=True)
        return self._replace(root=place)


class Past(NamedTuple):
    """What was there before the purge: git's objects of the old client, the keys, the receipt."""

    blobs: dict[str, bytes]
    keys: dict[str, str]
    receipt: dict[str, object]
    plan: str


def _secret(identity: Path) -> str:
    return identity.read_text().split()[-1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """The vault before anything is destroyed, with a history of many changes, on the day TODAY."""
    place = tmp_path_factory.mktemp("purge")
    with pytest.MonkeyPatch.context() as patch:
        isolate(patch, place)
        patch.setattr(clock, "now", lambda: MOMENT)
        identity = write_plain_identity(place)
        root = place / "vault"
        vault = Vault(root, identity, "", "")
        words = ("init", str(root), "--name", "Camille Aubépine", "--country", "FR", "--language", "en")
        assert run(*words, "--identity", str(identity)).code == 0
        yield _fill(vault)


def _fill(vault: Vault) -> Vault:
    contact = ("--email", "augustine.r@exemple.test", "--phone", "06 12 34 56 78", "--alias", "Titine")
    made = vault.facts("new-client", "Augustine Rousseau", *contact, "--address", "5 allée des Tilleuls")
    who = made["code"]
    agreed = [f"--{name}={value}" for name, value in AGREED.items()]
    wanted = (
        "--request",
        "reprendre confiance",
        "--goal",
        "préparer la candidature",
        "--expects",
        "client:avenant",
    )
    vault.coach("method", "add", "Dialogue", "--origin", "atelier", "--text", "Des questions.")
    vault.coach("profile", "edit", "--address", "3 rue du Port, Nantes", "--email", "camille@exemple.test")
    vault.coach("contract", "new", who, "--kind", "individual", *agreed, *wanted)
    vault.coach("contract", "edit", who, "--request", "oser dire non")
    vault.coach("contract", "render", who, "--format", "md")
    paper = ("--file", __file__)  # what is rendered today was not handed over then
    vault.coach("contract", "deliver", who, "--to", "client", *paper, "--on", "2008-08-30")
    signed = vault.root.parent / "signed.pdf"
    signed.write_bytes(b"%PDF-1.7 Augustine Rousseau")
    vault.coach("contract", "sign", who, "--by", "client", "--on", "2008-09-01", "--file", str(signed))
    signed.unlink()
    vault.coach("contract", "sign", who, "--by", "coach", "--on", "2008-09-02")
    for month in ("10", "11", "12"):
        vault.coach("session", "add", who, "--minutes", "60", "--on", f"2008-{month}-10", *PAPER)
        vault.coach(
            "note", "add", who, "--text", f"conflit avec sa soeur {month}", "--on", f"2008-{month}-10"
        )
    vault.coach("note", "edit", who, "--text", "peur du vide")
    gone = vault.facts("note", "add", who, "--text", "note retirée", "--on", "2008-12-11")
    vault.coach("note", "remove", who, gone["note"])
    vault.coach("client", "close", who, "--by", "client", "--on", "2009-01-31", "--summary", "but atteint")
    _add_other(vault)
    pack(vault.root)
    return vault._replace(folder=made["folder"], code=who)


def _add_other(vault: Vault) -> None:
    vault.coach("new-client", "Ferdinand Quenneville")
    vault.coach("contract", "new", "ferdinand", "--kind", "solidarity", "--request", "changer de métier")
    vault.coach("note", "add", "ferdinand", "--text", "dette de jeu", "--on", "2026-11-20")
    vault.coach("session", "add", "ferdinand", "--minutes", "45", "--on", "2026-11-20", *PAPER)


def _blobs_of(vault: Vault) -> dict[str, bytes]:
    """Return every object of every commit that ever stood below the old client's folder, by its id."""
    place = f"records/{vault.folder}/"
    listed = _git(vault.root, "rev-list", "--objects", "--all").decode().splitlines()
    pairs = (line.partition(" ") for line in listed)
    return {
        name: _git(vault.root, "cat-file", "blob", name)
        for name, _space, path in pairs
        if path.startswith(place) and path.endswith(".age")
    }


def _git(root: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=True).stdout


def _objects(root: Path) -> list[bytes]:
    """Return every object that the repository still holds, reachable or not."""
    form = "--batch-check=%(objectname) %(objecttype)"
    lines = _git(root, "cat-file", "--batch-all-objects", form).decode().splitlines()
    return [_git(root, "cat-file", kind, name) for name, kind in map(str.split, lines) if kind == "blob"]


def _opened(blobs: list[bytes], secrets: list[str]) -> int:
    """Return how many of these age files at least one of the keys opens."""
    count = 0
    for blob in blobs:
        try:
            box.decrypt(blob, secrets)
        except (box.WrongKeyError, box.BrokenError):
            continue
        count += 1
    return count


@pytest.fixture(scope="module")
def purged(built: Vault, tmp_path_factory: pytest.TempPathFactory) -> tuple[Vault, Past]:
    """A copy of the vault after the purge, and what was there before."""
    vault = built.copy(tmp_path_factory.mktemp("purged") / "vault")
    outbox = vault.root / "outbox"
    shutil.copy(outbox / f"{vault.code}-contract.md", outbox / "sent by mail.md")
    (outbox / "brochure.md").write_text("open to all")
    (outbox / "brochure.md").chmod(0o600)
    blobs, keys = _blobs_of(vault), vault.keys()
    plan = vault.coach("purge", "--expired", "--dry-run")
    receipt = vault.facts("purge", "--expired", "--yes")
    return vault, Past(blobs, keys, dict(receipt), plan)


def test_the_plan_names_every_drawer_with_its_rule_and_basis(purged: tuple[Vault, Past]) -> None:
    vault, past = purged
    rows = [line.split("\t") for line in past.plan.splitlines()]
    assert [(row[0], row[1]) for row in rows] == [(vault.code, drawer) for drawer in DRAWERS]
    assert all(row[3] and row[5] for row in rows)


def test_before_the_purge_every_old_blob_opened_with_a_key_of_the_vault(purged: tuple[Vault, Past]) -> None:
    _vault, past = purged
    own = [secret for path, secret in past.keys.items() if path.startswith(_vault.folder)]
    assert len(past.blobs) >= 16
    assert _opened(list(past.blobs.values()), own) == len(past.blobs)


def test_git_still_holds_old_blobs_and_no_key_that_is_left_opens_one(purged: tuple[Vault, Past]) -> None:
    vault, past = purged
    kept = set(_objects(vault.root))
    assert set(past.blobs.values()) <= kept
    left = [_secret(vault.identity), *vault.keys().values()]
    assert len(left) > 4
    assert _opened(list(past.blobs.values()), left) == 0


def test_the_keys_that_are_left_open_nothing_but_the_other_folders(purged: tuple[Vault, Past]) -> None:
    vault, past = purged
    left = [_secret(vault.identity), *vault.keys().values()]
    age = [data for data in _objects(vault.root) if box.is_age(data)]
    assert _opened(age, left) == len(age) - len(past.blobs) > 0


def test_no_key_record_or_file_of_the_client_is_left(purged: tuple[Vault, Past]) -> None:
    vault, _past = purged
    left = [path for area in ("keys", "records", "files") for path in (vault.root / area).rglob("*")]
    assert left
    assert not [path for path in left if vault.folder in path.parts]


def test_the_repository_beside_the_keys_holds_no_object(purged: tuple[Vault, Past]) -> None:
    vault, _past = purged
    assert _git(vault.root / "keys", "cat-file", "--batch-all-objects", "--batch-check") == b""


def test_no_word_of_the_client_is_left_in_the_folder(purged: tuple[Vault, Past]) -> None:
    vault, _past = purged
    raw = b"\n".join(path.read_bytes() for path in vault.root.rglob("*") if path.is_file()).lower()
    assert [word for word in WORDS if word.lower().encode() in raw] == []
    assert leaks([vault.root], WORDS) == []


def test_no_word_of_the_client_is_left_in_what_the_keys_open(purged: tuple[Vault, Past]) -> None:
    vault, _past = purged
    secrets = [_secret(vault.identity), *vault.keys().values()]
    for cached in (vault.root / ".coachvault").glob("*.key.age"):
        secrets.append(box.decrypt(cached.read_bytes(), secrets).decode().split()[-1])
    shown = [box.decrypt(path.read_bytes(), secrets) for path in vault.root.rglob("*.age")]
    text = b"\n".join(shown).decode().lower()
    assert "quenneville" in text
    assert [word for word in WORDS if word.lower() in text] == []


def test_copies_in_the_outbox_go_by_name_and_by_content_and_no_other(purged: tuple[Vault, Past]) -> None:
    vault, past = purged
    assert [path.name for path in (vault.root / "outbox").iterdir()] == ["brochure.md"]
    assert past.receipt["outbox_copies"] == 2


def test_each_drawer_has_a_tombstone_with_its_reason_and_no_name(purged: tuple[Vault, Past]) -> None:
    vault, past = purged
    stones = sorted((vault.root / "tombstones").glob("*.yaml"))
    assert [path.name for path in stones] == [f"{vault.folder}-{drawer}-1.yaml" for drawer in DRAWERS]
    for path in stones:
        stone = yaml.load(path.read_text(), yaml.BaseLoader)  # noqa: S506 it knows text and nothing else
        public = box.recipient_of(past.keys[f"{vault.folder}/{stone['drawer']}.age"])
        assert stone["key_sha256"] == hashlib.sha256(public.encode()).hexdigest()
        assert stone["destroyed_on"] == TODAY
        assert stone["triggered_on"] <= stone["due_on"] <= TODAY
        assert stone["rule"]
        assert stone["basis"]
        assert stone["whole"] == "true"
        assert vault.code not in path.read_text()


def test_tombstones_are_in_history_and_nothing_waits(purged: tuple[Vault, Past]) -> None:
    vault, _past = purged
    tracked = _git(vault.root, "ls-files").decode().splitlines()
    assert len([name for name in tracked if name.startswith("tombstones/")]) == len(DRAWERS)
    assert not [name for name in tracked if name.startswith(f"records/{vault.folder}/")]
    assert _git(vault.root, "status", "--porcelain") == b""


def test_commit_messages_say_nothing(purged: tuple[Vault, Past]) -> None:
    vault, _past = purged
    assert set(_git(vault.root, "log", "--format=%B").decode().split("\n")) == {"coachvault: update", ""}


def test_the_receipt_counts_records_and_names_what_is_out_of_reach(purged: tuple[Vault, Past]) -> None:
    _vault, past = purged
    drawers = past.receipt["drawers"]
    assert isinstance(drawers, list)
    assert [drawer["records"] for drawer in drawers] == [4, 1, 4, 3, 1]
    assert past.receipt["beyond_reach"]
    assert not [
        word for word in WORDS if word.lower() in json.dumps(past.receipt, ensure_ascii=False).lower()
    ]


def test_the_other_client_is_as_before(purged: tuple[Vault, Past]) -> None:
    vault, _past = purged
    assert "Quenneville" in vault.coach("client", "list")
    assert "Rousseau" not in vault.coach("client", "list")
    assert "dette de jeu" in vault.coach("note", "list", "ferdinand")
    assert "changer de métier" in vault.coach("contract", "show", "ferdinand")
    vault.coach("client", "show", vault.code, code=4)


def test_doctor_finds_nothing_and_a_second_purge_has_nothing_to_do(purged: tuple[Vault, Past]) -> None:
    vault, _past = purged
    assert vault.coach("doctor") == ""
    assert vault.coach("purge", "--expired", "--yes") == ""


@pytest.fixture
def recent(built: Vault, tmp_path: Path, at: Callable[[str], None]) -> Vault:
    """The vault with a client who was closed 18 months ago, on the day TODAY."""
    at(TODAY)
    vault = built.copy(tmp_path / "vault")
    made = vault.facts("new-client", "Solange Thibodeau")
    who = made["code"]
    vault.coach("contract", "new", who, "--kind", "individual", "--request", "oser")
    paper = ("--to", "client", "--file", __file__, "--on", "2025-01-09")
    vault.coach("contract", "deliver", who, *paper)
    vault.coach("contract", "sign", who, "--by", "client", "--on", "2025-01-10")
    vault.coach("contract", "sign", who, "--by", "coach", "--on", "2025-01-10")
    vault.coach("session", "add", who, "--minutes", "60", "--on", "2025-02-10", *PAPER)
    vault.coach("note", "add", who, "--text", "les mots de Solange", "--on", "2025-02-10")
    vault.coach("client", "close", who, "--by", "mutual", "--on", "2025-05-22", "--summary", "bilan")
    return vault._replace(folder=made["folder"], code=who)


def test_a_client_closed_18_months_ago_loses_the_notes_alone(recent: Vault) -> None:
    recent.coach("purge", "--expired", "--yes", "--client", recent.code)
    kept = sorted(path.stem for path in (recent.root / "keys" / recent.folder).iterdir())
    assert kept == ["contract", "identity", "log", "summary"]
    assert "Solange Thibodeau" in recent.coach("client", "show", recent.code)
    assert "2025-02-10" in recent.coach("session", "list", recent.code)
    assert recent.coach("note", "list", recent.code) == ""
    assert recent.coach("doctor") == ""


def test_purge_of_one_client_leaves_what_is_due_of_others(recent: Vault) -> None:
    recent.coach("purge", "--expired", "--yes", "--client", recent.code)
    assert "Rousseau" in recent.coach("client", "list")


def test_a_new_note_after_the_purge_gets_a_key_of_its_own(recent: Vault) -> None:
    old = recent.keys()[f"{recent.folder}/notes.age"]
    recent.coach("purge", "--expired", "--yes", "--client", recent.code)
    recent.coach("note", "add", recent.code, "--text", "après", "--on", "2025-05-22")
    assert "après" in recent.coach("note", "list", recent.code)
    assert recent.keys()[f"{recent.folder}/notes.age"] != old
