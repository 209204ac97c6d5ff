"""EMR clusters that are not terminated: a custom AMI for all, or one per instance group or instance type."""

from collections.abc import Iterator

from goldsmith.gather.usage.place import Mention, Place, named
from goldsmith.values.usage import Use

LIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]
KIND = "EMR cluster"


def clusters(place: Place) -> Iterator[Mention]:
    for listed in place.pages("emr", "list_clusters", "Clusters", ClusterStates=LIVE):
        cluster = place.client("emr").describe_cluster(ClusterId=listed["Id"])["Cluster"]
        arn = cluster.get("ClusterArn", place.arn("elasticmapreduce", f"cluster/{listed['Id']}"))
        yield from named([cluster.get("CustomAmiId")], Use(kind=KIND, arn=arn, how="custom AMI"))
        if cluster.get("InstanceCollectionType") == "INSTANCE_FLEET":
            for fleet in place.pages("emr", "list_instance_fleets", "InstanceFleets", ClusterId=listed["Id"]):
                types = [each.get("CustomAmiId") for each in fleet.get("InstanceTypeSpecifications", [])]
                yield from named(types, Use(kind=KIND, arn=arn, how=f"instance fleet {fleet['Id']}"))
        else:
            for group in place.pages("emr", "list_instance_groups", "InstanceGroups", ClusterId=listed["Id"]):
                use = Use(kind=KIND, arn=arn, how=f"instance group {group['Id']}")
                yield from named([group.get("CustomAmiId")], use)
