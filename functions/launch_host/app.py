"""What a host is needed for in, the host that is launched for it out."""

from goldsmith import aws
from goldsmith.act.host.launch import Ground, launch
from goldsmith.gather.bundles import bundle_of
from goldsmith.step import step
from goldsmith.values.build import BuilderHost
from goldsmith.values.launch import Launch


@step
def handler(asked: Launch) -> BuilderHost:
    bundle = bundle_of(asked.bundle, s3=aws.client("s3"), bucket=aws.setting("RECIPES"))
    ground = Ground(
        profile=aws.setting("BUILDER_PROFILE"), group=aws.setting("TEST_GROUP" if asked.twin else "BUILDER_GROUP")
    )
    return launch(asked, bundle, ec2=aws.client("ec2"), ground=ground)
