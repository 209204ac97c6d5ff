from goldsmith_cli.distribute import arrival

THERE = {"imageId": "ami-1", "account": "1", "region": "us-east-1", "architecture": "x86_64", "name": "webapp"}
ABSENT = {"region": "eu-west-1", "architecture": "x86_64", "error": "NeedsAPerson", "cause": "the key denies"}


def test_where_it_is_and_where_not():
    detail = {"family": "webapp", "version": "2026.11.20", "images": [THERE], "missing": [ABSENT]}

    assert arrival("Distribution Failed", detail).splitlines() == [
        "Distribution Failed: webapp 2026.11.20",
        "  us-east-1: ami-1 (x86_64)",
        "  eu-west-1 (x86_64) has not got it: the key denies",
    ]


def test_what_objects_to_a_channel():
    detail = {"family": "webapp", "version": "2026.11.20", "channel": "staging", "objections": ["a newer one is there"]}

    assert arrival("Promotion Refused", detail).splitlines() == [
        "Promotion Refused: webapp 2026.11.20 to staging",
        "  a newer one is there",
    ]


def test_a_run_that_ended():
    detail = {"family": "webapp", "version": "2026.11.20", "status": "ABORTED", "error": "", "cause": "by hand"}

    assert arrival("Run Ended", detail) == "Run Ended: webapp 2026.11.20: ABORTED  by hand"
