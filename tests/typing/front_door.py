"""The front door, as a user's type checker sees it."""

from typing import assert_type

import igitt

assert_type(igitt.__version__, str)
