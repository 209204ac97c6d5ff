"""EC2's own answer to who refers to an image: a second opinion, on ten images at a time."""

from collections.abc import Iterator
from typing import Final

from goldsmith.gather.usage.reader import Mention, RegionReader
from goldsmith.values.usage import Use

AT_ONCE: Final = 10
ACTIONS: Final = (
    "ec2:DescribeImageReferences",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplates",
    "imagebuilder:GetContainerRecipe",
    "imagebuilder:ListContainerRecipes",
    "imagebuilder:ListImageRecipes",
    "ssm:DescribeParameters",
    "ssm:GetParameters",
)
"""EC2 asks each resource type in the caller's name: what AWS's policy AmazonEC2ImageReferencesAccessPolicy grants."""
LIVE: Final = ["pending", "running", "shutting-down", "stopping", "stopped"]
EVERY_VERSION: Final = "10000"
KINDS: Final = [
    {"ResourceType": "ec2:Instance", "ResourceTypeOptions": [{"OptionName": "state-name", "OptionValues": LIVE}]},
    {
        "ResourceType": "ec2:LaunchTemplate",
        "ResourceTypeOptions": [{"OptionName": "version-depth", "OptionValues": [EVERY_VERSION]}],
    },
    {"ResourceType": "ssm:Parameter"},
    {"ResourceType": "imagebuilder:ImageRecipe"},
    {"ResourceType": "imagebuilder:ContainerRecipe"},
]
HOW: Final = "EC2 names it as a reference (DescribeImageReferences); the audit's own reading did not find it"


def references(reader: RegionReader, images: list[str]) -> Iterator[Mention]:
    """What EC2 says about up to ten images."""
    pages = reader.pages(
        "ec2", "describe_image_references", "ImageReferences", ImageIds=images, ResourceTypes=KINDS, MaxResults=1000
    )
    for each in pages:
        yield Mention(each["ImageId"], Use(kind=each["ResourceType"], arn=each["Arn"], how=HOW))
