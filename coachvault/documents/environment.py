"""The template language, cut down to what a document needs, and every value in it literal.

There are values, filters, conditions, loops, includes, macros and blocks. A template cannot call a
method, build a string, count, or reach an attribute of a Python object; so there is nothing that it
could run, and no value that it could turn into Markdown on its way to the page.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
import re
from typing import Any, NoReturn

from jinja2 import TemplateSyntaxError, Undefined, nodes, pass_context, pass_environment
from jinja2.exceptions import SecurityError
from jinja2.loaders import BaseLoader
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from coachvault.documents.field import Fields, Missing
from coachvault.documents.filter import escape, filters
from coachvault.documents.template import find
from coachvault.language import _

# Values printed, turns of loops and calls: a contract takes about 300, a template that runs away takes more.
MAX_STEPS = 20_000

_LOOP = frozenset({"index", "first", "last", "length"})
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Filter, nodes.Test, nodes.If, nodes.CondExpr, nodes.For, nodes.Include, nodes.FromImport,
    nodes.Macro, nodes.CallBlock, nodes.Call, nodes.Keyword, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.List, nodes.Tuple, nodes.Assign, nodes.AssignBlock, nodes.Block,
    nodes.Extends,
)  # fmt: skip
# A tag inside a code span, a block of code or an indented one: a backslash means nothing there.
_FENCES = re.compile(r"(?<!\\)`+|^~~~", re.MULTILINE)
_INDENTED = re.compile(r"(?:^|\n)(?: {4}|\t)[^\n]*\Z")


class Environment(ImmutableSandboxedEnvironment):
    """What the templates of one document are read and run in; it serves for one rendering."""

    def __init__(self, language: str, templates: Path | None) -> None:
        super().__init__(
            loader=_Loader(templates),
            undefined=Missing,
            finalize=_finalize,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.globals.clear()
        self.filters = {**filters(language), "each": _each}
        self.tests = {name: self.tests[name] for name in ("defined", "undefined")}
        self.steps = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Take steps of what a rendering may take; raises SecurityError when they are used up."""
        self.steps -= steps
        if self.steps < 0:
            raise SecurityError

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 the base's signature
        """Return a field of a record or a counter of a loop, and nothing of any other object."""
        if isinstance(obj, Missing):
            obj.note()
            return obj
        if isinstance(obj, Fields):
            unknown = None if attribute in obj or attribute in list(obj) else f"{obj.path}.{attribute}"
            hint = unknown and _("there is no field %(field)s") % {"field": unknown}
            return obj[attribute] if attribute in obj else self.undefined(hint, obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        raise SecurityError

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401, ARG002 the base's signature
        """Refuse: a template names its fields with a dot."""
        raise SecurityError

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 the base's signature
        """Call a macro, and count it."""
        self.spend(1)
        return super().call(context, obj, *args, **kwargs)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _inspect(tree, name or "")
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(
                loop.iter, "each", [], [], None, None, lineno=loop.lineno, environment=self
            )
        return tree


class _Loader(BaseLoader):
    """Loads what `template.find` finds."""

    def __init__(self, templates: Path | None) -> None:
        self._templates = templates

    def get_source(self, environment: object, template: str) -> tuple[str, str, None]:  # noqa: ARG002 the base's names
        return find(template, self._templates).read_text(encoding="utf-8"), template, None


@pass_context  # and so never run at compile time, where constants would be escaped as HTML
def _finalize(context: Context, value: object) -> Markup:
    """Return what is printed for a value: literal Markdown."""
    assert isinstance(context.environment, Environment)  # noqa: S101 no other has this finalizer
    context.environment.spend(1)
    if isinstance(value, Markup):
        return value
    if isinstance(value, Undefined | str | int | Decimal | date) and not isinstance(value, bool):
        return escape(str(value))
    raise SecurityError


@pass_environment
def _each(environment: Environment, values: object) -> object:
    """Return what a loop goes through, and count it: a list, or nothing for a field that is not set."""
    if isinstance(values, Missing):
        values.note()
        return ()
    if not isinstance(values, list | tuple):
        raise SecurityError
    environment.spend(len(values))
    return values


def _inspect(tree: nodes.Template, name: str) -> None:
    """Refuse what is not in the language, or prints a value where it could not be literal."""
    for node in tree.find_all(nodes.Node):
        called = isinstance(node, nodes.Call) and not isinstance(node.node, nodes.Name)
        if called or not isinstance(node, _NODES) or (isinstance(node, nodes.For) and node.recursive):
            _refuse(_("%(what)s is not allowed in a template") % {"what": type(node).__name__}, node, name)
        if isinstance(node, nodes.TemplateData) and (
            len(_FENCES.findall(node.data)) % 2 or _INDENTED.search(node.data)
        ):
            _refuse(_("a tag inside code is not allowed: use the filter `code`"), node, name)


def _refuse(message: str, node: nodes.Node, name: str) -> NoReturn:
    raise TemplateSyntaxError(message, node.lineno, name)
