"""DescribeImageReferences: what in the caller's own account and region refers to an image.

There are no Image Builder recipes to refer to one: neither emulator can make them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from ministack.services import ssm

from emulator.ec2.api import Parameters, refuse, serve
from emulator.ec2.lists import page
from emulator.gateway.patching import patch
from emulator.iam.authorization import caller_allows

MOST_IMAGES: Final = 10
LEAST_PER_PAGE, MOST_PER_PAGE = 5, 1000
DEFAULT_DEPTH, MOST_DEPTH = 10, 10_000
Found = Iterator[tuple[str, str]]  # image id, ARN
Options = dict[str, list[str]]
STATES: Final = {"pending", "running", "shutting-down", "terminated", "stopping", "stopped"}


def _instances(backend: Any, options: Options) -> Found:
    """Terminated ones only on demand: AWS forgets them within the hour, moto never."""
    states = set(options.get("state-name") or STATES - {"terminated"})
    if strange := states - STATES:
        refuse("InvalidParameterValue", f"There is no instance state {', '.join(sorted(strange))}")
    prefix = f"arn:aws:ec2:{backend.region_name}:{backend.account_id}:instance/"
    for reservation in list(backend.reservations.values()):
        for instance in list(reservation.instances):
            if instance.state in states:
                yield instance.image_id, prefix + instance.id


def _launch_templates(backend: Any, options: Options) -> Found:
    """A template counts once, if any of its latest versions names the image."""
    latest = depth(options, DEFAULT_DEPTH)
    prefix = f"arn:aws:ec2:{backend.region_name}:{backend.account_id}:launch-template/"
    for template in list(backend.launch_templates.values()):
        for image_id in {version.image_id for version in template.versions[-latest:]}:
            yield image_id, prefix + template.id


def depth(options: Options, default: int) -> int:
    """How many of a template's latest versions to look at."""
    asked = options.get("version-depth") or [str(default)]
    if len(asked) > 1 or not asked[0].isdigit() or not 1 <= int(asked[0]) <= MOST_DEPTH:
        refuse("InvalidParameterValue", f"version-depth is 1 to {MOST_DEPTH}, not {', '.join(asked)}")
    return int(asked[0])


def _parameters(_: Any, __: Options) -> Found:
    """Only parameters of data type aws:ec2:image."""
    for parameter in list(ssm._parameters.values()):
        if parameter.get("DataType") == "aws:ec2:image":
            yield parameter["Value"], parameter["ARN"]


def _none(_: Any, __: Options) -> Found:
    yield from ()


LOOK: Final[dict[str, tuple[Callable[[Any, Options], Found], set[str]]]] = {
    "ec2:Instance": (_instances, {"state-name"}),
    "ec2:LaunchTemplate": (_launch_templates, {"version-depth"}),
    "ssm:Parameter": (_parameters, set()),
    "imagebuilder:ImageRecipe": (_none, set()),
    "imagebuilder:ContainerRecipe": (_none, set()),
}


FORWARDED: Final[Mapping[str, Mapping[str, str]]] = {
    "ec2:Instance": {"ec2:DescribeInstances": "*"},
    "ec2:LaunchTemplate": {"ec2:DescribeLaunchTemplates": "*", "ec2:DescribeLaunchTemplateVersions": "*"},
    "ssm:Parameter": {"ssm:DescribeParameters": "*", "ssm:GetParameters": "arn:aws:ssm:{place}:parameter/*"},
    "imagebuilder:ImageRecipe": {"imagebuilder:ListImageRecipes": "*"},
    "imagebuilder:ContainerRecipe": {
        "imagebuilder:ListContainerRecipes": "*",
        "imagebuilder:GetContainerRecipe": "arn:aws:imagebuilder:{place}:container-recipe/*",
    },
}
"""What EC2 asks in the caller's name for each resource type, and on which resource.

As "Required IAM permissions" of the EC2 User Guide (ec2-ami-references) and AWS's managed policy
AmazonEC2ImageReferencesAccessPolicy list them.  Neither says whether EC2 asks before it has found anything; here it
always does, the stricter reading.
"""
VIA: Final = "ec2-images.amazonaws.com"


def _check_forwarded(backend: Any, kinds: Collection[str]) -> None:
    place = f"{backend.region_name}:{backend.account_id}"
    keys = {"aws:CalledVia": [VIA], "aws:CalledViaFirst": VIA, "aws:CalledViaLast": VIA}
    for action, resource in [each for kind in kinds for each in FORWARDED[kind].items()]:
        arn = resource.format(place=place)
        if not caller_allows(action, arn, keys):
            refuse(
                "UnauthorizedOperation",
                f"You are not authorized to perform this operation. DescribeImageReferences needs {action} on {arn}",
            )


def describe(backend: Any, parameters: Parameters) -> dict[str, Any]:
    images = parameters.get("ImageIds") or []
    if not 1 <= len(images) <= MOST_IMAGES:
        refuse("InvalidParameterValue", f"Give 1 to {MOST_IMAGES} image ids, not {len(images)}")
    if strange := [image for image in images if not image.startswith("ami-")]:
        refuse("InvalidAMIID.Malformed", f'Invalid id: "{strange[0]}" (expecting "ami-...")')
    asked = _asked(parameters)
    _check_forwarded(backend, asked)
    found = [
        {"ImageId": image, "ResourceType": kind, "Arn": arn}
        for kind, options in asked.items()
        for image, arn in LOOK[kind][0](backend, options)
        if image in images
    ]
    shown, token = page(
        found, parameters, lambda each: f"{each['ImageId']} {each['Arn']}", least=LEAST_PER_PAGE, most=MOST_PER_PAGE
    )
    return {"ImageReferences": shown, "NextToken": token}


def _asked(parameters: Parameters) -> dict[str, Options]:
    """Options by resource type to look at."""
    asked = types_asked(parameters, {kind: options for kind, (_, options) in LOOK.items()})
    if parameters.get("IncludeAllResourceTypes"):
        return {kind: asked.get(kind, {}) for kind in LOOK}
    if not asked:
        refuse("InvalidParameterCombination", "Either IncludeAllResourceTypes or ResourceTypes must be specified")
    return asked


def types_asked(parameters: Parameters, known: Mapping[str, Collection[str]]) -> dict[str, Options]:
    """Options by resource type of the request; a type, or an option of one, that is not in `known` is refused."""
    asked: dict[str, Options] = {}
    for each in parameters.get("ResourceTypes") or []:
        kind = each.get("ResourceType")
        if kind not in known:
            refuse("InvalidParameterValue", f"There is no resource type {kind}")
        options = {one["OptionName"]: one.get("OptionValues") or [] for one in each.get("ResourceTypeOptions") or []}
        if strange := options.keys() - set(known[kind]):
            refuse("InvalidParameterValue", f"{kind} has no option {', '.join(sorted(strange))}")
        asked[kind] = options
    return asked


@patch("moto does not know what refers to an image")
def ami_references() -> None:
    serve(describe_image_references=describe)
