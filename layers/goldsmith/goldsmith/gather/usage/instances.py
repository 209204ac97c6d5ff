"""Instances in every state but terminated: a stopped one may be rebuilt from its image."""

from collections.abc import Iterator

from goldsmith.gather.usage.reader import Found, Mention, RegionReader, TemplateMention
from goldsmith.values.usage import Use

TEMPLATE, VERSION = "aws:ec2launchtemplate:id", "aws:ec2launchtemplate:version"  # tags that EC2 writes


def instances(reader: RegionReader) -> Iterator[Found]:
    for reservation in reader.pages("ec2", "describe_instances", "Reservations", MaxResults=1000):
        for instance in reservation["Instances"]:
            state = instance["State"]["Name"]
            if state != "terminated":
                arn = reader.arn("ec2", f"instance/{instance['InstanceId']}")
                use = Use(kind="instance", arn=arn, how=state)
                yield Mention(instance["ImageId"], use)
                tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
                if TEMPLATE in tags:
                    yield TemplateMention(tags[TEMPLATE], tags.get(VERSION, ""), use)
