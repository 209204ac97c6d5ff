"""SSM documents of one's own, every version: runbooks name the image they launch."""

from collections.abc import Iterator

from goldsmith.gather.usage.reader import Found, RegionReader, named_in

OURS = [{"Key": "Owner", "Values": ["Self"]}]


def documents(reader: RegionReader) -> Iterator[Found]:
    for document in reader.pages("ssm", "list_documents", "DocumentIdentifiers", Filters=OURS, MaxResults=50):
        name = document["Name"]
        for version in reader.pages("ssm", "list_document_versions", "DocumentVersions", Name=name, MaxResults=50):
            number = version["DocumentVersion"]
            content = reader.client("ssm").get_document(Name=name, DocumentVersion=number)["Content"]
            yield from named_in(content, "SSM document", reader.arn("ssm", f"document/{name}"), f"version {number}")
