"""What a distribution has come to in; what is there now, region by region, out."""

from goldsmith import aws
from goldsmith.gather.distribute.facts import gather_copies
from goldsmith.step import step
from goldsmith.values.distribute import DistributeFacts, DistributeWork


@step
def handler(arrival: DistributeWork) -> DistributeFacts:
    return gather_copies(arrival, client=aws.client)
