"""Uses in services that launch instances of their own, and in what people wrote down."""

import json

from tests.audit.cloud import Cloud
from tests.audit.references import HERE, HOME, case, hidden, parameter

US = "us-east-1"


@case("an EKS node group", "EKS node group")
def _(cloud: Cloud, image: str) -> None:
    template = hidden(cloud, "eks", image)
    cloud.add("eks.ListClusters", "kube")
    cloud.add("eks.ListNodegroups", "nodes", parent="kube")
    cloud.said[HOME, US, "eks.DescribeNodegroup"]["kube"] = {
        "nodegroup": {
            "nodegroupArn": f"arn:aws:eks:{HERE}:nodegroup/kube/nodes/1",
            "launchTemplate": {"id": template["LaunchTemplateId"], "version": "1"},
        }
    }


def _environment(cloud: Cloud, name: str, **resources: object) -> None:
    full = {"type": "EC2", "maxvCpus": 0, "subnets": [], **resources}
    arn = f"arn:aws:batch:{HERE}:compute-environment/{name}"
    environment = {"computeEnvironmentName": name, "computeEnvironmentArn": arn, "computeResources": full}
    cloud.add("batch.DescribeComputeEnvironments", environment)


@case("a Batch compute environment's image", "Batch compute environment")
def _(cloud: Cloud, image: str) -> None:
    _environment(cloud, "image", imageId=image)


@case("a Batch image override", "Batch compute environment")
def _(cloud: Cloud, image: str) -> None:
    _environment(cloud, "override", ec2Configuration=[{"imageType": "ECS_AL2023", "imageIdOverride": image}])


@case("a Batch launch template override", "Batch compute environment")
def _(cloud: Cloud, image: str) -> None:
    own = {"launchTemplateId": hidden(cloud, "batch", image)["LaunchTemplateId"], "version": "1"}
    base = hidden(cloud, "batch-base", "ami-00000000")["LaunchTemplateId"]
    _environment(cloud, "template", launchTemplate={"launchTemplateId": base, "version": "1", "overrides": [own]})


def _emr(cloud: Cloud, name: str, **more: object) -> None:
    cloud.add("emr.ListClusters", {"Id": name})
    cloud.said[HOME, US, "emr.DescribeCluster"][name] = {"Cluster": {"Id": name, **more}}


@case("an EMR cluster", "EMR cluster")
def _(cloud: Cloud, image: str) -> None:
    _emr(cloud, "j-1", CustomAmiId=image, InstanceCollectionType="INSTANCE_GROUP")


@case("an EMR instance group", "EMR cluster")
def _(cloud: Cloud, image: str) -> None:
    _emr(cloud, "j-2", InstanceCollectionType="INSTANCE_GROUP")
    cloud.add("emr.ListInstanceGroups", {"Id": "ig-1", "CustomAmiId": image}, parent="j-2")


@case("an EMR instance fleet", "EMR cluster")
def _(cloud: Cloud, image: str) -> None:
    _emr(cloud, "j-3", InstanceCollectionType="INSTANCE_FLEET")
    fleet = {"Id": "if-1", "InstanceTypeSpecifications": [{"CustomAmiId": image}]}
    cloud.add("emr.ListInstanceFleets", fleet, parent="j-3")


@case("a SageMaker cluster that is to be updated", "SageMaker cluster")
def _(cloud: Cloud, image: str) -> None:
    arn = f"arn:aws:sagemaker:{HERE}:cluster/pod"
    cloud.add(
        "sagemaker.ListClusters",
        {"ClusterArn": arn, "ClusterName": "pod", "CreationTime": 0, "ClusterStatus": "InService"},
    )
    groups = [{"InstanceGroupName": "gpu", "CurrentImageId": "ami-00000000", "DesiredImageId": image}]
    cloud.said[HOME, US, "sagemaker.DescribeCluster"][arn] = {
        "ClusterArn": arn, "ClusterStatus": "InService", "InstanceGroups": groups,
    }  # fmt: skip


def _pcs(cloud: Cloud, name: str, **more: object) -> None:
    arn, times = f"arn:aws:pcs:{HERE}:cluster/{name}", {"createdAt": 0, "modifiedAt": 0, "status": "ACTIVE"}
    about = {"name": name, "id": name, "arn": arn, **times}
    cloud.add("pcs.ListClusters", about)
    cloud.add("pcs.ListComputeNodeGroups", about | {"clusterId": name}, parent=name)
    node_group = about | {
        "clusterId": name, "subnetIds": [], "iamInstanceProfileArn": "arn", "instanceConfigs": [],
        "customLaunchTemplate": {"id": "", "version": "1"}, "scalingConfiguration": {
            "minInstanceCount": 0, "maxInstanceCount": 0,
        }, **more,
    }  # fmt: skip
    cloud.said[HOME, US, "pcs.GetComputeNodeGroup"][name] = {"computeNodeGroup": node_group}


@case("a PCS node group's image", "PCS node group")
def _(cloud: Cloud, image: str) -> None:
    _pcs(cloud, "pcs_image", amiId=image)


@case("a PCS node group's launch template", "PCS node group")
def _(cloud: Cloud, image: str) -> None:
    template = hidden(cloud, "pcs", image)["LaunchTemplateId"]
    _pcs(cloud, "pcs_template", customLaunchTemplate={"id": template, "version": "1"})


def _options(cloud: Cloud, name: str, image: str) -> None:
    option = {"Namespace": "aws:autoscaling:launchconfiguration", "OptionName": "ImageId", "Value": image}
    settings = {"ConfigurationSettings": [{"OptionSettings": [option]}]}
    cloud.said[HOME, US, "elasticbeanstalk.DescribeConfigurationSettings"][name] = settings


@case("an Elastic Beanstalk environment", "Elastic Beanstalk")
def _(cloud: Cloud, image: str) -> None:
    environment = {"ApplicationName": "shop", "EnvironmentName": "shop-prod", "Status": "Ready"}
    arn = f"arn:aws:elasticbeanstalk:{HERE}:environment/shop/shop-prod"
    cloud.add("elasticbeanstalk.DescribeEnvironments", environment | {"EnvironmentArn": arn})
    _options(cloud, "shop-prod", image)


@case("a saved Elastic Beanstalk configuration", "Elastic Beanstalk")
def _(cloud: Cloud, image: str) -> None:
    arn = f"arn:aws:elasticbeanstalk:{HERE}:application/shop"
    shop = {"ApplicationName": "shop", "ApplicationArn": arn, "ConfigurationTemplates": ["saved"]}
    cloud.said[HOME, US, "elasticbeanstalk.DescribeApplications"][""] = {"Applications": [shop]}
    _options(cloud, "saved", image)


@case("a CodeBuild fleet", "CodeBuild fleet")
def _(cloud: Cloud, image: str) -> None:
    arn = f"arn:aws:codebuild:{HERE}:fleet/reserved"
    cloud.add("codebuild.ListFleets", arn)
    cloud.said[HOME, US, "codebuild.BatchGetFleets"][""] = {"fleets": [{"arn": arn, "imageId": image}]}


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
