"""EC2 Image Builder recipes, every version: the parent image, and the image on which containers are built."""

from collections.abc import Iterator

from goldsmith.gather.usage.reader import Found, RegionReader, named_in


def image_recipes(reader: RegionReader) -> Iterator[Found]:
    for recipe in reader.pages(
        "imagebuilder", "list_image_recipes", "imageRecipeSummaryList", owner="Self", maxResults=100
    ):
        yield from named_in(_alias(recipe.get("parentImage", "")), "image recipe", recipe["arn"], "parent image")


def container_recipes(reader: RegionReader) -> Iterator[Found]:
    for recipe in reader.pages(
        "imagebuilder", "list_container_recipes", "containerRecipeSummaryList", owner="Self", maxResults=100
    ):
        for field in ("parentImage", "instanceImage"):
            yield from named_in(_alias(recipe.get(field, "")), "container recipe", recipe["arn"], field)


def _alias(image: str) -> str:
    """Image Builder writes `ssm:name` for what EC2 writes `resolve:ssm:name`."""
    return f"resolve:{image}" if image.startswith("ssm:") else image
