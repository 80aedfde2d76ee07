"""Where a lab opens without an installation: links made from its name and the repository's address.

The address stands in one place: `Repository` under `[project.urls]` in pyproject.toml.
"""

import re
import tomllib
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from urllib.parse import quote, urlsplit

DISTRIBUTION = "pixels-to-production"
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
ADDRESS = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")
BRANCH = "main"


@dataclass(frozen=True)
class Repository:
    """The course's repository on GitHub, such as https://github.com/owner/name, and its version.

    Raises:
        ValueError: if the address has another form.
    """

    address: str
    version: str

    def __post_init__(self) -> None:
        if not ADDRESS.fullmatch(self.address):
            raise ValueError(
                f"the repository's address is {self.address!r}; write it as "
                "https://github.com/owner/name under [project.urls] in pyproject.toml."
            )

    @property
    def slug(self) -> str:
        """Owner and name, such as `owner/name`."""
        return urlsplit(self.address).path.strip("/")

    def binder(self, lab: str) -> str:
        """Open the lab of this name (`01_data`) in JupyterLab on Binder."""
        page = quote(f"lab/tree/labs/{lab}.ipynb", safe="")
        return f"https://mybinder.org/v2/gh/{self.slug}/{BRANCH}?urlpath={page}"

    def colab(self, lab: str) -> str:
        """Open the lab of this name (`01_data`) on Google Colab."""
        path = quote(f"{self.slug}/blob/{BRANCH}/labs/{lab}.ipynb")
        return f"https://colab.research.google.com/github/{path}"

    def archive(self) -> str:
        """The files of this version, which pip can install."""
        return f"{self.address}/archive/refs/tags/v{self.version}.zip"


def repository() -> Repository:
    """What pyproject.toml says, or the installed package where there is no checkout."""
    if PYPROJECT.is_file():
        project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
        return Repository(project["urls"]["Repository"], project["version"])
    about = metadata(DISTRIBUTION)
    urls = dict(line.split(", ", 1) for line in about.get_all("Project-URL") or ())
    return Repository(urls["Repository"], about["Version"])
