"""No deadlines: a figure of time belongs into tests/bench."""

from hypothesis import settings

settings.register_profile("properties", deadline=None)
settings.load_profile("properties")
