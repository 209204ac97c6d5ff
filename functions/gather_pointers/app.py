"""Where a version went in; what the channel points to there now, out."""

from goldsmith import aws
from goldsmith.distribution import Route
from goldsmith.gather.pointers import gather_pointers
from goldsmith.promotion import PromoteFacts
from goldsmith.step import step


@step
def handler(route: Route) -> PromoteFacts:
    return gather_pointers(route, client=aws.client)
