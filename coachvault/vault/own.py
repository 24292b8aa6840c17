"""The coach's own terms and templates: in the clear, written by hand, and in the history as they are."""

from pathlib import Path

from coachvault.vault import files, layout

AREAS = (layout.RETENTION, layout.TEMPLATES)


def found(root: Path) -> list[Path]:
    """Return the terms and templates that there are, whatever they are."""
    return [path for area in AREAS for path in (root / area, *(root / area).rglob("*.j2")) if _is_one(path)]


def fit(root: Path) -> list[str]:
    """Return the paths of those that the history can keep, from the root of the vault."""
    return [path.relative_to(root).as_posix() for path in found(root) if is_fit(root, path)]


def is_fit(root: Path, path: Path) -> bool:
    """Return whether the history can keep a file: another device would take it too.

    A change that is decided must not fail for one that cannot be read.
    """
    return files.is_fit(path) and layout.is_place(path.relative_to(root).as_posix())


def _is_one(path: Path) -> bool:
    return path.is_symlink() or path.is_file()
