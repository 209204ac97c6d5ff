"""A version goes out: one copy in each region, whatever the weather, and again it writes nothing."""

from tests.workflows.deployed import HOME
from tests.workflows.going import ABROAD, BEST_EFFORT, FAR, NEAR, WRITES, Going, tags_of

ACCOUNT = "333333333333"
ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abcdefghij"
UNIT = "arn:aws:organizations::111111111111:ou/o-abcdefghij/ou-ab12-abcdefgh"
SHARED = f"accounts: ['{ACCOUNT}'], organizations: ['{ORGANIZATION}'], organizational_units: ['{UNIT}']"


def shared(going: Going, region: str) -> list[dict[str, str]]:
    (image,) = going.of_region(region)
    ec2 = going.at.client("ec2", region)
    told = ec2.describe_image_attribute(ImageId=image["ImageId"], Attribute="launchPermission")
    return list(told["LaunchPermissions"])


def down(going: Going) -> None:
    """One region answers nobody of ours."""
    going.at.tell(
        "weather",
        service="ec2",
        operation="*",
        region=FAR,
        principal="DistributeStack",
        effect="fail",
        code="Unavailable",
    )


def test_to_every_region_of_its_recipe(going: Going):
    going.recipe().go()

    detail = going.arrives().distributed()

    assert detail["missing"] == []
    for region in ABROAD:
        (copy,) = going.of_region(region)
        assert copy["Name"] == f"{going.name}-{going.version}-x86_64"
        assert tags_of(copy)["goldsmith:run"] == detail["run"]
        assert tags_of(copy)["goldsmith:source-region"] == HOME
        assert not shared(going, region)


def test_what_is_verified_goes_out(going: Going):
    going.recipe().go("Image Verified").arrives().distributed()


def test_shared_with_accounts_organizations_and_units(going: Going):
    going.recipe(f"{{regions: [{{name: {HOME}}}, {{name: {NEAR}}}], {SHARED}}}").go().arrives(NEAR).distributed(NEAR)

    wanted = [{"UserId": ACCOUNT}, {"OrganizationArn": ORGANIZATION}, {"OrganizationalUnitArn": UNIT}]
    assert shared(going, HOME) == shared(going, NEAR) == wanted


def test_again_it_writes_nothing(going: Going):
    going.recipe().go().arrives().distributed()
    for operation in WRITES:
        going.at.tell("weather", service="ec2", operation=operation, effect="deny")

    going.go().distributed()

    assert not [each for each in going.at.tell("weather/clear")["calls"] if each["struck"]]


def test_a_best_effort_region_that_is_down_is_caught_up_without_a_rebuild(going: Going):
    down(going)
    detail = going.recipe(BEST_EFFORT).go().arrives(NEAR).distributed(NEAR)
    assert [(each["region"], each["architecture"]) for each in detail["missing"]] == [(FAR, "x86_64")]
    assert "Unavailable" in detail["missing"][0]["cause"]
    before = going.ids()
    going.at.tell("weather/clear")

    going.at.sweep("RequestMissingCopies")

    assert going.arrives(FAR).distributed()["missing"] == []
    after = going.ids()
    assert (before[HOME], before[NEAR]) == (after[HOME], after[NEAR])
    assert not [kind for kind, _ in going.history() if kind.startswith("Build")]


def test_a_required_region_that_is_down_stops_it_and_it_is_resumed(going: Going):
    down(going)

    detail = going.recipe().go().arrives(NEAR).failed("not_arrived")

    assert {each["region"] for each in detail["images"]} == {HOME, NEAR}
    assert [each["region"] for each in detail["missing"]] == [FAR]
    assert {tags_of(each)["goldsmith:stage"] for each in going.of_region(NEAR)} == {"verified"}
    before = going.ids()
    going.at.tell("weather/clear")

    going.go("Image Verified").arrives(FAR).distributed()

    assert going.ids()[NEAR] == before[NEAR]


def test_a_copy_that_fails_is_made_once_more(going: Going):
    going.recipe().go().arrives(NEAR, outcome="failed")

    detail = going.arrives().distributed()

    first, second = going.of_region(NEAR)
    assert (first["State"], tags_of(first)["goldsmith:stage"]) == ("failed", "failed")
    assert second["Name"] == f"{first['Name']}-2"
    assert {each["name"] for each in detail["images"] if each["region"] == NEAR} == {second["Name"]}


def test_one_that_fails_twice_stops_it_and_says_why(going: Going):
    going.recipe().go().arrives(FAR)
    for _ in range(2):
        going.arrives(NEAR, outcome="failed")

    detail = going.failed("not_arrived")

    assert "2 copies to eu-west-1 failed" in detail["missing"][0]["cause"]
    assert "Client error on AMI creation" in detail["missing"][0]["cause"]
    assert {tags_of(each)["goldsmith:stage"] for each in going.of_region(NEAR)} == {"failed"}


def test_a_key_that_denies_is_named(going: Going):
    kms = going.at.client("kms", NEAR)
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=arn)
    going.recipe(f"{{regions: [{{name: {HOME}}}, {{name: {NEAR}, kms_key: '{arn}'}}]}}").go()
    for _ in range(2):
        going.arrives(NEAR, outcome=None)

    assert "Given key ID is not accessible" in going.failed("not_arrived")["missing"][0]["cause"]


def test_copying_that_is_throttled(going: Going):
    with going.at.weather(service="ec2", operation="CopyImage", effect="throttle", times=4):
        going.recipe().go().arrives().distributed()


def test_a_limit_that_others_have_used_up(going: Going):
    limit = {"effect": "fail", "code": "ResourceLimitExceeded", "times": 2}
    with going.at.weather(service="ec2", operation="CopyImage", region=NEAR, **limit):
        going.recipe().go().arrives().distributed()


def test_sharing_that_is_refused(going: Going):
    refused = {"effect": "fail", "code": "OperationNotPermitted", "message": "no sharing here"}
    with going.at.weather(service="ec2", operation="ModifyImageAttribute", region=NEAR, **refused):
        going.recipe(f"{{regions: [{{name: {HOME}}}, {{name: {NEAR}}}], {SHARED}}}").go().arrives(NEAR)
        detail = going.failed("not_arrived", "not_shared")

    assert "no sharing here" in detail["missing"][0]["cause"]
    going.go().distributed(NEAR)


def test_without_a_recipe_nothing_goes(going: Going):
    going.go()

    assert "has no recipe here" in going.ends("Run Ended")["cause"]


def test_what_was_not_verified_stays(going: Going):
    Going(going.at, going.name, "2026.11.21").recipe().verified(stage="rejected").go()

    later = Going(going.at, going.name, "2026.11.21")
    assert "no AMI of" in later.ends("Run Ended")["cause"]
