"""The endpoint on loopback stands for AWS's own, which speaks TLS: policies that demand it must see it."""

from ministack import app as gateway

from emulator.gateway.patching import patch, replace


@patch("aws:SecureTransport is false for every request, since loopback has no TLS")
def iam_secure_transport() -> None:
    replace(gateway, "pin_request_origin", lambda original: lambda address, _secure: original(address, True))  # noqa: FBT003 - the emulator's signature
