"""Nobody signs what was not handed to them; what was handed over and explained is kept with its digest."""

from collections.abc import Callable
import hashlib
from pathlib import Path

from engage_world import PAPER, World, did, make, shown, sign_all
from practice import Practice
from program import Coach, refused, run, snapshot
import pytest

from coachvault.actions import who
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.document import Document
from coachvault.records.event import Delivery, Explanation

SOLANGE, MINOR, GROUP = "thibodeau", "minot", "passerelles"
TRIPARTITE = ("--kind", "tripartite", "--sponsor", "brumaire")
TERMS = (
    "--sessions", "6", "--duration", "60", "--frequency", "weekly", "--place", "Nantes", "--fee", "90",
    "--currency", "EUR", "--request", "oser", "--goal", "dire non", "--method", "dialogue",
)  # fmt: skip


@pytest.fixture
def world(practice: Practice) -> World:
    return make(practice)


@pytest.fixture
def drafted(world: World) -> World:
    """Solange has a contract that has all it needs to be rendered."""
    did("profile", "edit", "--address", "3 rue du Port", "--email", "camille@exemple.test")
    did("method", "add", "Dialogue", "--origin", "Socrate", "--text", "Des questions.")
    did("contract", "new", SOLANGE, "--kind", "individual", *TERMS)
    return world


def test_what_was_rendered_last_is_what_is_delivered(drafted: World) -> None:
    made = did("contract", "render", SOLANGE, "--format", "md")
    told = did("contract", "deliver", SOLANGE, "--to", "client", "--means", "post")
    (contract,) = (each for each in drafted.records(drafted.client) if isinstance(each, Contract))
    (found,) = (each for each in drafted.records(drafted.client) if isinstance(each, Delivery))
    assert told["sha256"] == made["sha256"] == found.sha256
    assert (found.what, found.about, found.to, found.means) == ("contract", contract.id, "client", "post")
    assert found.version == contract.wording
    assert shown(SOLANGE)["deliveries"] == [
        {
            "on": "2026-11-22",
            "to": "client",
            "who": None,
            "means": "post",
            "version": contract.wording,
            "sha256": made["sha256"],
        }
    ]


def test_a_contract_of_the_terms_of_an_earlier_one_is_kept_and_signed_the_same_day(drafted: World) -> None:
    days = ("--on", "2026-11-22")
    (contract,) = (each for each in drafted.records(drafted.client) if isinstance(each, Contract))
    source = drafted.root.parent / "terms.yaml"
    source.write_text(f"goals: [{{id: {contract.goals[0].id}, text: dire non}}]\n")
    terms = [word for word in TERMS if word not in ("--goal", "dire non")]
    for _contract in ("first", "second"):
        did("contract", "render", SOLANGE, "--format", "md")
        did("contract", "deliver", SOLANGE, "--to", "client", *days)
        did("contract", "sign", SOLANGE, "--by", "client", *days)
        did("contract", "end", SOLANGE, "--by", "client", *days)
        did("contract", "new", SOLANGE, "--kind", "individual", *terms, "--from", str(source))
    made = [each for each in drafted.records(drafted.client) if isinstance(each, Document)]
    assert len({each.about for each in made}) == 2


def test_a_contract_that_was_not_rendered_or_has_changed_since_is_not_delivered(
    drafted: World, coach: Coach
) -> None:
    words = ("contract", "deliver", SOLANGE, "--to", "client")
    before = snapshot(drafted.root)
    refused(coach(*words), 10, "was not rendered yet")
    assert snapshot(drafted.root) == before
    did("contract", "render", SOLANGE, "--format", "md")
    did("contract", "edit", SOLANGE, "--fee", "95")
    before = snapshot(drafted.root)
    refused(coach(*words), 10, "was changed after it was rendered")
    assert snapshot(drafted.root) == before
    did("contract", "edit", SOLANGE, "--fee", "90")
    did(*words)


def test_a_change_of_terms_asks_for_another_delivery_and_a_signature_does_not(
    drafted: World, coach: Coach
) -> None:
    did("contract", "deliver", SOLANGE, "--to", "client", *PAPER, "--on", "2026-11-20")
    did("contract", "edit", SOLANGE, "--fee", "95")
    before = snapshot(drafted.root)
    for party, says in (("client", "was not delivered to this party"), ("coach", "was not rendered yet")):
        refused(coach("contract", "sign", SOLANGE, "--by", party), 10, says)
    assert snapshot(drafted.root) == before
    sign_all(SOLANGE, "client")
    assert shown(SOLANGE)["deliveries"][-1]["version"] == shown(SOLANGE)["deliveries"][1]["version"]
    assert [each["by"] for each in shown(SOLANGE)["signatures"]] == ["client", "coach"]


def test_a_document_is_not_handed_over_before_it_was_rendered(
    drafted: World, coach: Coach, at: Callable[[str], None]
) -> None:
    first = did("contract", "render", SOLANGE, "--format", "md")
    at("2026-11-25")
    did("contract", "render", SOLANGE, "--format", "md")
    words = ("contract", "deliver", SOLANGE, "--to", "client", "--on")
    before = snapshot(drafted.root)
    result = coach(*words, "2026-11-21")
    refused(result, 10, "was rendered after that day, on 2026-11-22")
    assert "--file if it was made elsewhere" in result.err
    assert snapshot(drafted.root) == before
    assert did(*words, "2026-11-23")["sha256"] == first["sha256"]
    did(*words, "2026-11-21", *PAPER)


def signed_by(party: str, *words: str) -> list[str]:
    """Let a party sign, and return what it is warned of."""
    result = run("contract", "sign", SOLANGE, "--by", party, *words)
    assert result.code == 0, result.err
    return result.err.splitlines()


def test_a_signature_without_charter_or_explanation_is_remarked_on(drafted: World) -> None:
    did("contract", "deliver", SOLANGE, "--to", "client", *PAPER, "--on", "2026-11-20")
    charter, understood, limits = signed_by("client", "--on", "2026-11-21")
    assert f"coach charter deliver {drafted.client} --to client --on 2026-11-21" in charter
    assert f"coach contract explain {drafted.client} --to client --on 2026-11-21" in understood
    assert "--to client --point confidentiality --on 2026-11-21" in limits
    did("contract", "render", SOLANGE, "--format", "md")
    assert signed_by("coach") == []


def test_a_signature_after_all_that_comes_before_it_is_not_remarked_on(drafted: World) -> None:
    did("contract", "edit", SOLANGE, *TRIPARTITE, "--payer", "sponsor", "--commitment", "today")
    did("contract", "render", SOLANGE, "--format", "md")
    for party in ("client", "sponsor"):
        did("contract", "deliver", SOLANGE, "--to", party)
    did("charter", "deliver", SOLANGE, "--to", "sponsor")
    (limits,) = signed_by("sponsor")
    assert "--to sponsor --point confidentiality" in limits
    did("charter", "deliver", SOLANGE, "--to", "client")
    did("contract", "explain", SOLANGE, "--to", "client")
    assert signed_by("client") == []
    assert drafted


def test_what_the_members_of_a_group_lack_is_said_when_the_coach_signs(drafted: World, coach: Coach) -> None:
    did("contract", "new", GROUP, "--kind", "group")
    did("contract", "deliver", GROUP, "--to", "member", "--name", "rousseau", *PAPER)
    result = coach("contract", "sign", GROUP, "--by", "coach")
    assert f"coach charter deliver {drafted.group} --to member" in result.err
    assert len(result.err.splitlines()) == 3


def test_a_signature_before_its_delivery_is_refused(drafted: World, coach: Coach) -> None:
    did("contract", "deliver", SOLANGE, "--to", "client", *PAPER, "--on", "2026-11-20")
    before = snapshot(drafted.root)
    words = ("contract", "sign", SOLANGE, "--by", "client", "--on")
    refused(coach(*words, "2026-11-19"), 10, "delivered to this party after that day, on 2026-11-20")
    assert snapshot(drafted.root) == before
    did(*words, "2026-11-20")


@pytest.mark.parametrize("party", ["sponsor", "guardian"])
def test_who_is_no_party_neither_gets_nor_signs_the_contract(
    drafted: World, coach: Coach, party: str
) -> None:
    before = snapshot(drafted.root)
    for words in (("deliver", SOLANGE, "--to", party, *PAPER), ("explain", SOLANGE, "--to", party)):
        refused(coach("contract", *words), 10, "this is no party of the contract with C-")
    refused(coach("contract", "sign", SOLANGE, "--by", party), 10, "this is no party of the contract with C-")
    assert snapshot(drafted.root) == before


def test_a_contract_is_signed_once_all_its_parties_have(world: World) -> None:
    did("contract", "new", MINOR, *TRIPARTITE)
    for party in ("client", "sponsor", "guardian"):
        did("contract", "deliver", MINOR, "--to", party, *PAPER, "--on", "2026-11-20")
    parties = ("client", "coach", "sponsor", "guardian")
    states = [
        did("contract", "sign", MINOR, "--by", party, "--on", "2026-11-20")["state"] for party in parties
    ]
    assert states == ["draft", "draft", "draft", "signed"]
    names = {each["by"]: each["name"] for each in shown(MINOR)["signatures"]}
    assert names == {"client": None, "coach": None, "sponsor": "Ada Brume", "guardian": "Paule Minot"}
    assert world


def test_the_means_and_the_name_of_a_signature_are_kept(world: World) -> None:
    did("contract", "new", SOLANGE, *TRIPARTITE)
    did("contract", "deliver", SOLANGE, "--to", "sponsor", *PAPER, "--on", "2026-11-20")
    did("contract", "sign", SOLANGE, "--by", "sponsor", "--name", "Léon Brume", "--means", "electronic")
    (signature,) = shown(SOLANGE)["signatures"]
    assert (signature["name"], signature["means"]) == ("Léon Brume", "electronic")
    assert world


def test_a_guardian_never_signs_for_the_sponsor(world: World, coach: Coach) -> None:
    did("contract", "new", MINOR, *TRIPARTITE)
    did("contract", "deliver", MINOR, "--to", "sponsor", *PAPER)
    before = snapshot(world.root)
    words = ("contract", "sign", MINOR, "--by", "sponsor", "--name", "paule minot")
    refused(coach(*words), 10, "cannot sign for the sponsor")
    assert snapshot(world.root) == before


def name_two_guardians(world: World) -> None:
    """Give the minor two guardians, and a contract."""
    guardians = [
        {"id": letter * 16, "name": f"{name} Minot"} for letter, name in (("a", "Paule"), ("b", "Yves"))
    ]
    world.update(world.minor, guardians=guardians)
    did("contract", "new", MINOR, "--kind", "individual")


def test_each_of_two_guardians_signs_what_they_were_handed(world: World, coach: Coach) -> None:
    name_two_guardians(world)
    for words in (("client",), ("guardian", "--name", "paule")):
        did("contract", "deliver", MINOR, "--to", *words, *PAPER, "--on", "2026-11-20")
    for party in ("client", "coach"):
        did("contract", "sign", MINOR, "--by", party, "--on", "2026-11-20")
    sign = ("contract", "sign", MINOR, "--by", "guardian", "--on", "2026-11-20")
    refused(coach(*sign), 4, "it is not clear which guardian is meant")
    refused(coach(*sign, "--name", "yves"), 10, "was not delivered to this party")
    first = coach(*sign, "--name", "paule")
    assert "1 guardian has not signed yet" in first.out
    refused(coach(*sign, "--name", "paule"), 10, "has signed the contract")
    did("contract", "deliver", MINOR, "--to", "guardian", "--name", "yves", *PAPER, "--on", "2026-11-21")
    last = coach("contract", "sign", MINOR, "--by", "guardian", "--name", "yves", "--on", "2026-11-21")
    assert "has not signed yet" not in last.out
    by = [(each["name"], each["who"]) for each in shown(MINOR)["signatures"] if each["by"] == "guardian"]
    assert by == [("Paule Minot", "a" * 16), ("Yves Minot", "b" * 16)]


def test_of_two_guardians_one_is_named(world: World, coach: Coach) -> None:
    name_two_guardians(world)
    before = snapshot(world.root)
    words = ("contract", "deliver", MINOR, "--to", "guardian", *PAPER)
    refused(coach(*words), 4, "it is not clear which guardian is meant")
    assert snapshot(world.root) == before
    did(*words, "--name", "yves")
    (found,) = (each for each in world.records(world.minor) if isinstance(each, Delivery))
    assert found.who == "b" * 16


def test_a_solidarity_contract_is_not_signed_before_the_client_has_chosen(world: World, coach: Coach) -> None:
    did("contract", "new", SOLANGE, "--kind", "solidarity", "--usual-fee", "90", "--currency", "EUR")
    did("contract", "deliver", SOLANGE, "--to", "client", *PAPER)
    before = snapshot(world.root)
    refused(coach("contract", "sign", SOLANGE, "--by", "client"), 10, "has not chosen what to give in return")
    assert snapshot(world.root) == before


def test_the_last_signature_makes_a_client_of_a_prospect(world: World) -> None:
    world.update(world.client, prospect_on="2026-11-01", closed_on=None, closed_by=None)
    did("contract", "new", SOLANGE, "--kind", "individual")

    def is_prospect() -> bool:
        (found,) = (each for each in world.records(world.client, "identity") if isinstance(each, Client))
        return found.prospect_on is not None

    did("contract", "deliver", SOLANGE, "--to", "client", *PAPER)
    did("contract", "sign", SOLANGE, "--by", "client")
    assert is_prospect()
    did("contract", "sign", SOLANGE, "--by", "coach")
    assert not is_prospect()


def test_a_contract_that_all_have_signed_takes_back_that_somebody_was_declined(
    world: World, coach: Coach
) -> None:
    declined = {"declined_on": "2026-11-01", "declined_for": "capacity"}
    world.update(
        world.client, prospect_on="2026-10-01", closed_on="2026-11-01", closed_by="coach", **declined
    )
    did("contract", "new", SOLANGE, "--kind", "individual")
    assert "\nsigned\tmissing\t" in coach("contract", "check", SOLANGE).out
    did("contract", "deliver", SOLANGE, "--to", "client", *PAPER)
    did("contract", "sign", SOLANGE, "--by", "client")
    (found,) = (each for each in world.records(world.client, "identity") if isinstance(each, Client))
    assert (str(found.declined_on), found.declined_for) == ("2026-11-01", "capacity")
    did("contract", "sign", SOLANGE, "--by", "coach")
    (found,) = (each for each in world.records(world.client, "identity") if isinstance(each, Client))
    days = (found.declined_on, found.declined_for, found.closed_on, found.prospect_on)
    assert days == (None, None, None, None)


def test_what_was_explained_is_kept_with_questions_and_answers(world: World, coach: Coach) -> None:
    did("contract", "new", SOLANGE, "--kind", "individual")
    words = ("--point", "nature", "--point", "fees", "--how", "rephrased")
    said = ("--questions", "et si je pars ?", "--answers", "rien n'est dû", "--on", "2026-11-20")
    did("contract", "explain", SOLANGE, "--to", "client", *words, *said)
    did("contract", "explain", SOLANGE, "--to", "client", "--point", "all")
    first, last = (each for each in world.records(world.client) if isinstance(each, Explanation))
    assert (first.points, first.how) == (("nature", "fees"), "rephrased")
    assert (first.questions, first.answers) == ("et si je pars ?", "rien n'est dû")
    assert len(last.points) == 8
    assert [len(each["points"]) for each in shown(SOLANGE)["explanations"]] == [2, 8]
    before = snapshot(world.root)
    refused(
        coach("contract", "explain", SOLANGE, "--to", "client", "--point", "x"), 5, "--point: expected one of"
    )
    assert snapshot(world.root) == before


def test_a_charter_is_delivered_with_the_words_it_had(drafted: World) -> None:
    told = did("charter", "deliver", SOLANGE, "--to", "client", "--on", "2026-11-20")
    again = did("charter", "deliver", SOLANGE, "--to", "client", "--on", "2026-11-20", "--means", "mail")
    (kept,) = (each for each in drafted.records(drafted.client) if isinstance(each, Document))
    text = drafted.vault().document(kept).decode()
    assert hashlib.sha256(text.encode()).hexdigest() == kept.sha256 == told["sha256"] == again["sha256"]
    assert "Version of 20 November 2026." in text
    found = [each for each in drafted.records(drafted.client) if isinstance(each, Delivery)]
    assert {(each.what, each.version) for each in found} == {("charter", "2026-11-20")}
    assert [each.means for each in found].count("mail") == 1


def test_a_member_is_handed_the_charter_of_the_group(drafted: World, coach: Coach) -> None:
    did("charter", "deliver", GROUP, "--to", "member", "--name", "rousseau")
    (found,) = (each for each in drafted.records(drafted.group) if isinstance(each, Delivery))
    (augustine,) = (each for each in drafted.records("rousseau", "identity") if isinstance(each, Client))
    assert (found.what, found.to, found.who) == ("group_charter", "member", augustine.folder)
    before = snapshot(drafted.root)
    words = ("charter", "deliver", GROUP, "--to")
    refused(coach(*words, "member", "--name", "thibodeau"), 4, "no member of this group goes by that")
    refused(coach(*words, "member"), 4, "no member of this group goes by that")
    refused(coach(*words, "client"), 10, "has no such party")
    refused(coach("charter", "deliver", SOLANGE, "--to", "guardian"), 10, "has no such party")
    assert snapshot(drafted.root) == before


def test_a_charter_made_elsewhere_is_known_by_its_digest(world: World, tmp_path: Path) -> None:
    (tmp_path / "charter.pdf").write_bytes(b"%PDF-1.7")
    told = did("charter", "deliver", SOLANGE, "--to", "client", "--file", str(tmp_path / "charter.pdf"))
    assert told["sha256"] == hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert not any(isinstance(each, Document) for each in world.records(world.client))


def test_charters_are_shown_and_listed(drafted: World, coach: Coach) -> None:
    found = did("charter", "show", "--kind", "group", "--language", "fr")["item"]
    assert found["text"].startswith("# Charte du groupe")
    assert found["sha256"] == hashlib.sha256(found["text"].encode()).hexdigest()
    assert "Dialogue" in did("charter", "show")["item"]["text"]
    names = {(each["name"], each["language"]) for each in did("charter", "list")["items"]}
    assert names == {(name, language) for name in ("charter", "charter-group") for language in ("fr", "en")}
    rendered = coach("charter", "render", "--kind", "group", "--format", "md", "--output", "-")
    assert rendered.out.startswith("# Charter of the group")
    assert drafted


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--to", "Marqueur"), 5, "--to: expected one of: client, sponsor, guardian, member"),
        (("--to", "client", "--means", "Marqueur"), 5, "--means: expected one of"),
        (("--to", "client", "--on", "2026-11-23"), 5, "is in the future"),
        (("--to", "client", "--file", "Marqueur.pdf"), 4, "the file cannot be read"),
        ((), 2, "--to is missing"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused(
    drafted: World, coach: Coach, words: tuple[str, ...], code: int, says: str
) -> None:
    before = snapshot(drafted.root)
    for noun in ("contract", "charter"):
        refused(coach(noun, "deliver", SOLANGE, *words), code, says)
    assert snapshot(drafted.root) == before


def test_the_day_a_document_is_rendered_does_not_change_its_version(
    drafted: World, at: Callable[[str], None]
) -> None:
    did("contract", "render", SOLANGE, "--format", "md")
    at("2026-11-25")
    made = did("contract", "render", SOLANGE, "--format", "md")
    kept = [each for each in drafted.records(drafted.client) if isinstance(each, Document)]
    assert len(kept) == 2
    assert kept[0].version == kept[1].version
    assert did("contract", "deliver", SOLANGE, "--to", "client")["sha256"] == made["sha256"]


def test_the_contract_says_of_conflicts_and_data_what_the_records_say(drafted: World, coach: Coach) -> None:
    def text() -> str:
        return coach("contract", "render", SOLANGE, "--format", "md", "--output", "-").out

    denied, report = "no conflict of interest is known", "Report handed to the sponsor"
    assert denied not in text()
    assert report not in text()
    vault = drafted.vault()
    folder = who.subject(vault, SOLANGE).folder
    with vault.change() as change:
        change.add("conflict_check", folder, {"on": "2026-11-20", "answer": "none"})
    assert denied in text()
    clash = {"opened_on": "2026-11-21", "due_on": "2026-12-01", "nature": "tie", "text": "un lien"}
    with vault.change() as change:
        change.add("conflict", folder, clash)
    assert denied not in text()


def test_an_amendment_is_rendered_as_one(drafted: World, coach: Coach) -> None:
    sign_all(SOLANGE, "client")
    did("contract", "amend", SOLANGE, "--sessions", "8")
    text = coach("contract", "render", drafted.client, "--format", "md", "--output", "-").out
    assert text.replace("\\", "").startswith("# Amendment no. 1 to the contract signed on 20 November 2026")
