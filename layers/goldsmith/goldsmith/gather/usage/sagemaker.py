"""SageMaker HyperPod clusters: the image that runs, and the one that is wanted."""

from collections.abc import Iterator

from goldsmith.gather.usage.reader import Mention, RegionReader, named
from goldsmith.values.usage import Use


def clusters(reader: RegionReader) -> Iterator[Mention]:
    for listed in reader.pages("sagemaker", "list_clusters", "ClusterSummaries", MaxResults=100):
        arn = listed["ClusterArn"]
        cluster = reader.client("sagemaker").describe_cluster(ClusterName=arn)
        for group in [*cluster.get("InstanceGroups", []), *cluster.get("RestrictedInstanceGroups", [])]:
            use = Use(kind="SageMaker cluster", arn=arn, how=f"instance group {group.get('InstanceGroupName')}")
            yield from named({group.get("CurrentImageId"), group.get("DesiredImageId")}, use)
