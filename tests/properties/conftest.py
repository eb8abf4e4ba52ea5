"""No deadlines: a figure of time belongs into tests/bench."""

import os

from hypothesis import settings

settings.register_profile("properties", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("properties")
