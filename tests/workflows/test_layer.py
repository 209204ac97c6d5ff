"""What the layer lacks no function can import, although it is installed for development."""

import io
import urllib.request
import zipfile

import pytest

from sandbox.deploy import deploy_everywhere
from tests.embedded import Embedded, eventually
from tests.workflows.deployed import HOME, Deployed


@pytest.mark.parametrize("package", ["pydantic", "jmespath"])
def test_what_the_layer_lacks_is_missed_although_it_is_installed_here(embedded: Embedded, package):
    account = embedded.new_account()
    at = Deployed(embedded, account, deploy_everywhere(embedded.endpoint, account.id, regions=[HOME]))
    functions = at.client("lambda").list_functions()["Functions"]
    layer = publish_without(at, functions[0]["Layers"][0]["Arn"], package)
    for function in functions:
        at.client("lambda").update_function_configuration(FunctionName=function["FunctionName"], Layers=[layer])

    at.image().becomes("available").ask()

    lost = eventually(lambda: at.undelivered_by("Start"))
    assert lost
    assert lost["responsePayload"]["errorType"] == "Runtime.ImportModuleError"
    assert f"No module named '{package}'" in lost["responsePayload"]["errorMessage"]


def publish_without(at: Deployed, layer: str, package: str) -> str:
    """The same layer as its requirements would make it, had somebody forgotten one."""
    found = at.client("lambda").get_layer_version_by_arn(Arn=layer)
    with urllib.request.urlopen(found["Content"]["Location"]) as answer:  # noqa: S310 - loopback only
        whole = zipfile.ZipFile(io.BytesIO(answer.read()))
    less = io.BytesIO()
    with zipfile.ZipFile(less, "w") as made:
        for entry in whole.infolist():
            if not entry.filename.startswith(f"python/{package}/"):
                made.writestr(entry, whole.read(entry))
    published = at.client("lambda").publish_layer_version(LayerName="less", Content={"ZipFile": less.getvalue()})
    return str(published["LayerVersionArn"])
