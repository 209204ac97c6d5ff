"""From a world file to an AWS that looks like it: one account at a time, everything by API, dates last."""

import json
import re
from typing import Any

from emulator.gateway.control import COMMANDS
from emulator.worlds.api import client, date_image, date_instances, register, tag_list, wait_until_available
from emulator.worlds.model import Account, AutoScalingGroup, Image, Told, World, instant

Ids = dict[str, dict[str, str]]  # image ids by name and region


class Build:
    """One account of a world; `made` holds what there is by the names of the world file."""

    def __init__(self, world: World, name: str, accounts: dict[str, str], known: Ids) -> None:
        """`known`: the base images by their names, and other accounts' images as `account/name`; this adds to it."""
        self.says: Account = world.accounts[name]
        self.name, self.accounts, self.account = name, accounts, accounts[name]
        self.images: Ids = {}
        self.known = known
        self.made: dict[str, Any] = {"id": self.account, "images": self.images}

    def run(self) -> dict[str, Any]:
        self._make_images()
        self.made["launch_templates"] = {name: self._template(name) for name in self.says.launch_templates}
        self.made["launch_configurations"] = [self._configuration(name) for name in self.says.launch_configurations]
        self.made["auto_scaling_groups"] = {
            name: self._group(name, group) for name, group in self.says.auto_scaling_groups.items()
        }
        self.made["instances"] = {name: self._instances(name) for name in self.says.instances}
        for told in self.says.tell:
            self._tell(told)
        return self.made

    def _client(self, service: str, region: str) -> Any:
        return client(service, self.account, region)

    def image_id(self, name: str, region: str) -> str:
        """The id of an image in a region, by what a world file calls it."""
        try:
            return (self.known | self.images)[name][region]
        except KeyError:
            raise ValueError(f"the world has no image {name!r} in {region}") from None

    def _make_images(self) -> None:
        """All at once, since each is pending for a moment: register, copy, share; last of all, get old."""
        for name, image in self.says.images.items():
            self.images[name] = self.known[f"{self.name}/{name}"] = {image.region: self._register(image)}
        self._settle()
        for name, image in self.says.images.items():
            self.images[name] |= {region: self._copy(image, self.images[name], region) for region in image.copies}
        self._settle()
        for name, image in self.says.images.items():
            for region, image_id in self.images[name].items():
                self._share(image, image_id, region)
                date_image(self.account, region, image_id, instant(image.created))

    def _register(self, image: Image) -> str:
        return register(
            self._client("ec2", image.region), name=image.name, description=image.description,
            architecture=image.architecture, root_device="/dev/xvda", volume_gib=image.volume_gib,
            encrypted=image.encrypted, tags=image.tags,
        )  # fmt: skip

    def _settle(self) -> None:
        for ids in self.images.values():
            for region, image_id in ids.items():
                wait_until_available(self._client("ec2", region), image_id)

    def _copy(self, image: Image, ids: dict[str, str], region: str) -> str:
        source = {"SourceImageId": ids[image.region], "SourceRegion": image.region}
        copied = self._client("ec2", region).copy_image(Name=image.name, CopyImageTags=True, **source)
        return str(copied["ImageId"])

    def _share(self, image: Image, image_id: str, region: str) -> None:
        users = [{"UserId": self.accounts[name]} for name in image.shared_with]
        if users:
            self._client("ec2", region).modify_image_attribute(ImageId=image_id, LaunchPermission={"Add": users})

    def _template(self, name: str) -> str:
        template = self.says.launch_templates[name]
        ec2 = self._client("ec2", template.region)
        first, *later = (
            {"ImageId": self.image_id(version.image, template.region), "InstanceType": version.instance_type}
            for version in template.versions
        )
        made = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=first)["LaunchTemplate"]
        for data in later:
            ec2.create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=data)
        ec2.modify_launch_template(LaunchTemplateName=name, DefaultVersion=str(template.default))
        return str(made["LaunchTemplateId"])

    def _configuration(self, name: str) -> str:
        says = self.says.launch_configurations[name]
        self._client("autoscaling", says.region).create_launch_configuration(
            LaunchConfigurationName=name,
            InstanceType=says.instance_type,
            ImageId=self.image_id(says.image, says.region),
        )
        return name

    def _group(self, name: str, group: AutoScalingGroup) -> list[str]:
        """The ids of the instances that the group started."""
        autoscaling = self._client("autoscaling", group.region)
        launch: dict[str, Any] = {"LaunchConfigurationName": group.launch_configuration}
        if group.launch_template:
            launch = {"LaunchTemplate": {"LaunchTemplateName": group.launch_template, "Version": group.version}}
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name, MinSize=0, MaxSize=max(group.size, 1) * 2, DesiredCapacity=group.size,
            AvailabilityZones=[f"{group.region}a"],
            Tags=[tag | {"PropagateAtLaunch": True} for tag in tag_list(group.tags)], **launch,
        )  # fmt: skip
        (made,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        return [instance["InstanceId"] for instance in made["Instances"]]

    def _instances(self, name: str) -> list[str]:
        says = self.says.instances[name]
        tags = [{"ResourceType": "instance", "Tags": tag_list({"Name": name} | says.tags)}]
        run = self._client("ec2", says.region).run_instances(
            ImageId=self.image_id(says.image, says.region), InstanceType=says.instance_type, MinCount=says.count,
            MaxCount=says.count, TagSpecifications=tags,
        )  # fmt: skip
        ids = [instance["InstanceId"] for instance in run["Instances"]]
        date_instances(self.account, says.region, ids, instant(says.launched))
        return ids

    def _tell(self, told: Told) -> None:
        if told.command not in COMMANDS:
            raise ValueError(f"the world gives a command that does not exist: {told.command}")
        text = json.dumps(told.body).replace("{account}", self.account)
        text = re.sub(r"\{image (\S+) ([\w-]+)\}", lambda found: self.image_id(found[1], found[2]), text)
        COMMANDS[told.command](json.loads(text))
