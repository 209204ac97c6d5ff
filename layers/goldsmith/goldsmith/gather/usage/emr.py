"""EMR clusters that are not terminated: a custom AMI for all, or one per instance group or instance type."""

from collections.abc import Iterator

from goldsmith.gather.usage.reader import Mention, RegionReader, named
from goldsmith.values.usage import Use

LIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]
KIND = "EMR cluster"


def clusters(reader: RegionReader) -> Iterator[Mention]:
    for listed in reader.pages("emr", "list_clusters", "Clusters", ClusterStates=LIVE):
        cluster = reader.client("emr").describe_cluster(ClusterId=listed["Id"])["Cluster"]
        arn = cluster.get("ClusterArn", reader.arn("elasticmapreduce", f"cluster/{listed['Id']}"))
        yield from named([cluster.get("CustomAmiId")], Use(kind=KIND, arn=arn, how="custom AMI"))
        if cluster.get("InstanceCollectionType") == "INSTANCE_FLEET":
            for fleet in reader.pages("emr", "list_instance_fleets", "InstanceFleets", ClusterId=listed["Id"]):
                types = [each.get("CustomAmiId") for each in fleet.get("InstanceTypeSpecifications", [])]
                yield from named(types, Use(kind=KIND, arn=arn, how=f"instance fleet {fleet['Id']}"))
        else:
            for group in reader.pages("emr", "list_instance_groups", "InstanceGroups", ClusterId=listed["Id"]):
                use = Use(kind=KIND, arn=arn, how=f"instance group {group['Id']}")
                yield from named([group.get("CustomAmiId")], use)
