"""A place in, where its inventory lies out; or a list of versions in, their facts as they are now out."""

from goldsmith.act.retire.read_inventory import LookAround, looker
from goldsmith.step import step
from goldsmith.values.retire import Batch
from goldsmith.values.sweep import Course, Looked


@step
def handler(asked: LookAround | Course) -> Looked | Batch:
    return looker().look_around(asked) if isinstance(asked, LookAround) else looker().look_again(asked)
