"""CloudFormation stacks: their parameters, what those resolve to, and their templates."""

import json
from collections.abc import Iterator
from typing import Any

from goldsmith.gather.usage.reader import Found, RegionReader, named_in

KIND = "CloudFormation stack"


def stacks(reader: RegionReader) -> Iterator[Found]:
    for stack in reader.pages("cloudformation", "describe_stacks", "Stacks"):
        if stack["StackStatus"] == "DELETE_COMPLETE":
            continue
        arn = stack["StackId"]
        for parameter in stack.get("Parameters", []):
            text = f"{parameter.get('ParameterValue', '')} {parameter.get('ResolvedValue', '')}"
            yield from named_in(text, KIND, arn, f"parameter {parameter['ParameterKey']}")
        template = reader.client("cloudformation").get_template(StackName=arn)["TemplateBody"]
        yield from named_in(_text(template), KIND, arn, "template")


def _text(template: Any) -> str:
    """boto3 reads a template in JSON into a dict, and leaves one in YAML as it is."""
    return template if isinstance(template, str) else json.dumps(template)
