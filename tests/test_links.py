"""Each lab opens elsewhere with one click, and the repository's address stands in one place."""

import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.conftest import REPOSITORY
from workshop.authoring import links
from workshop.authoring.links import Repository, repository
from workshop.authoring.notebooks import lab_notebook, read_all_labs
from workshop.authoring.table import BADGE, readme_with_table

LABS = read_all_labs()
SOMEWHERE = Repository("https://github.com/some-one/a.course", "1.2.3")
LINK = re.compile(r"\]\((https://[^)]+)\)")


@pytest.fixture
def checkout() -> Path:
    """The files under test; `repository` is a function here."""
    return REPOSITORY


def links_in(text: str) -> list[str]:
    return LINK.findall(text)


def test_binder_opens_the_lab_in_jupyterlab() -> None:
    address = urlsplit(SOMEWHERE.binder("01_data"))
    assert f"{address.netloc}{address.path}" == "mybinder.org/v2/gh/some-one/a.course/main"
    assert parse_qs(address.query) == {"urlpath": ["lab/tree/labs/01_data.ipynb"]}


def test_colab_opens_the_lab_from_the_repository() -> None:
    assert SOMEWHERE.colab("01_data") == (
        "https://colab.research.google.com/github/some-one/a.course/blob/main/labs/01_data.ipynb"
    )


def test_a_name_with_a_space_or_a_sign_survives_the_way() -> None:
    name = "21_a b&c?d#e%"
    binder, colab = urlsplit(SOMEWHERE.binder(name)), urlsplit(SOMEWHERE.colab(name))
    assert parse_qs(binder.query)["urlpath"] == [f"lab/tree/labs/{name}.ipynb"]
    assert unquote(colab.path).endswith(f"/labs/{name}.ipynb")
    assert (binder.fragment, colab.query, colab.fragment) == ("", "", "")


def test_every_lab_opens_with_links_to_itself(checkout: Path) -> None:
    for lab in LABS:
        found = links_in(lab_notebook(lab).cells[0].source)
        assert found == [repository().binder(lab.name), repository().colab(lab.name)]
        assert all((checkout / unquote(link[link.index("labs") :])).is_file() for link in found)


def test_the_readme_has_both_links_in_each_labs_row(checkout: Path) -> None:
    readme = readme_with_table((checkout / "README.md").read_text("utf-8"), LABS)
    rows = [line for line in readme.splitlines() if re.match(r"\| \[\d\d ", line)]
    assert [links_in(row) for row in rows] == [
        [repository().binder(lab.name), repository().colab(lab.name)] for lab in LABS
    ]


def test_no_lab_loads_a_badge_from_the_network() -> None:
    for lab in LABS:
        text = "".join(c.source for c in lab_notebook(lab).cells if c.cell_type == "markdown")
        assert not re.search(r"!\[[^\]]*\]\(https?:|<img[^>]+https?:", text)


def test_pyproject_is_the_only_place_of_the_address(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    assert repository() == Repository(project["urls"]["Repository"], project["version"])
    sources = [*(checkout / "workshop").rglob("*.py")]
    sources += (checkout / "solutions").glob("*.py")
    assert [path for path in sources if repository().slug in path.read_text("utf-8")] == []


def test_without_a_checkout_the_installed_package_knows_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "pixels_to_production-1.2.3.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: pixels-to-production\nVersion: 1.2.3\n"
        f"Project-URL: Repository, {SOMEWHERE.address}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(links, "PYPROJECT", tmp_path / "none.toml")
    assert repository() == SOMEWHERE


@pytest.mark.parametrize("address", ["", "https://github.com/one", "git@github.com:one/two.git"])
def test_an_address_that_makes_no_link_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"write it as https://github\.com/owner/name"):
        Repository(address, "1.2.3")


def test_the_readmes_badge_opens_the_first_lab() -> None:
    text = readme_with_table(f"{BADGE}(https://elsewhere.example)", LABS)
    assert text == f"{BADGE}({repository().binder(LABS[0].name)})"
