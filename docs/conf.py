"""How Sphinx builds the documentation: no warning passes, and every example runs."""

import doctest
import runpy
import sys
from pathlib import Path

_here = Path(__file__).parent
# What the documentation needs beyond Sphinx is in the package `_ext` beside this file; the examples use it, too.
sys.path.insert(0, str(_here))

project = "igitt"
copyright = "igitt contributors"
release = version = runpy.run_path(str(_here.parent / "igitt" / "_version.py"))["__version__"]

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "_ext.examples",
    "_ext.played",
    "_ext.reference",
    "_ext.floors",
]
exclude_patterns = ["_build", "_ext"]
html_theme = "furo"
html_title = f"igitt {release}"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_default_options = {"members": True, "show-inheritance": True, "exclude-members": "hoster, kind"}
# The defaults of a signature as they are written, not as what they are worth.
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

doctest_test_doctest_blocks = "default"
# What an object shows of itself may be shortened by `...`, and long lines may be broken.

doctest_default_flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
# An example that needs another package runs where that is installed: `:skipif: missing("redis")`.
doctest_global_setup = """
from importlib.util import find_spec

from _ext.examples import World


def missing(name):
    return find_spec(name) is None
"""
