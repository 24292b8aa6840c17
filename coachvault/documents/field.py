"""The values of a context as a template sees them: each knows its dotted name, set or not."""

from collections.abc import Iterator, Mapping, Sequence

from jinja2 import StrictUndefined

Wanted = dict[str, None]  # the dotted names that were asked for in vain, in that order, each once


class Fields(Mapping[str, object]):
    """A record or a group of values that knows its dotted path; None is a field that is not set."""

    def __init__(self, values: Mapping[str, object], path: str, wanted: Wanted) -> None:
        self._values = {name: wrap(value, f"{path}.{name}", wanted) for name, value in values.items()}
        self._wanted = wanted
        self.path = path

    def __getitem__(self, name: str) -> object:
        if self._values[name] is None:
            raise KeyError(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def miss(self, name: str | None) -> bool:
        """Note that a template wanted a field that is not set; False where there is no such field."""
        if name in self._values:
            self._wanted[f"{self.path}.{name}"] = None
        return name in self._values


class Missing(StrictUndefined):
    """A field that is not set: what uses it notes its name and goes on, so that all are known at once.

    A name that no record has is an error as in StrictUndefined: the template is wrong, not the record.
    """

    __slots__ = ()

    def note(self) -> None:
        """Note the field; raises UndefinedError where there is none of that name."""
        owner = self._undefined_obj
        if not (isinstance(owner, Fields) and owner.miss(self._undefined_name)):
            self._fail_with_undefined_error()

    def __str__(self) -> str:  # type: ignore[override] # the base never returns
        self.note()
        return ""

    def __bool__(self) -> bool:  # type: ignore[override] # the base never returns
        self.note()
        return False

    def __iter__(self) -> Iterator[object]:  # type: ignore[override] # the base never returns
        self.note()
        return iter(())

    def __len__(self) -> int:  # type: ignore[override] # the base never returns
        self.note()
        return 0

    def __eq__(self, other: object) -> bool:  # type: ignore[override] # the base never returns
        self.note()
        return False

    def __ne__(self, other: object) -> bool:  # type: ignore[override] # the base never returns
        self.note()
        return True

    __hash__ = StrictUndefined.__hash__  # type: ignore[assignment] # it raises, as the base says


def wrap(value: object, path: str, wanted: Wanted) -> object:
    """Return a value of a context as a template may see it."""
    if isinstance(value, Mapping):
        return Fields(value, path, wanted)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [wrap(item, path, wanted) for item in value]
    return value
