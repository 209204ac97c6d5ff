"""AWS Parallel Computing Service: compute node groups."""

from collections.abc import Iterator

from goldsmith.gather.usage.reader import Found, RegionReader, named, through
from goldsmith.values.usage import Use


def compute_node_groups(reader: RegionReader) -> Iterator[Found]:
    for cluster in reader.pages("pcs", "list_clusters", "clusters", maxResults=100):
        listed = reader.pages(
            "pcs", "list_compute_node_groups", "computeNodeGroups", clusterIdentifier=cluster["id"], maxResults=100
        )
        for each in listed:
            group = reader.client("pcs").get_compute_node_group(
                clusterIdentifier=cluster["id"], computeNodeGroupIdentifier=each["id"]
            )["computeNodeGroup"]
            yield from named([group.get("amiId")], Use(kind="PCS node group", arn=group["arn"], how="image"))
            template = Use(kind="PCS node group", arn=group["arn"], how="launch template")
            yield from through(group.get("customLaunchTemplate"), template)
