"""The one place that asks what time it is, so that a test can say so."""

from datetime import date, datetime


def now() -> datetime:
    """Return this moment in the local zone, to the second."""
    return datetime.now().astimezone().replace(microsecond=0)


def today() -> date:
    """Return the local date."""
    return now().date()
