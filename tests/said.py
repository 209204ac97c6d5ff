"""Details of events, and what must stand in the message about each."""

from typing import Any

from goldsmith.vocabulary import EventType

NAMED = {"family": "webapp-prod", "version": "2026.11.20", "run": "distribute-webapp-prod-2026.11.20-1"}
THERE = {"imageId": "ami-1", "account": "1", "region": "us-east-1", "architecture": "x86_64", "name": "webapp"}
ABSENT = {"region": "eu-west-1", "architecture": "x86_64", "error": "NeedsAPerson", "cause": "the key denies"}
SAID: dict[EventType, tuple[dict[str, Any], list[str]]] = {
    EventType.BUILD_FAILED: (
        {
            **NAMED,
            "failures": [
                {
                    "architecture": "x86_64",
                    "error": "NeedsAPerson",
                    "cause": "component nginx on x86_64 did not succeed: exit status 3",
                    "lastLines": ["disk is full", "giving up"],
                    "link": "https://console.example.com/stderr",
                }
            ],
        },
        ["exit status 3", "  | disk is full", "https://console.example.com/stderr", "goldsmith build webapp-prod"],
    ),
    EventType.BUILD_REFUSED: (
        {"family": "webapp-prod", "decision": {"verdict": {"allowed": False, "reasons": ["nothing_changed"]}}},
        ["Why: its newest image is fresh", "(nothing_changed)", "goldsmith build webapp-prod --again"],
    ),
    EventType.BUILD_REQUESTED: (
        {"family": "webapp-prod", "by": "ci", "reason": "openssl"},
        ["Asked for by: ci, openssl"],
    ),
    EventType.RECIPE_ACCEPTED: (
        {"family": "webapp-prod", "commit": "abc123", "problems": []},
        ["Commit: abc123", "goldsmith build webapp-prod"],
    ),
    EventType.IMAGE_DISTRIBUTED: (
        {**NAMED, "images": [THERE], "missing": [ABSENT]},
        ["Not in eu-west-1 (x86_64): the key denies", "What is missing is copied later", "nothing is built again"],
    ),
    EventType.RETIREMENT_ANNOUNCED: (
        {**NAMED, "images": [THERE], "on": "2026-12-16"},
        ["It will be deprecated on 2026-12-16", "goldsmith hold webapp-prod@2026.11.20 --until DATE"],
    ),
    EventType.IMAGE_DEREGISTERED: (
        {**NAMED, "images": [THERE], "left": ["snap-1: internal-error"]},
        ["Could not be deleted yet: snap-1: internal-error", "goldsmith undo webapp-prod@2026.11.20"],
    ),
    EventType.RETIREMENT_FAILED: (
        {**NAMED, "failures": [{"image": THERE, "error": "AccessDenied: ec2:DisableImage"}]},
        ["Why: AccessDenied: ec2:DisableImage", "The next sweep tries again."],
    ),
    EventType.IMAGE_RESTORED: (
        {**NAMED, "images": [THERE], "by": "scream", "reason": "arn:aws:autoscaling:1 could not launch it"},
        ["Asked for by: scream, arn:aws:autoscaling:1 could not launch it"],
    ),
    EventType.IMAGE_HELD: ({**NAMED, "by": "person", "hold": "2027-03-31 the audit"}, ["Held: 2027-03-31 the audit"]),
    EventType.SWEEP_ENDED: (
        {"run": "retire-sweep-1", "tally": {"Image Kept": 3}, "unseen": ["1 us-east-1 Batch: denied"]},
        ["Image Kept: 3", "Could not be read, so that all that may be used from there is kept: 1 us-east-1 Batch"],
    ),
    EventType.RECIPE_REFUSED: (
        {"family": "webapp-prod", "problems": ["recipes/webapp-prod.yaml:3: gate.epss: is 2, use 0 to 1"]},
        ["recipes/webapp-prod.yaml:3"],
    ),
    EventType.DISTRIBUTION_FAILED: (
        {**NAMED, "images": [THERE], "missing": [ABSENT], "decision": {"verdict": {"reasons": ["not_arrived"]}}},
        [
            "us-east-1: ami-1 (x86_64)",
            "Not in eu-west-1 (x86_64): the key denies",
            "goldsmith distribute webapp-prod@2026.11.20",
            "decisions%2Fdistribute%2Ffamily%2Fwebapp-prod%2Fdistribute-webapp-prod-2026.11.20-1.json",
        ],
    ),
    EventType.PROMOTION_FAILED: (
        {**NAMED, "channel": "staging", "images": [THERE], "failures": [ABSENT]},
        ["webapp-prod 2026.11.20 staging", "Why (eu-west-1 x86_64): the key denies"],
    ),
    EventType.PROMOTION_REFUSED: (
        {**NAMED, "channel": "staging", "objections": ["it points to 2026.11.21, which is newer"]},
        ["which is newer", "The channel stays as it is."],
    ),
    EventType.RUN_ENDED: (
        {
            **NAMED,
            "status": "ABORTED",
            "error": "",
            "cause": "stopped by hand",
            "instances": ["i-1"],
            "volumes": ["vol-1"],
            "undeleted": [],
        },
        [
            "is ABORTED: stopped by hand",
            "left: i-1",
            "left: vol-1",
            "What it left behind is ended.",
            "again: goldsmith distribute webapp-prod@2026.11.20",
        ],
    ),
}
