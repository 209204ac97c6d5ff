"""What a distribution has come to in; what is there now, region by region, out."""

from goldsmith import aws
from goldsmith.distribution import Arrival, DistributeFacts
from goldsmith.gather.copies import gather_copies
from goldsmith.step import step


@step
def handler(arrival: Arrival) -> DistributeFacts:
    return gather_copies(arrival, client=aws.client)
