"""Prints templates as CloudFormation sees them after SAM's transform, as one JSON object by path.

Runs in the environment of the tools, which holds SAM's translator:
`.venvs/tools/bin/python aws_check/sam_transform.py ROOT PATH...`
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any, Final

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

BUCKET: Final = "s3://goldsmith-aws-check/"
ADDRESS: Final = "https://goldsmith-aws-check.s3.amazonaws.com/"
LOCAL: Final = {"CodeUri": BUCKET, "ContentUri": BUCKET, "DefinitionUri": BUCKET, "Location": ADDRESS}
"""Properties that name local files, which `sam package` would upload: the transform takes addresses only."""


class NoManagedPolicies:
    """What the translator asks for the ARNs of managed policies; no template uses one by name."""

    def load(self) -> dict[str, str]:
        return {}


def transformed(root: Path, path: str) -> dict[str, Any]:
    """The address of each local file ends with its path below `root`."""
    template = yaml_parse((root / path).read_text())
    if "Transform" not in template:
        return dict(template)
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for name in LOCAL.keys() & properties.keys():
            file = ((root / path).parent / properties[name]).resolve()
            properties[name] = LOCAL[name] + file.relative_to(root).as_posix()
    return dict(transform(template, {}, NoManagedPolicies()))


def main() -> int:
    logging.disable(logging.WARNING)  # the translator warns of its own metrics
    root, found = Path(sys.argv[1]).resolve(), {}
    for path in sys.argv[2:]:
        try:
            found[path] = transformed(root, path)
        except InvalidDocumentException as error:
            said = "; ".join(cause.message for cause in error.causes)
            sys.stderr.write(f"{path}: {said}\n")
            return 1
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
