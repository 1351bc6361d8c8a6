"""The version, written down once: the package, its metadata and the documentation read it here.

Nothing else may enter, because the build reads this file without the package's dependencies.
"""

__version__ = "1.0.0.dev0"
