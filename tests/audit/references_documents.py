"""Uses in what people wrote down: recipes, parameters, documents, stacks."""

import json

from tests.audit.cloud import HOME, Cloud
from tests.audit.references import HERE, case, parameter

US = "us-east-1"


def _recipe(name: str, **more: str) -> dict[str, str]:
    return {"arn": f"arn:aws:imagebuilder:{HERE}:image-recipe/{name}/1.0.0", "name": name, **more}


@case("an Image Builder recipe", "image recipe")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("imagebuilder.ListImageRecipes", _recipe("plain", parentImage=image))


@case("an Image Builder recipe with a parameter", "image recipe")
def _(cloud: Cloud, image: str) -> None:
    parameter(cloud, "/golden/recipe", image, ":5")
    cloud.add("imagebuilder.ListImageRecipes", _recipe("by-parameter", parentImage="ssm:/golden/recipe:5"))


@case("an Image Builder container recipe", "container recipe")
def _(cloud: Cloud, image: str) -> None:
    recipe = _recipe("container", parentImage="amazonlinux:2023", instanceImage=image)
    cloud.add("imagebuilder.ListContainerRecipes", recipe)


@case("an SSM parameter of type text", "SSM parameter")
def _(cloud: Cloud, image: str) -> None:
    parameter(cloud, "/app/config", json.dumps({"workers": {"ami": image}}))
    cloud.add("DescribeParameters", {"Name": "/app/config", "Type": "String", "DataType": "text"})


@case("an SSM parameter of the advanced tier", "SSM parameter")
def _(cloud: Cloud, image: str) -> None:
    parameter(cloud, "/app/advanced", f"ami-00000000,{image}", Type="StringList")
    for number in range(12):
        parameter(cloud, f"/app/{number}", "no image")
        cloud.add("DescribeParameters", {"Name": f"/app/{number}", "Type": "String"})
    cloud.add("DescribeParameters", {"Name": "/app/advanced", "Type": "StringList", "Tier": "Advanced"})


@case("an old version of an SSM document", "SSM document")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("ListDocuments", {"Name": "runbook"})
    for version in ("1", "2", "3"):
        cloud.add("ListDocumentVersions", {"Name": "runbook", "DocumentVersion": version}, parent="runbook")
    content = {"Content": f"mainSteps: [{{inputs: {{ImageId: {image}}}}}]"}
    cloud.said[HOME, US, "GetDocument"]["runbook"] = content


def _stack(cloud: Cloud, name: str, template: object = "", **parameters: str) -> None:
    arn = f"arn:aws:cloudformation:{HERE}:stack/{name}/1"
    about = {"StackName": name, "StackId": arn, "CreationTime": 0, "StackStatus": "CREATE_COMPLETE"}
    cloud.add("DescribeStacks", about | {"Parameters": [{"ParameterKey": "Image", **parameters}]})
    cloud.said[HOME, US, "GetTemplate"][arn] = {"TemplateBody": template}


@case("a parameter of a CloudFormation stack", "CloudFormation stack")
def _(cloud: Cloud, image: str) -> None:
    _stack(cloud, "plain", ParameterValue=image)


@case("what a stack's parameter resolved to", "CloudFormation stack")
def _(cloud: Cloud, image: str) -> None:
    _stack(cloud, "resolved", ParameterValue="/golden/gone", ResolvedValue=image)


@case("a mapping in a CloudFormation template", "CloudFormation stack")
def _(cloud: Cloud, image: str) -> None:
    _stack(cloud, "mapping", f"Mappings: {{Images: {{us-east-1: {{x86_64: {image}}}}}}}")


@case("a dynamic reference in a CloudFormation template", "CloudFormation stack")
def _(cloud: Cloud, image: str) -> None:
    parameter(cloud, "/golden/stack", image, ":9")
    _stack(cloud, "dynamic", "Resources: {Host: {Properties: {ImageId: '{{resolve:ssm:/golden/stack:9}}'}}}")
