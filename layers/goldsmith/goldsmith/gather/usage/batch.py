"""AWS Batch compute environments: an image of their own, one per instance family, or launch templates."""

from collections.abc import Iterator

from goldsmith.gather.usage.reader import Found, RegionReader, named, through
from goldsmith.values.usage import Use

KIND = "Batch compute environment"


def compute_environments(reader: RegionReader) -> Iterator[Found]:
    environments = reader.pages("batch", "describe_compute_environments", "computeEnvironments", maxResults=100)
    for environment in environments:
        arn, resources = environment["computeEnvironmentArn"], environment.get("computeResources", {})
        configured = [each.get("imageIdOverride") for each in resources.get("ec2Configuration", [])]
        yield from named([resources.get("imageId")], Use(kind=KIND, arn=arn, how="image"))
        yield from named(configured, Use(kind=KIND, arn=arn, how="EC2 configuration"))
        template = resources.get("launchTemplate", {})
        yield from through(template, Use(kind=KIND, arn=arn, how="launch template"))
        for override in template.get("overrides", []):
            yield from through(override, Use(kind=KIND, arn=arn, how="launch template override"))
