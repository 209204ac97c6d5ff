"""Where a version went in; what the channel points to there now, out."""

from goldsmith import aws
from goldsmith.gather.promote.facts import gather_pointers
from goldsmith.step import step
from goldsmith.values.distribute import Route
from goldsmith.values.promote import PromoteFacts


@step
def handler(route: Route) -> PromoteFacts:
    return gather_pointers(route, client=aws.client)
