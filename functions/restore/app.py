"""`Restoration Requested` or the event of a failed launch in; how many AMIs were restored, out."""

from goldsmith.act.restore.restore import restorer
from goldsmith.model import Event
from goldsmith.step import step
from goldsmith.values.restore import Done


@step
def handler(event: Event) -> Done:
    return restorer().hear(event)
