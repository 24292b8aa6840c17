"""A template reaches what its document is about, and nothing else."""

from collections.abc import Callable
from pathlib import Path
import time

import pytest

from coachvault.documents import render
from coachvault.errors import TemplateError

Own = Callable[..., Path]
NAME = "Zoé Confidentielle"
CONTEXT = {"client": {"name": NAME, "goals": [{"text": "a"}, {"text": "b"}], "none": None}}

ATTACKS = [
    "{{ ''.__class__ }}",
    "{{ client.__init__.__globals__ }}",
    "{{ client.__class__ }}",
    "{{ client.path }}",
    "{{ client.miss }}",
    "{{ client['name'] }}",
    "{{ client.name.upper() }}",
    "{{ client.name.__class__.__mro__ }}",
    "{{ client.goals.append(1) }}",
    "{{ client.goals.clear }}",
    "{{ ''['__cl' ~ 'ass__'] }}",
    "{{ client.name|attr('__class__') }}",
    "{{ '{0.__class__}'.format(client) }}",
    "{{ '{0.__class__}'|format(client) }}",
    "{{ '%s' % client.name }}",
    "{{ client.name|safe }}",
    "{{ client.name|map('upper')|join }}",
    "{{ client.name ~ '**' }}",
    "{{ client.name + '**' }}",
    "{{ 'x' * 10 ** 9 }}",
    "{{ client.name[0] }}",
    "{{ client }}",
    "{{ client.goals }}",
    "{{ true }}",
    "{% set x = cycler.__init__ %}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ lipsum.__globals__ }}",
    "{{ namespace(x=1).x }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{% set client.name = 'x' %}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in range(1000000000) %}x{% endfor %}",
    "{% for i in client.name %}{{ i }}{% endfor %}",
    "{% for goal in client.goals recursive %}{{ loop(client.goals) }}{% endfor %}",
    "{% for goal in client.goals %}{{ loop.__init__ }}{% endfor %}",
    "{% for goal in client.goals %}{{ loop._iterable }}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ m.__globals__ }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ caller.__class__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% include 'fr/test.md.j2' %}",
    "{% include '../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{% import 'fr/_contract.md.j2' as c %}{{ c.__dict__ }}",
    "{% autoescape false %}{{ client.name }}{% endautoescape %}",
    "{% filter upper %}x{% endfilter %}",
    "{% do client.clear() %}",
    "`{{ client.name }}`",
    "```\n{{ client.name }}\n```",
    "~~~\n{{ client.name }}\n~~~",
    "    {{ client.name }}",
    "\t{{ client.name }}",
    "{{ unknown }}",
    "{{ unknown.name }}",
    "{{ client.unknown }}",
    "{{ client.name",
    "{% if %}",
    "{{ client.name|unknown }}",
    "{{ client.name is callable }}",
    "{{ client.name|date }}",
    "{{ client.name|money('EUR') }}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_template_that_reaches_out_is_refused_with_its_place(own: Own, attack: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render("test", "fr", CONTEXT, own(f"\n\n{attack}\n"))
    assert caught.value.exit_code == 8
    assert "fr/test.md.j2:" in caught.value.message or "passwd" in attack
    assert "Confidentielle" not in caught.value.message + caught.value.hint
    assert "root:" not in caught.value.message


def test_the_line_of_a_fault_is_named(own: Own) -> None:
    with pytest.raises(TemplateError, match=r"^fr/test\.md\.j2:3: .*there is no field client\.typo"):
        render("test", "fr", CONTEXT, own("un\ndeux\n{{ client.typo }}\n"))


@pytest.mark.parametrize(
    "bomb",
    [
        "{% macro a() %}{{ b() }}{{ b() }}{% endmacro %}{% macro b() %}{{ c() }}{{ c() }}{% endmacro %}"
        + "".join(
            f"{{% macro {x}() %}}{{% set t = {y}() %}}{{% set u = {y}() %}}{{% endmacro %}}"
            for x, y in zip("cdefghijklmnopqrstuvw", "defghijklmnopqrstuvwx", strict=True)
        )
        + "{% macro x() %}{% endmacro %}{{ a() }}",
        "".join(f"{{% for g{i} in client.goals %}}" for i in range(18)) + "{% endfor %}" * 18,
    ],
)
def test_a_template_that_runs_away_is_stopped(own: Own, bomb: str) -> None:
    begin = time.monotonic()
    with pytest.raises(TemplateError):
        render("test", "fr", CONTEXT, own(bomb))
    assert time.monotonic() - begin < 10


def test_what_a_document_needs_is_there(own: Own) -> None:
    text = (
        "{% macro both(a, b) %}{{ a }} **{{ b }}**{% endmacro %}"
        "{% for goal in client.goals %}{{ loop.index }}. {{ both(goal.text, 'x*') }}\n{% endfor %}"
        "{% if client.none is defined %}jamais"
        "{% elif client.name == 'x' or not client.goals %}non"
        "{% else %}oui{% endif %}"
    )
    assert render("test", "fr", CONTEXT, own(text)) == "1. a **x\\***\n2. b **x\\***\noui\n"


def test_what_our_macros_made_is_not_escaped_twice(own: Own) -> None:
    text = "{% macro m(t) %}*{{ t }}*{% endmacro %}{% set t %}{{ m('a*') }}{% endset %}{{ m(t) }}"
    assert render("test", "fr", {}, own(text)) == "**a\\***\n"
