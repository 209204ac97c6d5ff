"""A user's shell speaks of the real AWS: profiles, sessions, endpoints, a proxy.  None of it is meant for this one."""

import os


def isolate() -> None:
    """From here on this process, and all that it starts, know nothing of a user's AWS; 127.0.0.1 needs no proxy."""
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        del os.environ[name]
    direct = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    direct = f"{direct},127.0.0.1" if direct else "127.0.0.1"
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, no_proxy=direct, NO_PROXY=direct
    )
