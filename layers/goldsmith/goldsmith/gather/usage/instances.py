"""Instances in every state but terminated: a stopped one may be rebuilt from its image."""

from collections.abc import Iterator

from goldsmith.gather.usage.place import Mention, Place
from goldsmith.usage import Use


def instances(place: Place) -> Iterator[Mention]:
    for reservation in place.pages("ec2", "describe_instances", "Reservations", MaxResults=1000):
        for instance in reservation["Instances"]:
            state = instance["State"]["Name"]
            if state != "terminated":
                arn = place.arn("ec2", f"instance/{instance['InstanceId']}")
                yield Mention(instance["ImageId"], Use(kind="instance", arn=arn, how=state))
