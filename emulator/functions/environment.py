"""The environment variables of a Lambda function: those Lambda gives and those the function is configured with."""

from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import new_uuid

from emulator.iam import sessions


def environment(config: dict[str, Any], code: Path, scratch: Path) -> dict[str, str]:
    """Nothing of the host gets in: no PYTHONPATH, no profile, no file in anybody's home.

    Three variables are not Lambda's: the endpoint (the only way to keep a function away from AWS), a home and a
    folder for temporary files of its own (on AWS the whole file system is).
    """
    configured = (config.get("Environment") or {}).get("Variables") or {}
    own = {
        "AWS_ENDPOINT_URL": sessions.endpoint(),
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch),
    }
    return own | {name: str(value) for name, value in configured.items()} | _reserved(config, code)


def _reserved(config: dict[str, Any], code: Path) -> dict[str, str]:
    name, region = config["FunctionName"], config["FunctionArn"].split(":")[3]
    logging = config.get("LoggingConfig") or {}
    return {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LAMBDA_TASK_ROOT": str(code),
        "LAMBDA_RUNTIME_DIR": str(Path(__file__).parent),
        "_HANDLER": config["Handler"],
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize") or 128),
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version") or "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup") or f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": new_uuid().replace("-", ""),
        "AWS_LAMBDA_LOG_FORMAT": logging.get("LogFormat") or "Text",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        **lambda_runtime.execution_credentials(config),
    }
