"""How an EC2 action of ours answers: a function from backend and parameters to the output shape of botocore's model."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from emulator.ec2.xml import Ec2Answer

Parameters = Mapping[str, Any]
Answer = Callable[[Any, Parameters], Mapping[str, Any]]
MOST_TAGS = 50


def refuse(code: str, message: str) -> NoReturn:
    """End the request with this EC2 error."""
    raise EC2ClientError(code, message)


def serve(**answers: Answer) -> None:
    """Answer each of these actions (`describe_images=…`) by `answer(backend, parameters)`."""
    for name, answer in answers.items():
        setattr(EC2Response, name, _action(answer))


def _action(answer: Answer) -> Callable[[Any], Any]:
    def act(response: Any) -> Any:
        response.error_on_dryrun()
        return Ec2Answer(answer(response.ec2_backend, response.params))

    return act


def tags_to_set(parameters: Parameters, kinds: Collection[str]) -> dict[str, dict[str, str]]:
    """Tags by resource type from TagSpecifications; a type that is not in `kinds` is refused, as AWS does."""
    tags: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
    for specification in parameters.get("TagSpecifications") or []:
        kind = specification.get("ResourceType")
        if kind not in tags:
            refuse("InvalidParameterValue", f"'{kind}' is not a valid taggable resource type for this operation.")
        for tag in specification.get("Tags", []):
            if tag["Key"].lower().startswith("aws:"):
                refuse("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
            tags[kind][tag["Key"]] = tag.get("Value", "")
    if any(len(each) > MOST_TAGS for each in tags.values()):
        refuse("TagLimitExceeded", f"The maximum number of tags per resource is {MOST_TAGS}")
    return tags


def tags_of(backend: Any, resource: str) -> dict[str, str]:
    """A resource's tags by key, without moto's scan of all tags in the region."""
    return dict(backend.tags.get(resource, {}))


def as_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
