"""Transforms SAM templates as CloudFormation does: JSON by path from stdin to stdout.

Runs in `.venvs/tools`, where aws-sam-translator is, and therefore imports nothing of this project.
"""

import json
import posixpath
import sys
from typing import Any, Final

import boto3
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

UPLOADED: Final = {
    "AWS::Serverless::Application": "Location",
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}


def _packaged(path: str, template: dict[str, Any]) -> dict[str, Any]:
    """The template as `sam package` leaves it: S3 addresses that end with the path below the root."""
    for resource in template["Resources"].values():
        if (key := UPLOADED.get(resource["Type"])) and key in resource["Properties"]:
            address = "https://s3.amazonaws.com" if key == "Location" else "s3:/"
            local = posixpath.normpath(posixpath.join(posixpath.dirname(path), resource["Properties"][key]))
            resource["Properties"][key] = f"{address}/packaging/{local}"
    return template


def transform(path: str, template: dict[str, Any]) -> dict[str, Any]:
    """{"template": what CloudFormation deploys}, or {"refused": what SAM says}."""
    session = boto3.Session(region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")  # noqa: S106
    try:
        made = Translator(None, Parser(), boto_session=session).translate(_packaged(path, template), {}, None, dict)
    except InvalidDocumentException as error:
        return {"refused": "; ".join(cause.message for cause in error.causes)}
    return {"template": made}


if __name__ == "__main__":
    json.dump({path: transform(path, template) for path, template in json.load(sys.stdin).items()}, sys.stdout)
