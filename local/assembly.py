"""All patches, and the server.

The modules stand in the order of the alphabet.  Patches are applied as their modules are imported: whoever replaces
what another module has replaced imports that module, and so comes after it.
"""

import asyncio
import signal
import socket

import uvloop
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as gateway

from local import (  # noqa: F401 - importing registers patches
    ageing,
    alarms,
    ami,
    ami_attributes,
    ami_copy,
    ami_create,
    ami_deregister,
    ami_describe,
    ami_launch,
    ami_lineage,
    ami_references,
    ami_retire,
    ami_sharing,
    ami_states,
    ami_usage_reports,
    base_images,
    bridge,
    buses,
    cloudformation,
    cloudformation_compute,
    cloudformation_functions,
    cloudformation_hosts,
    cloudformation_nested,
    cloudformation_operations,
    cloudformation_storage,
    cloudtrail,
    commands,
    ebs_keys,
    ebs_snapshots,
    engine,
    engine_definition,
    engine_errors,
    engine_jsonata,
    engine_map,
    engine_sdk,
    engine_shapes,
    engine_status,
    engine_time,
    engine_tokens,
    engine_waits,
    events,
    front_door,
    functions,
    functions_async,
    functions_workers,
    hosts,
    hosts_agent,
    hosts_checks,
    hosts_components,
    hosts_documents,
    hosts_profiles,
    hosts_registration,
    hosts_results,
    hosts_script,
    hosts_send,
    hosts_ssm,
    hosts_states,
    hosts_volumes,
    iam,
    iam_ec2,
    iam_managed,
    iam_organizations,
    iam_roles,
    iam_s3,
    iam_services,
    iam_ssm,
    iam_transport,
    iam_unknown,
    iam_variables,
    iam_workflows,
    inspector,
    inspector_findings,
    inspector_scan,
    inspector_script,
    inspector_vulnerabilities,
    instance_refreshes,
    journal,
    kms_accounts,
    kms_grants,
    launch_failures,
    launch_templates,
    launches,
    rbin,
    recycle_bin,
    rule_targets,
    s3_events,
    schedules,
    service_directory,
    service_linked_roles,
    settling,
    shared_subnets,
    ssm_images,
    weather,
    weather_buckets,
    weather_events,
    worlds,
)
from local.control import with_commands
from local.patching import apply_all
from local.remembering import remember
from local.settling import requests_counted
from local.worlds import StartWorld


def serve(port: int) -> int:
    """Serve until SIGINT or SIGTERM; the exit status is 1 if the world to start with cannot be."""
    remember()
    apply_all()
    events.start()
    loop = uvloop.new_event_loop()  # a sixth less CPU time than asyncio's own
    asyncio.set_event_loop(loop)
    return int(loop.run_until_complete(_serve(port)))  # asyncio.run would wait for every thread


async def _serve(port: int) -> int:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    config = Config()
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    with socket.create_server(("127.0.0.1", port), backlog=config.backlog) as listening:
        config.bind = [
            f"fd://{listening.detach()}"
        ]  # so that nobody is refused from here on, the world's maker included
        world = StartWorld(stop)
        await hypercorn_serve(
            world.before(requests_counted(with_commands(gateway.app))), config, shutdown_trigger=stop.wait
        )
    return 1 if world.failed else 0
