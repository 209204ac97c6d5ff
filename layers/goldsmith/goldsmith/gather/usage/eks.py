"""EKS managed node groups; a custom AMI is named by their launch template."""

from collections.abc import Iterator

from goldsmith.gather.usage.reader import RegionReader, Through, through
from goldsmith.values.usage import Use


def node_groups(reader: RegionReader) -> Iterator[Through]:
    for cluster in reader.pages("eks", "list_clusters", "clusters", maxResults=100):
        for name in reader.pages("eks", "list_nodegroups", "nodegroups", clusterName=cluster, maxResults=100):
            group = reader.client("eks").describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
            use = Use(kind="EKS node group", arn=group["nodegroupArn"], how="launch template")
            yield from through(group.get("launchTemplate"), use)
