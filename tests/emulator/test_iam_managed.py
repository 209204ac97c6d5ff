import pytest

from tests.embedded import Account


@pytest.mark.contract("iam_xray_policy")
def test_what_sam_attaches_to_a_traced_function_exists(account: Account):
    iam = account.client("iam")
    arn = "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"

    newest = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=newest)

    (statement,) = version["PolicyVersion"]["Document"]["Statement"]
    assert "xray:PutTraceSegments" in statement["Action"]
    assert all(action.startswith("xray:") for action in statement["Action"])
