"""Where an image is in, what EC2 knows about it out.  Reads; changes nothing."""

from goldsmith import aws
from goldsmith.gather.image import gather_image
from goldsmith.model import Image, ImageRef
from goldsmith.step import step


@step
def handler(image: ImageRef) -> Image:
    return gather_image(image, ec2=aws.client("ec2", image.region))
