"""Where an image comes from: its ancestry, and the watermarks that its descendants inherit."""

import re
from collections.abc import Iterator
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends

from emulator.ec2.api import Parameters, refuse, serve
from emulator.gateway.patching import patch
from emulator.images.ami import Image, find, look_up, own

MOST_WATERMARKS: Final = 5
WATERMARK: Final = re.compile(r"[A-Za-z0-9()\[\] ./\-'@_]{3,128}")


def ancestry(backend: Any, parameters: Parameters) -> dict[str, Any]:
    return {"ImageAncestryEntries": list(_line(find(backend, parameters["ImageId"]), backend.account_id))}


def _line(image: Image | None, account: str) -> Iterator[dict[str, Any]]:
    """From the image to its root, as far as the account can see."""
    while image:
        entry = {
            "ImageId": image.id,
            "CreationDate": image.creation_date,
            "ImageOwnerAlias": image.owner_alias,
            "SourceImageId": image.source_image_id,
            "SourceImageRegion": image.source_image_region,
        }
        yield {key: value for key, value in entry.items() if value is not None}
        source, region = image.source_image_id, image.source_image_region
        image = look_up(ec2_backends[account][region], source) if source and region else None


def attach(backend: Any, parameters: Parameters) -> dict[str, Any]:
    image, name = own(backend, parameters["ImageId"]), parameters["WatermarkName"]
    if not WATERMARK.fullmatch(name):
        refuse("InvalidParameterValue", f"Value ( {name} ) for parameter watermarkName is invalid.")
    if image.is_public:
        refuse("OperationNotPermitted", "A public AMI can't be watermarked")
    key = f"{image.owner_id}:{name}"
    if key in {mark["WatermarkKey"] for mark in image.watermarks}:
        return {"WatermarkKey": key}
    if len(image.watermarks) >= MOST_WATERMARKS:
        refuse("ResourceLimitExceeded", f"An AMI has at most {MOST_WATERMARKS} watermarks")
    mark = {
        "WatermarkKey": key,
        "SourceImageId": image.id,
        "SourceImageRegion": image.region,
        "SourceImageCreationTime": image.creation_date,
        "WatermarkCreationTime": utcnow(),
    }
    image.watermarks = [*image.watermarks, mark]
    return {"WatermarkKey": key}


def detach(backend: Any, parameters: Parameters) -> dict[str, Any]:
    """Harmless when repeated; derived images keep theirs."""
    image = own(backend, parameters["ImageId"])
    image.watermarks = [mark for mark in image.watermarks if mark["WatermarkKey"] != parameters["WatermarkKey"]]
    return {"Return": True}


@patch("moto knows no ancestry")
def ami_ancestry() -> None:
    serve(get_image_ancestry=ancestry)


@patch("moto knows no watermarks")
def ami_watermarks() -> None:
    serve(attach_image_watermark=attach, detach_image_watermark=detach)
