"""What the emulators work out anew for every request, although it follows from its text alone, is worked out once.

No answer depends on it, so none of this is a patch; whoever asks gets a copy of what he could change.
"""

import copy
import os
import pickle
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import yaml
from ministack.core import iam_evaluator
from ministack.services.cloudformation import engine
from moto.core import responses
from samtranslator.translator import transform

from emulator.gateway.patching import replace, replace_everywhere


def remember() -> None:
    replace(engine, "CfnLoader", _written_in_c)
    replace_everywhere("ministack.services.cloudformation", "_parse_template", _parsed_once)
    replace(transform, "transform", _transformed_once)
    replace(iam_evaluator, "parse_policy_document", _policies_parsed_once)
    replace(responses, "method_names_from_class", lru_cache(maxsize=None))


def _written_in_c(loader: Any) -> Any:
    """The same language, read by libyaml: ten times as fast."""
    members = {name: getattr(loader, name) for name in ("yaml_constructors", "yaml_implicit_resolvers")}
    return type(loader.__name__, (yaml.CSafeLoader,), members)


def _parsed_once(parse: Callable[[str], Any]) -> Any:
    known = lru_cache(maxsize=128)(lambda body: pickle.dumps(parse(body)))
    return lambda template_body: pickle.loads(known(template_body))  # noqa: S301 - what this process pickled


def _transformed_once(expand: Callable[..., Any]) -> Any:
    """SAM's answer depends on the template and on the region, which ministack hands over in the environment."""

    @lru_cache(maxsize=64)
    def known(template: bytes, _region: str | None) -> Any:
        return expand(pickle.loads(template), {}, engine._NO_IAM_POLICY_LOADER)  # noqa: S301 - what this process pickled

    def expanded(template: Any, parameters: dict[str, Any], policies: Any) -> Any:
        if parameters or policies is not engine._NO_IAM_POLICY_LOADER:
            return expand(template, parameters, policies)
        return copy.deepcopy(known(pickle.dumps(template), os.environ.get("AWS_DEFAULT_REGION")))

    return expanded


def _policies_parsed_once(parse: Callable[[Any], list[Any]]) -> Any:
    """The evaluator changes no statement that it was given."""
    known = lru_cache(maxsize=1024)(lambda document: tuple(parse(document)))
    return lambda document: [*known(document)] if isinstance(document, str) else parse(document)
