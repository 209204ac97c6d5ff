"""A small valid recipe as YAML, and the bundle that holds it, to be changed by tests."""

from collections.abc import Iterable

from goldsmith.recipe.bundle import CLOSING, TESTS, Bundle, BundleStep

AL2023 = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{}"
TYPES = {"x86_64": "[m6i.large]", "arm64": "[m7g.large]"}
HOST_TESTS = tuple(name for name in TESTS if name not in {"service", "workload"})  # as of a recipe that names neither
TEXT = """\
family: {family}
owner: {{team: web, email: web@example.com, slack: "#web"}}
environment: production
intended_use: serves web pages
base: {{{base}}}
architectures: [{architectures}]
builder: {{instance_types: {{{types}}}}}
root_volume: {{gib: 10}}
components: [{{name: update, file: components/linux/update, minutes: 30}}]
distribution: {{regions: [{{name: us-east-1, kms_key: alias/goldsmith}}]}}
"""


def recipe_text(family: str, *lines: str, base: str = "", architectures: Iterable[str] = ("x86_64",)) -> str:
    """`lines` come last, e.g. "schedule: {...}"."""
    wanted = tuple(architectures)
    public = f"parameter: {{{', '.join(f'{arch}: {AL2023.format(arch)}' for arch in wanted)}}}"
    types = ", ".join(f"{arch}: {TYPES[arch]}" for arch in wanted)
    text = TEXT.format(family=family, base=base or public, architectures=", ".join(wanted), types=types)
    return "\n".join([text.rstrip(), *lines, ""])


def bundle_of(
    family: str,
    text: str,
    steps: Iterable[str] = ("update", *CLOSING),
    commit: str = "abc123",
    tests: Iterable[str] = HOST_TESTS,
) -> Bundle:
    made = tuple(BundleStep(name=name, seconds=60, script=f"#!/bin/sh\n: {family} {name}\n") for name in steps)
    run = tuple(BundleStep(name=name, seconds=60, script=f"#!/bin/sh\n: {family} test-{name}\n") for name in tests)
    return Bundle(path=f"recipes/{family}.yaml", text=text, commit=commit, steps=made, tests=run)
