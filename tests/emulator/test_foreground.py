"""A process that somebody asks to end does so, whatever it was about; and it knows nothing of a user's own AWS."""

import os
import signal
import socket
import threading

import boto3
import pytest

from emulator.gateway.isolation import isolate
from sandbox.foreground import StoppedError, stop


@pytest.fixture
def _stops():
    """A signal ends this process as Ctrl-C does."""
    before = signal.signal(signal.SIGUSR1, stop)
    yield
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.usefixtures("_stops")
def test_a_stop_is_not_taken_for_a_failed_request():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def interrupt_instead_of_answering() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(1)
                server.close()  # whoever tries again is refused
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

        threading.Thread(target=interrupt_instead_of_answering).start()
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        sqs = boto3.client("sqs", "us-east-1", endpoint_url=endpoint, aws_access_key_id="1", aws_secret_access_key="2")  # noqa: S106 - of nobody
        with pytest.raises(StoppedError):
            sqs.list_queues()


def test_settings_for_the_real_aws_are_left_behind(monkeypatch: pytest.MonkeyPatch):
    for name, value in {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "of another",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "NO_PROXY": "example.com",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(os, "environ", os.environ.copy())

    isolate()

    left = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    assert left == {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "example.com,127.0.0.1"
