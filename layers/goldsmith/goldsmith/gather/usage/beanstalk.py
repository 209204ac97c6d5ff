"""Elastic Beanstalk: what environments and saved configurations name, in whichever option."""

from collections.abc import Iterator
from typing import Any

from goldsmith.gather.usage.reader import Found, RegionReader, named_in

KIND = "Elastic Beanstalk"


def environments(reader: RegionReader) -> Iterator[Found]:
    client = reader.client("elasticbeanstalk")
    listed = reader.pages("elasticbeanstalk", "describe_environments", "Environments", MaxRecords=1000)
    for environment in listed:
        if environment.get("Status") != "Terminated":
            settings = client.describe_configuration_settings(
                ApplicationName=environment["ApplicationName"], EnvironmentName=environment["EnvironmentName"]
            )
            yield from _options(settings, environment["EnvironmentArn"])
    for application in client.describe_applications()["Applications"]:
        for template in application.get("ConfigurationTemplates", []):
            settings = client.describe_configuration_settings(
                ApplicationName=application["ApplicationName"], TemplateName=template
            )
            yield from _options(settings, f"{application['ApplicationArn']}/{template}")


def _options(settings: dict[str, Any], arn: str) -> Iterator[Found]:
    for one in settings["ConfigurationSettings"]:
        for option in one.get("OptionSettings", []):
            how = f"option {option.get('OptionName')}"
            yield from named_in(option.get("Value", ""), KIND, arn, how)
