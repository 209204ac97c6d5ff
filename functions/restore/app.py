"""A word to restore, hold or release a version in, or a scream; what was done for it out."""

from goldsmith.act.restore.restore import Done, restorer
from goldsmith.model import Event
from goldsmith.step import step


@step
def handler(event: Event) -> Done:
    return restorer().hear(event)
