"""Where the files that come with the program lie: in a checkout, an editable install and a wheel."""

from pathlib import Path


def folder(name: str) -> Path:
    """Return a folder that stands at the top of the tree and, in a wheel, inside the package."""
    package = Path(__file__).parent
    packaged = package / "data" / name
    return packaged if packaged.is_dir() else package.parent / name
