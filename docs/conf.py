"""How Sphinx builds the documentation: no warning passes, and every example runs."""

import runpy
from pathlib import Path

_version_file = Path(__file__).parent.parent / "igitt" / "_version.py"

project = "igitt"
copyright = "igitt contributors"
release = version = runpy.run_path(str(_version_file))["__version__"]

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"igitt {release}"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_numpy_docstring = False
