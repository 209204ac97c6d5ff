"""All places where an image can be named, with the permissions that reading them takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from goldsmith.gather.usage import (
    auto_scaling,
    batch,
    beanstalk,
    codebuild,
    documents,
    eks,
    emr,
    fleets,
    image_builder,
    instances,
    launch_templates,
    parameters,
    pcs,
    sagemaker,
    stacks,
)
from goldsmith.gather.usage.reader import Found, RegionReader


@dataclass(frozen=True)
class Source:
    """`service` is its name in AWS's directory of the services of a region."""

    name: str
    read: Callable[[RegionReader], Iterator[Found]]
    service: str
    actions: tuple[str, ...]


def _source(
    name: str, read: Callable[[RegionReader], Iterator[Found]], service: str, prefix: str, actions: str
) -> Source:
    return Source(name, read, service, tuple(f"{prefix}:{action}" for action in actions.split()))


SOURCES: Final = (
    _source("instances", instances.instances, "ec2", "ec2", "DescribeInstances"),
    _source("Auto Scaling groups", auto_scaling.groups, "autoscaling", "autoscaling", "DescribeAutoScalingGroups"),
    _source(
        "launch configurations", auto_scaling.launch_configurations, "autoscaling", "autoscaling",
        "DescribeLaunchConfigurations",
    ),
    _source("EC2 Fleets", fleets.fleets, "ec2", "ec2", "DescribeFleets"),
    _source("Spot Fleets", fleets.spot_fleets, "ec2", "ec2", "DescribeSpotFleetRequests"),
    _source("Spot requests", fleets.spot_requests, "ec2", "ec2", "DescribeSpotInstanceRequests"),
    _source("EKS node groups", eks.node_groups, "eks", "eks", "ListClusters ListNodegroups DescribeNodegroup"),
    _source(
        "Batch compute environments", batch.compute_environments, "batch", "batch", "DescribeComputeEnvironments"
    ),
    _source(
        "EMR clusters", emr.clusters, "emr", "elasticmapreduce",
        "ListClusters DescribeCluster ListInstanceFleets ListInstanceGroups",
    ),
    _source("SageMaker clusters", sagemaker.clusters, "sagemaker", "sagemaker", "ListClusters DescribeCluster"),
    _source(
        "PCS node groups", pcs.compute_node_groups, "pcs", "pcs",
        "ListClusters ListComputeNodeGroups GetComputeNodeGroup",
    ),
    _source(
        "Elastic Beanstalk", beanstalk.environments, "elasticbeanstalk", "elasticbeanstalk",
        "DescribeEnvironments DescribeApplications DescribeConfigurationSettings",
    ),
    _source("CodeBuild fleets", codebuild.fleets, "codebuild", "codebuild", "ListFleets BatchGetFleets"),
    _source("image recipes", image_builder.image_recipes, "imagebuilder", "imagebuilder", "ListImageRecipes"),
    _source(
        "container recipes", image_builder.container_recipes, "imagebuilder", "imagebuilder", "ListContainerRecipes"
    ),
    _source("SSM parameters", parameters.parameters, "ssm", "ssm", "DescribeParameters GetParameters"),
    _source("SSM documents", documents.documents, "ssm", "ssm", "ListDocuments ListDocumentVersions GetDocument"),
    _source(
        "CloudFormation stacks", stacks.stacks, "cloudformation", "cloudformation", "DescribeStacks GetTemplate"
    ),
    # Last, so that a template made while the others were read is listed.
    _source(
        "launch templates", launch_templates.launch_templates, "ec2", "ec2",
        "DescribeLaunchTemplates DescribeLaunchTemplateVersions",
    ),
)  # fmt: skip
_BY_TEMPLATE: Final = {
    "instances", "Auto Scaling groups", "EC2 Fleets", "Spot Fleets", "EKS node groups", "Batch compute environments",
    "PCS node groups", "launch templates",
}  # fmt: skip
LAUNCHERS: Final = tuple(source for source in SOURCES if source.name in _BY_TEMPLATE)
ACTIONS: Final = tuple(sorted({action for source in SOURCES for action in source.actions}))
