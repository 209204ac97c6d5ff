"""SSM documents of one's own, every version: runbooks name the image they launch."""

from collections.abc import Iterator

from goldsmith.gather.usage.place import Found, Place, named_in

OURS = [{"Key": "Owner", "Values": ["Self"]}]


def documents(place: Place) -> Iterator[Found]:
    for document in place.pages("ssm", "list_documents", "DocumentIdentifiers", Filters=OURS, MaxResults=50):
        name = document["Name"]
        for version in place.pages("ssm", "list_document_versions", "DocumentVersions", Name=name, MaxResults=50):
            number = version["DocumentVersion"]
            content = place.client("ssm").get_document(Name=name, DocumentVersion=number)["Content"]
            yield from named_in(content, "SSM document", place.arn("ssm", f"document/{name}"), f"version {number}")
