"""What a host is needed for in, the host that is launched for it out."""

from goldsmith import aws
from goldsmith.act.launch import Ground, launch
from goldsmith.building import Builder
from goldsmith.gather.accepted import bundle_of
from goldsmith.launching import Launch
from goldsmith.step import step


@step
def handler(asked: Launch) -> Builder:
    bundle = bundle_of(asked.bundle, s3=aws.client("s3"), bucket=aws.setting("RECIPES"))
    ground = Ground(
        profile=aws.setting("BUILDER_PROFILE"), group=aws.setting("TEST_GROUP" if asked.twin else "BUILDER_GROUP")
    )
    return launch(asked, bundle, ec2=aws.client("ec2"), ground=ground)
