"""Which images were built from which: read when asked for, one call per image."""

from typing import Final

from goldsmith.gather.usage.reader import RegionReader

ACTIONS: Final = ("ec2:GetImageAncestry",)


def ancestors(reader: RegionReader, image: str) -> list[str]:
    """The images that this one was built from, the nearest first; an ancestor in another region too."""
    entries = reader.client("ec2").get_image_ancestry(ImageId=image)["ImageAncestryEntries"]
    named = [entry.get(key) for entry in entries for key in ("ImageId", "SourceImageId")]
    return [each for each in dict.fromkeys(named) if each and each != image]
