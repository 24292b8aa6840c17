"""One function finds a template, the vault's own before ours."""

from collections.abc import Callable
from pathlib import Path

import pytest

from coachvault import resource
from coachvault.documents import find, names, render
from coachvault.documents.template import shipped
from coachvault.errors import TemplateError

DOCUMENTS = {
    "certificate", "charter", "charter-group", "contract-group", "contract-individual", "contract-solidarity",
    "contract-tripartite", "ending", "recovery-kit", "sponsor-report",
}  # fmt: skip


def test_both_languages_have_the_same_documents() -> None:
    assert set(names("fr")) == set(names("en")) == DOCUMENTS


def test_an_installed_package_has_its_templates_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "site" / "coachvault"
    (installed / "data" / "templates" / "fr").mkdir(parents=True)
    (installed / "data" / "templates" / "fr" / "charter.md.j2").write_text("x", encoding="utf-8")
    monkeypatch.setattr(resource, "__file__", str(installed / "resource.py"))
    assert find("fr/charter.md.j2") == installed / "data" / "templates" / "fr" / "charter.md.j2"


def test_the_vaults_own_template_wins(own: Callable[..., Path]) -> None:
    folder = own("# À moi", "charter")
    assert render("charter", "fr", {}, folder) == "# À moi\n"
    assert find("fr/charter.md.j2", folder) == folder / "fr" / "charter.md.j2"
    assert find("en/charter.md.j2", folder) == shipped() / "en" / "charter.md.j2"
    assert names("fr", folder)["charter"] == folder / "fr" / "charter.md.j2"


def test_an_own_template_may_build_on_ours(own: Callable[..., Path]) -> None:
    folder = own(
        '{% extends "fr/contract-individual.md.j2" %}{% block title %}Mon contrat{% endblock %}', "mine"
    )
    with pytest.raises(TemplateError, match="'date' is undefined"):
        render("mine", "fr", {}, folder)


@pytest.mark.parametrize(
    "name", ["fr/none.md.j2", "../pyproject.toml", "fr/../../pyproject.toml", "/etc/passwd", ""]
)
def test_what_is_no_template_is_not_found(name: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="there is no template"):
        find(name, tmp_path)


def test_a_link_out_of_the_folder_is_no_template(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "link.md.j2").symlink_to("/etc/passwd")
    with pytest.raises(TemplateError, match="there is no template"):
        find("fr/link.md.j2", tmp_path)
