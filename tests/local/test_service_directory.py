import pytest

from tests.embedded import Account

NAME = "/aws/service/global-infrastructure/regions/us-east-1/services/{}"


@pytest.mark.contract("service_directory")
def test_the_directory_holds_the_services_that_are_there_and_no_others(account: Account):
    answer = account.client("ssm").get_parameters(Names=[NAME.format(each) for each in ("ec2", "batch", "pcs")])

    assert {each["Name"]: each["Value"] for each in answer["Parameters"]} == {
        NAME.format("ec2"): "ec2",
        NAME.format("batch"): "batch",
    }
    assert answer["InvalidParameters"] == [NAME.format("pcs")]
