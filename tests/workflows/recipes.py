"""The recipes of families in tests, and all the tags that their images must have."""

from typing import Final

STEPS: Final = ("update", "nginx")
RECIPE: Final = """
family: {family}
owner: {{team: web, email: web@example.com, slack: "#web"}}
environment: production
intended_use: serves web pages
base: {base}
architectures: [{architectures}]
builder: {{instance_types: {{{types}}}, subnets: [{subnets}]}}
root_volume: {{gib: 10}}
components: [{{name: update, file: components/linux/update, minutes: 30}}]
tests:
  service: {{units: [nginx.service]}}
  workload: [{{name: home-page, url: "http://localhost/"}}]
distribution: {{regions: [{{name: us-east-1}}]}}
channels: [staging]
expiry_days: 180
"""
BASES: Final = {
    "x86_64": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "arm64": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
}
TYPES: Final = {"x86_64": "[m6i.large, m5.large, t3.large]", "arm64": "[m7g.large]"}
TAGS: Final = frozenset(
    f"goldsmith:{name}"
    for name in (
        "image", "family", "version", "arch", "stage", "stage-since", "owner", "environment", "intended-use",
        "run", "recipe-sha", "source-commit", "source-image", "source-region", "base-image", "base-os",
        "build-date", "expires",
    )
)  # fmt: skip


def recipe(family: str, architectures: tuple[str, ...], base: str = "", subnets: tuple[str, ...] = ()) -> str:
    """Of a family built upon `base`, by default upon Amazon Linux."""
    bases = ", ".join(f"{arch}: {BASES[arch]}" for arch in architectures)
    return RECIPE.format(
        family=family,
        architectures=", ".join(architectures),
        base=base or f"{{parameter: {{{bases}}}}}",
        subnets=", ".join(subnets),
        types=", ".join(f"{arch}: {TYPES[arch]}" for arch in architectures),
    ).lstrip()
