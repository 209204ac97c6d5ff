import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account

IMAGE = "ami-00000000000000000"


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("create_store_image_task", {"ImageId": IMAGE, "Bucket": "b"}),
        ("describe_instance_image_metadata", {}),
        ("enable_fast_launch", {"ImageId": IMAGE}),
        ("export_image", {"ImageId": IMAGE, "DiskImageFormat": "RAW", "S3ExportLocation": {"S3Bucket": "b"}}),
        ("get_allowed_images_settings", {}),
        ("get_console_screenshot", {"InstanceId": "i-00000000000000000"}),
        ("replace_image_instance_type_specification", {"ImageId": IMAGE}),
    ],
)
def test_what_is_not_modelled_is_no_yes(account: Account, operation, asked):
    with pytest.raises(ClientError, match="not modelled"):
        getattr(account.client("ec2"), operation)(**asked)
