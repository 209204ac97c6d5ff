"""Uses in services that launch instances of their own."""

from tests.audit.cloud import HOME, Cloud
from tests.audit.references import HERE, case, hidden

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
