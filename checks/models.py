"""Reads botocore's models: what each operation takes and answers, as the layer's own version of botocore knows it."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import botocore.session
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StringShape, StructureShape

PLAUSIBLE: Final = (
    "accessanalyzer", "autoscaling", "batch", "cloudformation", "cloudtrail", "cloudwatch", "codebuild", "dynamodb",
    "ec2", "ecs", "eks", "elasticbeanstalk", "emr", "events", "iam", "imagebuilder", "inspector2", "kms", "logs",
    "organizations", "pcs", "rbin", "s3", "sagemaker", "scheduler", "secretsmanager", "sns", "sqs", "ssm",
    "stepfunctions", "sts",
)  # fmt: skip
"""Services that this code may call. A variable with one of these names is taken for a client of that service."""

NOT_OPERATIONS: Final = frozenset({"can_paginate", "close", "exceptions", "get_paginator", "get_waiter", "meta"})
"""Attributes that every client has beside its operations."""

NUMBERS: Final = {"integer", "long", "float", "double"}
TYPES: Final[dict[type, set[str]]] = {
    str: {"string", "blob", "timestamp"},
    bytes: {"blob"},
    bool: {"boolean"},
    int: NUMBERS | {"timestamp"},
    float: NUMBERS - {"integer", "long"} | {"timestamp"},
}
"""The shapes that a literal of a Python type can stand for."""


@cache
def _loader() -> Loader:
    loader: Loader = botocore.session.get_session().get_component("data_loader")
    return loader


@cache
def services() -> frozenset[str]:
    return frozenset(_loader().list_available_services("service-2"))


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(_loader().load_service_model(service, "service-2"), service_name=service)


@cache
def operations(service: str) -> dict[str, str]:
    """AWS's name of each operation by the name of boto3's method."""
    return {xform_name(name): name for name in _model(service).operation_names}


@cache
def owners() -> dict[str, tuple[str, ...]]:
    """The plausible services that have an operation, by its method."""
    found: dict[str, tuple[str, ...]] = {}
    for service in PLAUSIBLE:
        for method in operations(service):
            found[method] = (*found.get(method, ()), service)
    return found


@cache
def operation(service: str, method: str) -> OperationModel:
    return _model(service).operation_model(operations(service)[method])


@cache
def errors(service: str) -> frozenset[str]:
    """What `client.exceptions` holds."""
    shapes = (_model(service).shape_for(name) for name in _model(service).shape_names)
    return frozenset({"ClientError"} | {shape.name for shape in shapes if shape.metadata.get("exception")})


@cache
def paginators(service: str) -> frozenset[str]:
    """boto3's names of the operations of a service that can be paginated."""
    known = _loader().list_available_services("paginators-1")
    if service not in known:
        return frozenset()
    return frozenset(xform_name(name) for name in _loader().load_service_model(service, "paginators-1")["pagination"])


@cache
def waiters(service: str) -> frozenset[str]:
    if service not in _loader().list_available_services("waiters-2"):
        return frozenset()
    return frozenset(xform_name(name) for name in _loader().load_service_model(service, "waiters-2")["waiters"])


def member(shape: Shape | None, key: str) -> Shape | None:
    """The shape of a key of a structure or map; None if there is no such key."""
    if isinstance(shape, MapShape):
        return shape.value
    return shape.members.get(key) if isinstance(shape, StructureShape) else None


def element(shape: Shape | None) -> Shape | None:
    return shape.member if isinstance(shape, ListShape) else None


def literal_problem(value: Any, shape: Shape) -> str:
    """What is wrong with a literal string, number or boolean for this shape; "" if nothing is."""
    kinds = TYPES.get(type(value))
    if kinds is None or (isinstance(shape, StructureShape) and shape.is_document_type):
        return ""
    if shape.type_name not in kinds:
        return f"is a {shape.type_name}, not {value!r}"
    allowed = shape.enum if isinstance(shape, StringShape) else []
    if isinstance(value, str) and allowed and value not in allowed:
        return f"does not take {value!r}; it takes {', '.join(allowed[:8])}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _range_problem(value, shape.metadata)
    return ""


def _range_problem(value: float, limits: dict[str, Any]) -> str:
    low, high = limits.get("min"), limits.get("max")
    if (low is not None and value < low) or (high is not None and value > high):
        return f"takes {low} to {high}, not {value}"
    return ""


def missing(shape: Shape | None, given: set[str]) -> Iterator[str]:
    """The required members of a structure that are not given."""
    if isinstance(shape, StructureShape):
        yield from sorted(set(shape.required_members) - given)
