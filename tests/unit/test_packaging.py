"""What the built package promises about itself."""

import re
from importlib.metadata import requires, version
from importlib.resources import files

import igitt


def test_version_comes_from_one_place() -> None:
    """The metadata and the package tell the same version."""
    assert igitt.__version__ == version("igitt")


def test_type_hints_are_shipped() -> None:
    """The marker that makes type checkers read the hints is part of the package."""
    assert files("igitt").joinpath("py.typed").is_file()


def test_only_four_runtime_dependencies() -> None:
    """A plain installation brings four packages; all else is an extra."""
    plain = {re.split(r"[^\w-]", line)[0] for line in requires("igitt") or [] if "extra ==" not in line}
    assert plain == {"PyJWT", "cryptography", "python-dateutil", "requests"}
