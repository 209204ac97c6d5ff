"""A good recipe is read as it says; then one thing wrong at a time, and both sides of every number."""

from datetime import date
from pathlib import Path

import pytest

from goldsmith.recipe.document import BadRecipe, cycles, read

GOOD = (Path(__file__).parent / "good.yaml").read_text()
MINIMAL = (Path(__file__).parent / "minimal.yaml").read_text()
TODAY = date(2026, 11, 26)


def paths(text: str, today: date = TODAY) -> list[str]:
    """The paths of what is wrong."""
    try:
        read(text, "recipes/x.yaml", today)
    except BadRecipe as error:
        return [problem.path for problem in error.problems]
    return []


def test_a_recipe_is_read_as_it_says():
    recipe = read(GOOD, "recipes/good.yaml", TODAY)
    assert (recipe.family, recipe.environment, recipe.intended_use) == (
        "webapp-prod", "production", "serving web pages",
    )  # fmt: skip
    assert (recipe.owner.team, recipe.owner.email, recipe.owner.slack) == ("web", "web@example.com", "#web")
    assert recipe.architectures == ("x86_64", "arm64")
    assert recipe.base.filter
    assert (recipe.base.filter.owner, recipe.base.filter.name) == ("136693071363", "debian-12-*")
    assert recipe.builder.instance_types == {"x86_64": ("m6i.large", "m5.large"), "arm64": ("m7g.large",)}
    assert recipe.builder.subnets == ("subnet-0a1b2c3d4e5f60718",)
    assert recipe.builder.user_data == "components/linux/agents"
    assert (recipe.root_volume.gib, recipe.root_volume.type) == (12, "gp3")
    update, agent = recipe.components
    assert (update.name, update.file, update.document, update.minutes) == (
        "update",
        "components/linux/update",
        None,
        30,
    )
    assert agent.document == "AWS-ConfigureAWSPackage"
    assert agent.parameters == {"action": ("Install",), "name": ("AmazonCloudWatchAgent",)}


def test_where_an_image_goes_is_read_as_it_says():
    recipe = read(GOOD, "recipes/good.yaml", TODAY)
    first, second = recipe.distribution.regions
    assert (first.name, first.kms_key, first.best_effort) == ("eu-central-1", "alias/goldsmith", False)
    assert (second.name, second.kms_key, second.best_effort) == ("us-east-1", "alias/images", True)
    assert recipe.distribution.accounts == ("210987654321",)
    assert recipe.gate.waivers[0].expires == date(2027, 1, 31)
    assert recipe.schedule
    assert (recipe.schedule.expression, recipe.schedule.time_zone) == ("cron(0 4 ? * TUE *)", "Europe/Berlin")
    assert (recipe.freezes[0].starts, recipe.freezes[0].ends) == (date(2026, 12, 20), date(2027, 1, 3))
    assert (recipe.retirement.keep, recipe.expiry_days) == (5, 200)


def test_what_a_recipe_may_leave_out():
    recipe = read(MINIMAL, "recipes/minimal.yaml", TODAY)
    assert (recipe.components, recipe.freezes, recipe.schedule) == ((), (), None)
    assert recipe.channels == ("staging", "production")
    assert (recipe.gate.block_from, recipe.gate.kev, recipe.gate.epss) == ("high", True, 0.1)
    assert recipe.budgets.boot_seconds is None
    assert (recipe.retirement.keep, recipe.expiry_days, recipe.root_volume.gib) == (3, 180, 8)


@pytest.mark.parametrize(
    ("path", "lowest", "highest"),
    [
        ("expiry_days", 1, 3650),
        ("root_volume.gib", 1, 1024),
        ("retirement.keep", 1, 100),
        ("retirement.announce_days", 1, 29),
        ("retirement.deprecate_days", 15, 59),
        ("retirement.disable_days", 31, 89),
        ("retirement.deregister_days", 61, 3650),
        ("retirement.rejected_days", 1, 3650),
        ("gate.epss", 0, 1),
        ("budgets.seconds_to_ssm_online", 1, 3600),
        ("budgets.boot_seconds", 1, 3600),
        ("budgets.memory_mib", 1, 1_048_576),
        ("budgets.disk_gib", 1, 1024),
        ("budgets.image_gib", 1, 1024),
    ],
)
def test_numbers_have_limits(path, lowest, highest):
    def wrong(number: int) -> list[str]:
        part, _, key = path.rpartition(".")
        return paths(MINIMAL + (f"{part}: {{{key}: {number}}}\n" if part else f"{key}: {number}\n"))

    assert not wrong(lowest)
    assert not wrong(highest)
    assert len(wrong(lowest - 1)) == len(wrong(highest + 1)) == 1


@pytest.mark.parametrize(("minutes", "right"), [(0, False), (1, True), (720, True), (721, False)])
def test_a_component_has_a_time_limit(minutes, right):
    found = paths(GOOD.replace("minutes: 30", f"minutes: {minutes}"))
    assert found == ([] if right else ["components.0.minutes"])


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("units: [nginx]", "units: [nginx, nginx]", "tests.service.units.1"),
        ("units: [nginx]", "packages: [nginx, nginx]", "tests.service.packages.1"),
        ("ports: [tcp/80]", "ports: [tcp/80, tcp/80]", "tests.service.ports.1"),
        ("ports: [tcp/80]", "local_ports: [udp/53, udp/53]", "tests.service.local_ports.1"),
        ("ports: [tcp/80]", "local_ports: [udp/65536]", "tests.service.local_ports.0"),
        ("ports: [tcp/80]", "ports: [tcp/65535]", ""),
        ("{name: config, run", "{name: page, run", "tests.workload.1.name"),
        ("run: nginx -t", 'run: "nginx\\n-t"', "tests.workload.0.run"),
        ("status: 200", "status: 99", "tests.workload.1.status"),
        ("status: 200", "status: 600", "tests.workload.1.status"),
        ('["hardening:4.2.13"]', '["hardening:4.2.13", "hardening:4.2.13"]', "tests.leave_out.1"),
        ("cve: CVE-2026-12345", "cve: CVE-2026-123", "gate.waivers.0.cve"),
        ("expires: 2027-01-31", "expires: 2026-11-26", ""),
        ("expires: 2027-01-31", "expires: 2026-11-25", "gate.waivers.0.expires"),
        ("ends: 2027-01-03", "ends: 2026-12-20", ""),
        ("ends: 2027-01-03", "ends: 2026-12-19", "freezes.0.ends"),
        ("user_data: components/linux/agents", "user_data: ../agents", "builder.user_data"),
        ("user_data: components/linux/agents", "user_data: a/../../agents", "builder.user_data"),
        ("user_data: components/linux/agents", "user_data: /etc/passwd", "builder.user_data"),
        ("subnets: [", "subnets: [subnet-0a1b2c3d, subnet-0a1b2c3d, ", "builder.subnets.1"),
        ('accounts: ["210987654321"]', 'accounts: ["210987654321", "210987654321"]', "distribution.accounts.1"),
        ("[m7g.large]", "[]", "builder.instance_types.arm64"),
        ("alias/images", "alias/aws/ebs", "distribution.regions.1.kms_key"),
        ("alias/images", '"arn:aws:kms:eu-west-1:123456789012:alias/images"', "distribution.regions.1.kms_key"),
        ("alias/images", '"arn:aws:kms:us-east-1:123456789012:alias/images"', ""),
        ("alias/images", "mrk-0123456789abcdef0123456789abcdef", ""),
        ("Europe/Berlin", "America", "schedule.time_zone"),
        ("Europe/Berlin", "../../etc/localtime", "schedule.time_zone"),
        ("team: web", f"team: {'w' * 64}", ""),
        ("team: web", f"team: {'w' * 65}", "owner.team"),
        ("family: webapp-prod", f"family: {'w' * 41}", ""),
        ("family: webapp-prod", f"family: {'w' * 42}", "family"),
        ("family: webapp-prod", "family: w", "family"),
        ('owner: "136693071363"', 'owner: "13669307136"', "base.filter.owner"),
        ('owner: "136693071363"', "owner: self", "base.filter.owner"),
        ('owner: "136693071363"', 'owner: "679593333241"', "base.filter.product_code"),
        ("name: debian-12-*", 'name: "?*?"', "base.filter.name"),
    ],
)
def test_one_thing_wrong(old, new, path):
    assert GOOD.count(old) == 1
    assert paths(GOOD.replace(old, new)) == ([path] if path else [])


def test_a_finding_is_waived_once():
    waiver = GOOD[GOOD.index("    - cve:") : GOOD.index("distribution:")]
    assert paths(GOOD.replace("distribution:", f"{waiver}distribution:")) == ["gate.waivers.1.cve"]
    assert not paths(GOOD.replace("distribution:", f"{waiver.replace('openssl', 'libssl3')}distribution:"))


def test_an_aws_key_will_do_where_nothing_is_shared():
    unshared = GOOD.replace('  accounts: ["210987654321"]\n', "").replace("alias/images", "alias/aws/ebs")
    assert not paths(unshared)
    for share in (
        "organizations: [ORGANIZATION/o-abcdefghij]",
        "organizational_units: [OU/o-abcdefghij/ou-abcd-12345678]",
    ):
        arn = share.replace("[ORGANIZATION", "['arn:aws:organizations::123456789012:organization")
        arn = arn.replace("[OU", "['arn:aws:organizations::123456789012:ou").replace("]", "']")
        assert paths(unshared.replace("channels:", f"  {arn}\nchannels:")) == ["distribution.regions.1.kms_key"]


@pytest.mark.parametrize(
    "type_", ["t4g.small", "m7g.large", "c7gn.xlarge", "r8g.metal-24xl", "a1.large", "im4gn.large", "g5g.xlarge"]
)
def test_graviton_is_arm64(type_):
    assert not paths(GOOD.replace("[m7g.large]", f"[{type_}]"))
    assert paths(GOOD.replace("[m6i.large, m5.large]", f"[{type_}]")) == ["builder.instance_types.x86_64.0"]


@pytest.mark.parametrize("type_", ["m6i.large", "g6e.xlarge", "m7a.large", "u-6tb1.metal", "gr6.4xlarge", "t3.micro"])
def test_the_rest_is_x86_64(type_):
    assert not paths(GOOD.replace("[m6i.large, m5.large]", f"[{type_}]"))
    assert paths(GOOD.replace("[m7g.large]", f"[{type_}]")) == ["builder.instance_types.arm64.0"]


def test_cycles_among_families_are_found():
    def built_on(family: str, base: str) -> str:
        channel = f"channel: {{family: {base}, name: production}}"
        return MINIMAL.replace("family: webapp", f"family: {family}", 1).replace(
            next(line.strip() for line in MINIMAL.splitlines() if "parameter" in line), channel
        )

    pairs = {"web": "os", "os": "kernel", "kernel": "os", "own": "own", "leaf": "web", "loose": "elsewhere"}
    recipes = {name: read(built_on(name, base), f"{name}.yaml", TODAY) for name, base in pairs.items()}
    assert cycles(recipes) == [("kernel", "os"), ("own",)]
    assert cycles({"root": read(MINIMAL, "root.yaml", TODAY)} | {"web": recipes["web"]}) == []
