"""What became of commands: GetCommandInvocation, ListCommands and ListCommandInvocations."""

from datetime import datetime
from typing import Any, Final

from emulator.gateway.patching import patch
from emulator.hosts.behaviour import LOCK, tags
from emulator.ssm.commands import COMMANDS, Command, Invocation, Plugin, iso
from emulator.ssm.operations import OPERATIONS, SsmError, page
from emulator.ssm.send import command_of

STDOUT: Final = 24_000
STDERR: Final = 8_000
LISTED: Final = 2_500


def get(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    command = next((each for each in _commands(account, region) if each.id == asked["CommandId"]), None)
    known = [each for each in (command.invocations if command else []) if each.known]
    invocation = next((each for each in known if each.instance.id == asked["InstanceId"]), None)
    if not command or not invocation:
        raise SsmError("InvocationDoesNotExist", f"{asked['CommandId']} on {asked['InstanceId']}")
    with LOCK:
        plugin = _plugin(invocation, asked.get("PluginName"))
        return {
            "CommandId": command.id,
            "InstanceId": invocation.instance.id,
            "Comment": command.asked.get("Comment", ""),
            "DocumentName": command.document,
            "DocumentVersion": command.version,
            "PluginName": plugin.step.name,
            **_result(invocation, plugin),
        }


def _plugin(invocation: Invocation, name: str | None) -> Plugin:
    """The step that is asked for; a document with several must be asked for one."""
    named = [each for each in invocation.plugins if name in {None, each.step.name}]
    if len(named) != 1:
        raise SsmError("InvalidPluginName", "The plugin name isn't valid.")
    return named[0]


def _result(invocation: Invocation, plugin: Plugin) -> dict[str, Any]:
    """The invocation ends when its last step has; until then its only step is not done either."""
    only = len(invocation.plugins) == 1
    of: Any = invocation if only else plugin
    elapsed = (plugin.ended - plugin.started).total_seconds() if plugin.started and plugin.ended else 0
    return {
        "ResponseCode": plugin.code,
        "ExecutionStartDateTime": iso(plugin.started) if plugin.started else "",
        "ExecutionElapsedTime": f"PT{elapsed:.3f}S" if plugin.ended else "",
        "ExecutionEndDateTime": iso(plugin.ended) if plugin.ended else "",
        "Status": of.status,
        "StatusDetails": of.details,
        "StandardOutputContent": plugin.stdout[:STDOUT],
        "StandardOutputUrl": plugin.urls.get("stdout", ""),
        "StandardErrorContent": plugin.stderr[:STDERR],
        "StandardErrorUrl": plugin.urls.get("stderr", ""),
        "CloudWatchOutputConfig": {"CloudWatchLogGroupName": "", "CloudWatchOutputEnabled": False},
    }


def _commands(account: str, region: str) -> list[Command]:
    """Newest first."""
    with LOCK:
        return [each for each in reversed(COMMANDS) if (each.account, each.region) == (account, region)]


def _keeps(command: Command, status: str, filters: list[dict[str, str]]) -> bool:
    for each in filters:
        key, value = each["key"], each["value"]
        if key in {"InvokedAfter", "InvokedBefore"}:
            moment = datetime.fromisoformat(value)
            fits = command.requested > moment if key == "InvokedAfter" else command.requested < moment
        elif key == "Status":
            fits = status == value
        elif key == "DocumentName":
            fits = command.document == value
        else:
            raise SsmError("InvalidFilterKey", f"The specified key {key} isn't valid.")
        if not fits:
            return False
    return True


def _wanted(account: str, region: str, asked: dict[str, Any]) -> list[Command]:
    if command_id := asked.get("CommandId"):
        return [command_of(account, region, command_id)]
    return _commands(account, region)


def list_commands(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    instance_id, filters = asked.get("InstanceId"), asked.get("Filters") or []
    kept = [
        each.told()
        for each in _wanted(account, region, asked)
        if _keeps(each, each.status, filters)
        and (not instance_id or instance_id in {one.instance.id for one in each.invocations})
    ]
    shown, more = page(kept, asked)
    return {"Commands": shown} | more


def list_invocations(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    instance_id, filters = asked.get("InstanceId"), asked.get("Filters") or []
    kept = [
        one
        for each in _wanted(account, region, asked)
        for one in each.invocations
        if one.known and instance_id in {None, one.instance.id} and _keeps(each, one.status, filters)
    ]
    shown, more = page(kept, asked)
    with LOCK:
        return {"CommandInvocations": [_told(each, details=bool(asked.get("Details"))) for each in shown]} | more


def _told(invocation: Invocation, *, details: bool) -> dict[str, Any]:
    command, only = invocation.command, invocation.plugins[0] if len(invocation.plugins) == 1 else None
    return {
        "CommandId": command.id,
        "InstanceId": invocation.instance.id,
        "InstanceName": tags(invocation.instance).get("Name", ""),
        "Comment": command.asked.get("Comment", ""),
        "DocumentName": command.document,
        "DocumentVersion": command.version,
        "RequestedDateTime": command.requested,
        "Status": invocation.status,
        "StatusDetails": invocation.details,
        "TraceOutput": invocation.trace,
        "StandardOutputUrl": only.urls.get("stdout", "") if only else "",
        "StandardErrorUrl": only.urls.get("stderr", "") if only else "",
        "CommandPlugins": [_listed(command, each) for each in invocation.plugins] if details else [],
    }


def _listed(command: Command, plugin: Plugin) -> dict[str, Any]:
    output = plugin.stdout + (f"\n----------ERROR-------\n{plugin.stderr}" if plugin.stderr else "")
    told = {
        "Name": plugin.step.name,
        "Status": plugin.status,
        "StatusDetails": plugin.details,
        "ResponseCode": plugin.code,
        "ResponseStartDateTime": plugin.started,
        "ResponseFinishDateTime": plugin.ended,
        "Output": output[:LISTED],
        "StandardOutputUrl": plugin.urls.get("stdout", ""),
        "StandardErrorUrl": plugin.urls.get("stderr", ""),
        "OutputS3Region": command.region,
        "OutputS3BucketName": command.asked.get("OutputS3BucketName", ""),
        "OutputS3KeyPrefix": command.asked.get("OutputS3KeyPrefix", ""),
    }
    return {name: value for name, value in told.items() if value is not None}


@patch("moto cuts no output and lists no invocations")
def command_results() -> None:
    OPERATIONS["GetCommandInvocation"] = get
    OPERATIONS["ListCommands"] = list_commands
    OPERATIONS["ListCommandInvocations"] = list_invocations
