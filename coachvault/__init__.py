"""coachvault: a coaching practice in an encrypted plain-file vault."""

# A literal: importlib.metadata costs 38 ms at every start.
__version__ = "0.1.0"
