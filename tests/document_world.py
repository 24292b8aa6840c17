"""A practice, a client and a contract to write documents of."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
import subprocess
from typing import Any

import msgspec
import pypandoc  # type: ignore[import-untyped] # it has no types
import pytest

from coachvault.documents import Around, Context, Row, charter_context, contract_context, kit_context
from coachvault.records.client import Client
from coachvault.records.contract import Contract, Goal
from coachvault.records.group import Group
from coachvault.records.method import Method
from coachvault.records.organisation import Contact, Organisation
from coachvault.records.practice import Profile

ON = date(2026, 11, 22)
SYSTEM: dict[str, Any] = {
    "id": "a" * 16,
    "folder": "b" * 16,
    "created": datetime(2026, 11, 1, tzinfo=UTC),
    "updated": datetime(2026, 11, 1, tzinfo=UTC),
}
PROFILE = Profile(
    schema="profile/1",
    drawer="profile",
    name="Claire Dubois",
    title="coach professionnelle",
    email="claire@example.org",
    registration="EI, SIRET 123 456 789 00012",
    code_of_ethics="code de la Fédération",
    complaints_to="commission d’éthique, ethique@example.org",
    mediator="Médiation Conso, www.example.org",
    insurance="Assureur, police n° 4521-B",
    address="12, rue des Tanneurs\n69005 Lyon",
    place="cabinet du coach",
    currency="EUR",
    cancellation_hours=48,
    cancellation_percent=50,
    methods=(
        Method(id="d" * 16, name="Écoute active", origin="Carl Rogers", text="Vos mots, sans jugement."),
    ),
    **SYSTEM,
)
CLIENT = Client(
    schema="client/1", drawer="identity", name="Zoé Martin", code="C-4F7K", address="3, quai\nLyon", **SYSTEM
)
GROUP = Group(schema="group/1", drawer="identity", name="Les Passerelles", code="G-7K2M", **SYSTEM)
SPONSOR = Organisation(
    schema="organisation/1",
    drawer="identity",
    name="Ateliers Brumaire",
    code="O-2222",
    address="1, quai des Brumes\n99000 Hauteville",
    contacts=(Contact(id="e" * 16, name="Ada Brume", role="directrice"),),
    **SYSTEM,
)
ROWS = (
    Row("Contrat", "5 ans après la fin", "C. civ., art. 2224"),
    Row("Notes", "12 mois après la fin", "RGPD, art. 5"),
)
SECRET = "AGE-SECRET-KEY-1TG3GVD5G54P5SG7V52MMP2MC0YYXZ4TRNYFFDWFLE9W8E2Q7WXTSWVHQ7Y"
RECIPIENT = "age1tl7y5ac9nq7yknd06ylys0pc5vhvpctuecpvyxrygvka5xwxe5ps28w5vx"


def make_contract(kind: str = "individual", **changes: Any) -> Contract:  # noqa: ANN401 any field
    fields: dict[str, Any] = {
        "kind": kind,
        "start": date(2026, 12, 1),
        "sessions": 3,
        "duration": 90,
        "frequency": "toutes les deux semaines",
        "concluded": "distance",
        "request": "Trouver ma place.\nNe plus tout porter seule.",
        "goals": (Goal(id="c" * 16, sphere="personal", measure="deux soirées libres", text="Souffler"),),
    }
    own: dict[str, dict[str, Any]] = {
        "solidarity": {"usual_fee": Decimal(120), "counterpart": "un repas"},
        "tripartite": {
            "sponsor": SPONSOR.folder, "payer": "sponsor", "consumer": False,
            "commitment_on": date(2026, 11, 20),
        },
    }  # fmt: skip
    fields |= own.get(kind, {}) if kind == "solidarity" else {"fee": Decimal(120), **own.get(kind, {})}
    return Contract(schema="contract/1", drawer="contract", **SYSTEM, **(fields | changes))


def make_context(  # noqa: PLR0913 what a test may want otherwise
    document: str,
    *,
    country: str = "FR",
    language: str = "fr",
    profile: Profile = PROFILE,
    client: Client = CLIENT,
    conflict: str | None = None,
    history: Sequence[Contract] = (),
    **changes: Any,  # noqa: ANN401 any field of the contract
) -> Context:
    if document == "recovery-kit":
        return kit_context(SECRET, RECIPIENT, "k2m9a7xq3vwe5t4n", on=ON)
    if document.startswith("charter"):
        return charter_context(profile, ROWS, country=country, language=language, on=ON)
    contract = make_contract(document.removeprefix("contract-"), **changes)
    subject = GROUP if contract.kind == "group" else client
    return contract_context(
        profile,
        subject,
        contract,
        ROWS,
        around=Around(SPONSOR if contract.sponsor else None, conflict, history),
        country=country,
        language=language,
        on=ON,
    )


def pandoc_plain(data: bytes, reader: str) -> str:
    """Return what a reader sees of a document, by a program that knows nothing of us."""
    arguments = [pypandoc.get_pandoc_path(), "--from", reader, "--to", "plain", "--wrap=none"]
    return subprocess.run(arguments, input=data, capture_output=True, check=True, timeout=60).stdout.decode()


@pytest.fixture
def context_of() -> Callable[..., Context]:
    return make_context


@pytest.fixture
def plain() -> Callable[[bytes, str], str]:
    return pandoc_plain


@pytest.fixture
def profile() -> Profile:
    return PROFILE


@pytest.fixture
def client() -> Client:
    return CLIENT


@pytest.fixture
def without() -> Callable[..., Any]:
    """Return a record with some fields not set."""
    return lambda record, *names: msgspec.structs.replace(record, **dict.fromkeys(names))


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Path]:
    """Return a vault's folder of templates with one French template, `test`, of this text."""

    def write(text: str, name: str = "test") -> Path:
        (tmp_path / "fr").mkdir(exist_ok=True)
        (tmp_path / "fr" / f"{name}.md.j2").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def contract() -> Contract:
    return make_contract()
