import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account
from tests.permissions import allow, denial, role

NAME = "/aws/service/global-infrastructure/regions/us-east-1/services/{}"


@pytest.mark.contract("service_directory")
def test_the_directory_holds_the_services_that_are_there_and_no_others(account: Account):
    answer = account.client("ssm").get_parameters(Names=[NAME.format(each) for each in ("ec2", "batch", "pcs")])

    assert {each["Name"]: each["Value"] for each in answer["Parameters"]} == {
        NAME.format("ec2"): "ec2",
        NAME.format("batch"): "batch",
    }
    assert answer["InvalidParameters"] == [NAME.format("pcs")]


@pytest.mark.contract("absent_services")
@pytest.mark.parametrize("service", ["pcs", "sagemaker"])
def test_who_may_call_a_service_that_is_not_here_meets_its_absence_and_not_a_denial(account: Account, service: str):
    entitled, stranger = role(account, allow(f"{service}:ListClusters")), role(account, allow("ec2:*"))

    with pytest.raises(ClientError) as absent:
        entitled.client(service).list_clusters()

    assert absent.value.response["Error"]["Code"] == "InvalidAction"
    assert f"{service}:ListClusters" in denial(lambda: stranger.client(service).list_clusters())
