"""Contracts of the four kinds: who their parties are, and what is refused before anything is written."""

from engage_world import SPONSOR, World, did, make, shown, sign_all
from practice import Practice
from program import Coach, refused, snapshot
import pytest

from coachvault.records.contract import Contract

SOLANGE, MINOR, GROUP = "thibodeau", "minot", "passerelles"
TRIPARTITE = ("--kind", "tripartite", "--sponsor", "brumaire")


@pytest.fixture
def world(practice: Practice) -> World:
    return make(practice)


PARTIES = {
    "individual": (SOLANGE, ("--kind", "individual"), ["client", "coach"]),
    "solidarity": (SOLANGE, ("--kind", "solidarity"), ["client", "coach"]),
    "tripartite": (SOLANGE, TRIPARTITE, ["client", "coach", "sponsor"]),
    "minor": (MINOR, ("--kind", "individual"), ["client", "coach", "guardian"]),
    "minor_and_sponsor": (MINOR, TRIPARTITE, ["client", "coach", "sponsor", "guardian"]),
    "group": (GROUP, ("--kind", "group"), ["coach"]),
    "group_with_sponsor": (GROUP, ("--kind", "group", "--sponsor", "O-2222"), ["coach", "sponsor"]),
}


@pytest.mark.parametrize("case", PARTIES)
def test_the_parties_follow_from_the_kind_and_the_client(world: World, case: str) -> None:
    who, words, parties = PARTIES[case]
    did("contract", "new", who, *words)
    assert shown(who)["parties"] == parties
    assert world.records(who)[-1].folder == shown(who)["folder"]


def test_a_sponsor_is_the_folder_of_an_organisation_and_pays_unless_something_else_is_said(
    world: World,
) -> None:
    did("contract", "new", SOLANGE, *TRIPARTITE)
    found = shown(SOLANGE)
    (organisation,) = world.records("O-2222", "identity")
    assert (found["sponsor"], found["payer"], found["consumer"]) == ("O-2222", "sponsor", False)
    (contract,) = (each for each in world.records(SOLANGE) if isinstance(each, Contract))
    assert contract.sponsor == organisation.folder
    did("contract", "edit", SOLANGE, "--payer", "client", "--consumer")
    assert (shown(SOLANGE)["payer"], shown(SOLANGE)["sponsor"]) == ("client", "O-2222")


def test_every_field_of_a_contract_can_be_given_by_option(world: World) -> None:
    did("method", "add", "Dialogue", "--origin", "Socrate", "--text", "Des questions.")
    did("method", "add", "Photolangage", "--origin", "atelier", "--text", "Des images.")
    did(
        "contract", "new", SOLANGE, *TRIPARTITE, "--payer", "sponsor", "--commitment", "2026-11-20",
        "--channel", "mixed", "--place-is", "neutral", "--place-is", "private", "--place-reason", "loin",
        "--law", "CH", "--confidentiality", "law_and_consent", "--sponsor-report", "attendance",
        "--sponsor-report", "goals", "--conflict-policy", "stop", "--expects", "client: oser dire non",
        "--expects", "sponsor:du calme", "--method", "dialog",
    )  # fmt: skip
    found = shown(SOLANGE)
    assert found["commitment_on"] == "2026-11-20"
    assert (found["channel"], found["place_is"], found["place_reason"]) == (
        "mixed", ["neutral", "private"], "loin",
    )  # fmt: skip
    assert (found["law"], found["conflict_policy"]) == ("CH", "stop")
    assert found["sponsor_report"] == ["attendance", "goals"]
    expected = [(each["party"], each["text"]) for each in found["expectations"]]
    assert expected == [("client", "oser dire non"), ("sponsor", "du calme")]
    assert [(each["name"], each["origin"]) for each in found["methods"]] == [("Dialogue", "Socrate")]
    did("contract", "edit", SOLANGE, "--sponsor-report", "", "--expects", "")
    assert (shown(SOLANGE)["sponsor_report"], shown(SOLANGE)["expectations"]) == ([], [])
    assert world


def test_a_contract_takes_over_the_methods_of_the_profile_as_they_are_then(world: World) -> None:
    made = did("method", "add", "Dialogue", "--origin", "Socrate", "--text", "Des questions.")
    did("contract", "new", SOLANGE, "--kind", "individual")
    did("method", "remove", made["method"][:6])
    assert did("method", "list")["items"] == []
    assert [each["text"] for each in shown(SOLANGE)["methods"]] == ["Des questions."]
    assert shown(SOLANGE)["law"] == "FR"
    assert world


def test_what_yaml_says_is_completed_in_the_same_way(world: World, coach: Coach) -> None:
    did("method", "add", "Dialogue", "--origin", "Socrate", "--text", "Des questions.")
    text = (
        "kind: tripartite\nsponsor: brumaire\ngoals:\n  - owner: sponsor\n    text: du calme\n"
        "expectations:\n  - party: coach\n    text: de la présence\nmethods: [dialogue]\n"
    )
    assert coach("contract", "new", SOLANGE, "--from", "-", stdin=text).code == 0
    found = shown(SOLANGE)
    assert (found["goals"][0]["owner"], found["expectations"][0]["party"]) == ("sponsor", "coach")
    assert found["methods"][0]["origin"] == "Socrate"
    assert world


OTHER = ("--kind", "individual", "--payer", "other", "--payer-name")
SOLIDARITY = ("--kind", "solidarity", "--usual-fee", "90")
REFUSED = {
    "end_before_start": (
        SOLANGE, ("--kind", "individual", "--start", "2026-12-02", "--end", "2026-12-01"), 10,
        "would end before it starts",
    ),
    "fee_above_usual": (SOLANGE, (*SOLIDARITY, "--fee", "91"), 10, "lies between 1 and the usual price"),
    "fee_of_nothing": (SOLANGE, (*SOLIDARITY, "--fee", "0"), 10, "lies between 1 and the usual price"),
    "fee_and_counterpart": (SOLANGE, (*SOLIDARITY, "--fee", "5", "--counterpart", "x"), 10, "not both"),
    "five_sessions": (SOLANGE, (*SOLIDARITY, "--sessions", "5"), 10, "at most 4 sessions"),
    "tripartite_alone": (SOLANGE, ("--kind", "tripartite"), 10, "a tripartite contract has a sponsor"),
    "sponsor_of_an_individual": (
        SOLANGE, ("--kind", "individual", "--sponsor", "brumaire"), 10,
        "a contract with a sponsor is tripartite",
    ),
    "sponsor_of_solidarity": (
        SOLANGE, (*SOLIDARITY, "--sponsor", "brumaire"), 10, "a contract with a sponsor is tripartite"
    ),
    "paid_by_a_sponsor": (
        SOLANGE, ("--kind", "individual", "--payer", "sponsor"), 10, "pays for is tripartite"
    ),
    "other_without_a_name": (SOLANGE, ("--kind", "individual", "--payer", "other"), 10, "has a name"),
    "name_without_other": (SOLANGE, ("--kind", "individual", "--payer-name", "Marqueur"), 10, "has a name"),
    "expectation_of_no_party": (
        SOLANGE, ("--kind", "individual", "--expects", "guardian: x"), 10, "who is no party to the contract"
    ),
    "expectation_of_no_sponsor": (
        SOLANGE, ("--kind", "individual", "--expects", "sponsor: x"), 10, "who is no party to the contract"
    ),
    "commitment_without_a_sponsor": (
        SOLANGE, ("--kind", "individual", "--commitment", "2026-11-20"), 10, "beneficiary of a tripartite"
    ),
    "commitment_of_a_group": (
        GROUP, ("--kind", "group", "--commitment", "2026-11-20"), 10, "beneficiary of a tripartite"
    ),
    "usual_fee_beside_a_fee": (
        SOLANGE, ("--kind", "individual", "--fee", "1000", "--usual-fee", "10"), 10, "of solidarity alone"
    ),
    "counterpart_of_an_individual": (
        SOLANGE, ("--kind", "individual", "--counterpart", "x"), 10, "of solidarity alone"
    ),
    "no_currency": (SOLANGE, ("--kind", "individual", "--currency", "XXX"), 10, "nobody pays in a currency"),
    "a_currency_of_old": (
        SOLANGE, ("--kind", "individual", "--currency", "FRF"), 10, "nobody pays in a currency"
    ),
    "organisation_as_another_payer": (
        SOLANGE, (*OTHER, "brumaire ATELIERS"), 10, "an organisation that pays is a party"
    ),
    "client_as_another_payer": (SOLANGE, (*OTHER, "SOLANGE thibodeau"), 10, "the payer is the client"),
    "coach_as_another_payer": (SOLANGE, (*OTHER, "camille aubepine"), 10, "the coach does not pay"),
    "report_to_nobody": (
        SOLANGE, ("--kind", "individual", "--sponsor-report", "goals"), 10, "no sponsor who could be told"
    ),
    "report_against_secrecy": (
        SOLANGE, (*TRIPARTITE, "--confidentiality", "law", "--sponsor-report", "goals"), 10,
        "leaves no report to a sponsor",
    ),
    "report_on_a_group": (
        GROUP, ("--kind", "group", "--sponsor", "brumaire", "--sponsor-report", "goals"), 10,
        "never on a group",
    ),
    "commitment_to_come": (
        SOLANGE, (*TRIPARTITE, "--commitment", "2026-11-23"), 10, "cannot have committed in the future"
    ),
    "client_as_a_group": (SOLANGE, ("--kind", "group"), 10, "kind group is one with a group"),
    "group_as_a_client": (GROUP, ("--kind", "individual"), 10, "a group has no other"),
    "unknown_sponsor": (
        SOLANGE, ("--kind", "tripartite", "--sponsor", "Marqueur"), 4, "no organisation goes by that"
    ),
    "unknown_method": (
        SOLANGE, ("--kind", "individual", "--method", "Marqueur"), 5,
        "--method: expected the name of one method",
    ),
    "expectation_of_nobody": (
        SOLANGE, ("--kind", "individual", "--expects", "Marqueur: x"), 5, "--expects: expected PARTY:TEXT"
    ),
    "channel": (
        SOLANGE, ("--kind", "individual", "--channel", "Marqueur"), 5, "--channel: expected one of: on_site"
    ),
    "law": (SOLANGE, ("--kind", "individual", "--law", "DE"), 5, "--law: expected one of: FR, CH, BE, QC"),
    "no_such_day": (SOLANGE, (*TRIPARTITE, "--commitment", "jadis"), 5, "--commitment: expected a date"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.usefixtures("errors")
def test_what_contradicts_itself_is_refused_and_nothing_is_written(
    world: World, coach: Coach, case: str
) -> None:
    who, words, code, says = REFUSED[case]
    before = snapshot(world.root)
    refused(coach("contract", "new", who, *words), code, says)
    assert snapshot(world.root) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--sponsor", ""), "a tripartite contract has a sponsor"),
        (("--kind", "individual"), "a contract with a sponsor is tripartite"),
        (("--kind", "individual", "--sponsor", ""), "pays for is tripartite"),
        (("--end", "2026-01-01", "--start", "2026-02-01"), "would end before it starts"),
    ],
)
def test_an_edit_that_contradicts_the_rest_is_refused(
    world: World, coach: Coach, words: tuple[str, ...], says: str
) -> None:
    did("contract", "new", SOLANGE, *TRIPARTITE)
    before = snapshot(world.root)
    refused(coach("contract", "edit", SOLANGE, *words), 10, says)
    assert snapshot(world.root) == before


def test_any_currency_in_use_may_be_paid_in(world: World) -> None:
    did("contract", "new", SOLANGE, "--kind", "individual", "--currency", "JPY")
    assert shown(SOLANGE)["currency"] == "JPY"
    assert world


def test_an_organisation_is_known_as_a_payer_by_its_other_names(world: World, coach: Coach) -> None:
    world.update(world.sponsor, aliases=["La Brume"])
    before = snapshot(world.root)
    refused(coach("contract", "new", SOLANGE, *OTHER, "la brume"), 10, "an organisation that pays")
    assert snapshot(world.root) == before


def test_a_relative_may_pay_for_an_individual_contract(world: World) -> None:
    did(
        "contract",
        "new",
        SOLANGE,
        "--kind",
        "individual",
        "--payer",
        "other",
        "--payer-name",
        "Odile Thibodeau",
    )
    assert shown(SOLANGE)["payer_name"] == "Odile Thibodeau"
    assert world


def test_a_protected_client_has_a_guardian_who_is_not_the_sponsor(world: World, coach: Coach) -> None:
    world.update(world.minor, guardians=[])
    before = snapshot(world.root)
    refused(coach("contract", "new", MINOR, "--kind", "individual"), 10, "is protected and has no guardian")
    assert snapshot(world.root) == before
    for name in ("ADA BRUME", SPONSOR):
        world.update(world.minor, guardians=[{"id": "a" * 16, "name": name}])
        before = snapshot(world.root)
        refused(coach("contract", "new", MINOR, *TRIPARTITE), 10, "is the sponsor or speaks for it")
        assert snapshot(world.root) == before
        did("contract", "new", MINOR, "--kind", "individual")
        did("contract", "end", MINOR)


def test_a_group_of_one_is_not_signed(world: World, coach: Coach) -> None:
    did("contract", "new", world.lone, "--kind", "group")
    words = ("--to", "member", "--name", "rousseau", "--file", __file__)
    did("contract", "deliver", world.lone, *words)
    before = snapshot(world.root)
    refused(coach("contract", "sign", world.lone, "--by", "coach"), 10, "a group has at least two members")
    assert snapshot(world.root) == before
    did("contract", "new", GROUP, "--kind", "group")
    sign_all(GROUP)
    assert shown(GROUP)["signatures"][0]["by"] == "coach"


def test_contracts_of_clients_and_groups_stand_in_one_list(world: World) -> None:
    did("contract", "new", GROUP, "--kind", "group")
    listed = [(each["code"], each["kind"]) for each in did("contract", "list")["items"]]
    assert (world.group, "group") in listed
    assert len(listed) == 4
    assert [each["code"] for each in did("contract", "list", GROUP)["items"]] == [world.group]


def test_a_goal_is_the_clients_unless_it_is_said_whose(world: World) -> None:
    goals = ("--goal", "dire non", "--goal", "shared:réunions à l’heure", "--goal", "sponsor:le budget")
    did("contract", "new", SOLANGE, "--kind", "individual", *goals, "--goal", "à 9:30, respirer")
    contract = next(each for each in world.records(world.client) if isinstance(each, Contract))
    assert [(goal.owner, goal.text) for goal in contract.goals] == [
        ("client", "dire non"),
        ("shared", "réunions à l’heure"),
        ("sponsor", "le budget"),
        ("client", "à 9:30, respirer"),
    ]
