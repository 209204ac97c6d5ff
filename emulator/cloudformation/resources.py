"""How our CloudFormation resource types are made: through the same API that a person would call, in this process."""

import asyncio
import contextvars
import functools
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from ministack import app as gateway
from ministack.core.responses import get_region
from ministack.services.cloudformation import provisioners

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, str]]  # what Ref gives, what Fn::GetAtt gives
Create = Callable[[str, Properties, str], Made]
Update = Callable[[str, Properties, Properties], Made]
Delete = Callable[[str, Properties], None]
Apply = Callable[[str, Properties, Properties], None]

CALLS: Final = ThreadPoolExecutor(4, "cloudformation")
CONFIG: Final = Config(retries={"max_attempts": 0}, inject_host_prefix=False, s3={"addressing_style": "path"})


class _Raw(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def in_process(service: str) -> Any:
    """A boto3 client of the account and region of the stack under way.

    CloudFormation provisions on the event loop, where a request to ourselves would wait for itself.
    """
    return _client(service, get_region())


@functools.cache
def _client(service: str, region: str) -> Any:
    client = boto3.client(  # type: ignore[call-overload]
        service, region_name=region, endpoint_url="http://127.0.0.1", config=CONFIG,
        aws_access_key_id="local", aws_secret_access_key="local",  # noqa: S106 - never checked
    )  # fmt: skip
    name = "monitoring" if service == "cloudwatch" else client.meta.service_model.endpoint_prefix
    client.meta.events.register("before-send", functools.partial(_send, name))
    return client


def _send(service: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    """Hand the request to the handler behind the gateway, on a thread with a loop of its own."""
    url = urlsplit(request.url)
    headers = {name.lower(): v.decode() if isinstance(v, bytes) else v for name, v in request.headers.items()}
    body: Any = request.body or b""
    if service not in gateway.SERVICE_HANDLERS:
        raise ValueError(f"not modelled by the embedded AWS: {service}")
    handle = gateway.SERVICE_HANDLERS[service](
        request.method, url.path, headers, body.encode() if isinstance(body, str) else bytes(body),
        parse_qs(url.query, keep_blank_values=True),
    )  # fmt: skip
    if service == "cloudformation":  # of a nested stack, on a thread of its own
        status, answered, content = asyncio.run(_to_the_end(handle))
    else:
        context = contextvars.copy_context()
        status, answered, content = CALLS.submit(context.run, asyncio.run, handle).result()
    return AWSResponse(request.url, status, answered, _Raw(content.encode() if isinstance(content, str) else content))


async def _to_the_end(handle: Any) -> Any:
    """The answer, once all that the request started is done: a stack has settled."""
    answer = await handle
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
    return answer


def call(service: str, operation: str, /, **request: Any) -> dict[str, Any]:
    """Call an operation; a template's "8" and "true" become what the API calls for."""
    client = in_process(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    answer: dict[str, Any] = getattr(client, xform_name(operation))(**_typed(shape, request))
    return answer


def _typed(shape: Any, value: Any) -> Any:
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            return {
                key: _typed(shape.members[key], item) if key in shape.members else item for key, item in value.items()
            }
        case "list" if isinstance(value, list):
            return [_typed(shape.member, item) for item in value]
        case "integer" | "long" if isinstance(value, str):
            return int(value)
        case "boolean" if isinstance(value, str):
            return true(value)
        case "string" if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
    return value


def provide(resource_type: str, create: Create, update: Update, delete: Delete, *, fixed: Sequence[str] = ()) -> None:
    """Our provisioner in the place of the emulator's, or beside the others; a change of a `fixed` property replaces."""

    def change(physical: str, old: Properties, new: Properties, stack: str, logical: str) -> Made:
        if any(changed(key, new, old) for key in fixed):
            return create(logical, new, stack)
        return update(physical, new, old)

    provisioners._RESOURCE_HANDLERS[resource_type] = {
        "create": create, "update": change, "update_with_logical_id": True, "delete": delete,
    }  # fmt: skip


def also(resource_type: str, apply: Apply) -> None:
    """After the emulator created or updated such a resource: `apply(physical id, new properties, old properties)`.

    What `apply` refuses fails the resource; a half-made one is removed first.
    """
    handler = provisioners._RESOURCE_HANDLERS[resource_type]
    make, change = handler["create"], handler["update"]

    def create(logical: str, properties: Properties, stack: str) -> Made:
        physical, attributes = make(logical, properties, stack)
        try:
            apply(physical, properties, {})
        except Exception:
            provisioners._delete_resource(resource_type, physical, properties, stack, logical)
            raise
        return physical, attributes

    def update(physical: str, old: Properties, new: Properties, *names: str) -> Made:
        physical, attributes = change(physical, old, new, *names)
        apply(physical, new, old)
        return physical, attributes

    provisioners._RESOURCE_HANDLERS[resource_type] = handler | {"create": create, "update": update}


def name_of(properties: Properties, key: str, stack: str, logical: str, longest: int = 128) -> str:
    """The name the template gives, or the one that CloudFormation makes up."""
    given = properties.get(key)
    return str(given) if given else str(provisioners._physical_name(stack, logical, max_len=longest))


def only(properties: Properties, *keys: str) -> dict[str, Any]:
    """Those of `keys` that the template sets."""
    return {key: properties[key] for key in keys if key in properties}


def changed(key: str, new: Properties, old: Properties) -> bool:
    return bool(new.get(key) != old.get(key))


def true(value: Any) -> bool:
    """A template's boolean, which YAML and parameters also write as a string."""
    return str(value).lower() == "true"
