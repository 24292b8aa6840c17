"""A field that is not set is named, with the command that sets it; all of them at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coachvault.documents import Context, commands, missing, render
from coachvault.errors import TemplateError
from coachvault.records.client import Client
from coachvault.records.practice import Profile

Of = Callable[..., Context]
Without = Callable[..., Any]


def test_one_missing_field_is_named_with_its_command(
    context_of: Of, profile: Profile, without: Without
) -> None:
    bare = without(profile, "place")
    with pytest.raises(TemplateError) as caught:
        render("contract-individual", "fr", context_of("contract-individual", profile=bare, place=None))
    assert caught.value.message == "the contract-individual template needs contract.place, which is not set"
    assert caught.value.hint == "set it with: coach contract edit WHO --place TEXT"


def test_all_missing_fields_are_listed_at_once(
    context_of: Of, profile: Profile, without: Without, client: Client
) -> None:
    context = context_of(
        "contract-individual",
        country="QC",
        profile=without(profile, "email", "address", "currency", "methods", "place"),
        client=without(client, "address"),
        **dict.fromkeys(("request", "sessions", "duration", "frequency", "fee", "start"), None),
        goals=(),
    )
    found = missing("contract-individual", "fr", context)
    assert set(found) == {
        "profile.email", "profile.address", "client.address", "contract.request", "contract.goals",
        "contract.sessions", "contract.duration", "contract.frequency", "contract.place", "contract.start",
        "contract.fee", "contract.currency", "contract.methods",
    }  # fmt: skip
    assert missing("contract-individual", "en", context) == found
    with pytest.raises(TemplateError, match=r"contract\.request, .*which are not set"):
        render("contract-individual", "fr", context)


def test_a_solidarity_contract_asks_for_its_own_fields(context_of: Of) -> None:
    context = context_of("contract-solidarity", usual_fee=None, counterpart=None)
    assert missing("contract-solidarity", "fr", context) == ("contract.usual_fee", "contract.counterpart")
    assert missing("contract-solidarity", "fr", context_of("contract-solidarity")) == ()


def test_each_record_has_one_command() -> None:
    fields = ["profile.tax_mention", "client.email", "contract.fee", "contract.usual_fee", "contract.goals"]
    assert commands(fields) == [
        "coach profile edit --tax-mention TEXT",
        "coach client edit WHO --email TEXT",
        "coach contract edit WHO --fee AMOUNT --usual-fee AMOUNT --goal TEXT",
    ]


@pytest.mark.parametrize(
    "use",
    [
        "{{ client.email }}",
        "{{ client.email|quote }}",
        "{% if client.email %}x{% endif %}",
        "{% if client.email == 'x' %}x{% endif %}",
        "{% if client.email != 'x' %}x{% endif %}",
        "{% for x in client.email %}x{% endfor %}",
        "{{ client.email.more }}",
        "{{ client.email|times(2)|money('EUR') }}",
        "{% set x = client.email %}{{ x }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(client.email) }}",
    ],
)
def test_every_use_of_a_missing_field_is_noticed(own: Callable[[str], Path], use: str) -> None:
    assert missing("test", "fr", {"client": {"email": None}}, own(use)) == ("client.email",)


def test_asking_whether_a_field_is_set_is_no_use(own: Callable[[str], Path]) -> None:
    folder = own("{% if client.email is defined %}{{ client.email }}{% endif %}")
    assert missing("test", "fr", {"client": {"email": None}}, folder) == ()
