"""Disclosures: on what ground something was passed on, and what no ground allows."""

from engaged_world import World
from leak import leaks
import pytest

from coachvault.records.consent import Disclosure
from coachvault.records.contract import Contract

SAID = ("--what", "Marqueur dit", "--ground", "Marqueur motif", "--recipient", "Dr Tilleul")


@pytest.fixture
def zoe(world: World) -> str:
    """A client with a tripartite contract, whose secrecy may give way to consent."""
    folder = world.enter("Zoé Marteau")
    house = world.enter("Verger et Fils", "organisation")
    world.agree(folder, kind="tripartite", sponsor=house, sponsor_report=["attendance", "goals"])
    return folder


def allow(world: World, type_: str, *words: str) -> str:
    given = () if "--answer" in words else ("--answer", "given")
    return str(world.facts("consent", "record", "zoé", "--type", type_, *given, *words)["consent"])


def pass_on(basis: str, *words: str) -> tuple[str, ...]:
    return ("disclosure", "add", "zoé", "--basis", basis, *SAID, *words)


@pytest.mark.parametrize(
    ("basis", "recipient_type"), [("law", "authority"), ("court", "authority"), ("danger", "other")]
)
def test_a_ground_is_recorded_with_its_recipient(
    basis: str, recipient_type: str, world: World, zoe: str
) -> None:
    said = world.coach(*pass_on(basis, "--on", "2026-11-20"))
    assert "coach: tell C-MART what was passed on, unless the law forbids it" in said.err
    world.coach(*pass_on(basis, "--told", "2026-11-21"))
    first, last = world.load(zoe, "contract", Disclosure)
    assert (first.recipient_type, first.recipient, first.ground) == (
        recipient_type,
        "Dr Tilleul",
        "Marqueur motif",
    )
    assert (first.told_on, str(last.told_on)) == (None, "2026-11-21")
    assert [row["basis"] for row in world.rows("disclosure", "list")] == [basis, basis]
    assert "Marqueur dit" in world.coach("disclosure", "show", "zoé", first.id[:6]).out
    assert leaks([world.root], ["Marqueur", "Tilleul"]) == []


def test_a_consent_that_fits_is_found_and_kept(world: World, zoe: str) -> None:
    name = allow(world, "referral", "--item", "phone", "--item", "request", "--recipient", "dr TILLEUL")
    world.coach(*pass_on("consent", "--item", "phone"))
    (found,) = world.load(zoe, "contract", Disclosure)
    assert (found.consent, found.recipient_type, found.items) == (name, "colleague", ("phone",))


def test_a_sponsor_is_told_no_more_than_the_contract_of_that_day_lets_them_know(
    world: World, zoe: str
) -> None:
    allow(world, "sponsor_report", "--on", "2026-11-01")
    (contract,) = world.load(zoe, "contract", Contract)
    with world.opened().change() as change:
        change.update(contract, {"ended_on": "2026-11-10", "ended_by": "amendment"})
    signatures = [{"by": by, "on": "2026-11-10"} for by in ("client", "coach")]
    facts = {"kind": "tripartite", "sponsor": contract.sponsor, "amends": contract.id}
    world.agree(zoe, **facts, sponsor_report=["attendance"], signatures=signatures)
    goals = pass_on("consent", "--recipient-type", "sponsor", "--item", "goals")
    world.refuses("does not let the sponsor be told of: goals", *goals)
    world.coach(*goals, "--on", "2026-11-05")
    world.coach(*pass_on("consent", "--recipient-type", "sponsor", "--item", "attendance"))


CONSENTS = {
    "none": ((), (), "has given no consent"),
    "refused": (("referral", "--answer", "refused"), (), "has given no consent"),
    "over": (("referral", "--on", "2026-11-01", "--until", "2026-11-20"), (), "has given no consent"),
    "later": (("referral", "--on", "2026-11-20"), ("--on", "2026-11-19"), "has given no consent"),
    "of_another_kind": (("supervision",), (), "has given no consent"),
    "more_than_named": (
        ("referral", "--item", "phone"),
        ("--item", "phone", "--item", "name"),
        "allows that",
    ),
    "nothing_named": (("referral", "--item", "phone"), (), "allows that, to that recipient"),
    "named_beyond": (("referral",), ("--item", "phone"), "allows that, to that recipient"),
    "to_another": (("referral", "--recipient", "Dr Saule"), (), "allows that, to that recipient"),
    "to_the_sponsor": (("referral",), ("--recipient-type", "sponsor"), "allows that, to that recipient"),
    "to_the_media": (("referral",), ("--recipient-type", "media"), "allows that, to that recipient"),
    "report_to_a_colleague": (
        ("sponsor_report",),
        ("--recipient-type", "colleague", "--item", "goals"),
        "allows that, to that recipient",
    ),
}


@pytest.mark.parametrize("name", CONSENTS)
@pytest.mark.usefixtures("zoe")
def test_what_no_live_consent_allows_is_refused(name: str, world: World) -> None:
    given, words, says = CONSENTS[name]
    if given:
        allow(world, *given)
    told = world.refuses(says, *pass_on("consent", *words)).err
    assert not any(word in told for word in ("Tilleul", "Saule", "Marqueur", "phone"))


@pytest.mark.usefixtures("zoe")
def test_a_withdrawn_consent_allows_nothing_any_more(world: World) -> None:
    allow(world, "testimonial", "--on", "2026-11-01")
    words = ("--recipient-type", "media", "--on", "2026-11-10")
    world.coach(*pass_on("consent", *words))
    world.coach("consent", "withdraw", "zoé", "--type", "testimonial", "--on", "2026-11-10")
    world.refuses("has given no consent", *pass_on("consent", *words))


@pytest.mark.usefixtures("zoe")
def test_what_two_consents_allow_asks_which(world: World) -> None:
    name = allow(world, "testimonial")
    allow(world, "reference_name")
    words = ("--recipient-type", "media")
    world.refuses("more than one consent", *pass_on("consent", *words))
    assert world.facts(*pass_on("consent", *words, "--consent", name[:6]))["consent"] == name
    world.refuses("no such record", *pass_on("consent", *words, "--consent", "zzzzzz"), code=4)


@pytest.mark.parametrize("basis", ["law", "court", "danger"])
@pytest.mark.usefixtures("zoe")
def test_the_media_get_nothing_but_by_consent(basis: str, world: World) -> None:
    allow(world, "testimonial")
    says = "nothing about C-MART goes to the media on that ground"
    world.refuses(says, *pass_on(basis, "--recipient-type", "media"))


@pytest.mark.parametrize("ended", [None, "2026-10-01"])
def test_where_secrecy_gives_way_to_the_law_alone_a_consent_changes_nothing(
    ended: str | None, world: World
) -> None:
    folder = world.enter("Zoé Marteau")
    more = {"ended_on": ended, "ended_by": "client"} if ended else {}
    world.agree(folder, confidentiality_exceptions="law", **more)
    allow(world, "referral")
    world.refuses("lets secrecy give way to the law alone", *pass_on("consent"))
    world.coach(*pass_on("law"))
    world.agree(folder)  # a later contract says otherwise
    if ended:
        world.coach(*pass_on("consent"))


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        (pass_on("law", "--told", "2026-11-23"), "--told: the date is in the future", 5),
        (pass_on("law", "--on", "2026-11-23"), "--on: the date is in the future", 5),
        (pass_on("Marqueur"), "--basis: expected one of: law, court, danger, consent", 5),
        (pass_on("law", "--recipient-type", "Marqueur"), "--recipient-type: expected one of", 5),
        (pass_on("law", "--item", "phone"), "a consent belongs to --basis consent alone", 10),
        (pass_on("law", "--consent", "abc"), "a consent belongs to --basis consent alone", 10),
        (("disclosure", "add", "zoé", "--basis", "law", "--recipient", "x", "--what", "y"), "--ground is", 2),
        ((*pass_on("law")[:-2], "--recipient", "  "), "--recipient: expected one line", 5),
    ],
)
@pytest.mark.usefixtures("zoe")
def test_a_disclosure_that_cannot_be_is_refused(
    words: tuple[str, ...], says: str, code: int, world: World
) -> None:
    assert "Marqueur" not in world.refuses(says, *words, code=code).err
