"""Where a person reads what was kept."""

from urllib.parse import quote


def link_to(bucket: str, key: str, region: str) -> str:
    """Where a person reads an object, or a folder of them, in the console."""
    return f"https://{region}.console.aws.amazon.com/s3/object/{bucket}?region={region}&prefix={quote(key, safe='')}"
