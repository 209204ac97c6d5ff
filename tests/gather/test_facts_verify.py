"""What is new against the released image: found with a fix, not there before, in a package that is not the same."""

import pytest

from goldsmith.gather.verify.facts import compare
from goldsmith.gather.verify.findings import MOST
from goldsmith.gather.verify.released import Before
from goldsmith.values.verify_facts import Finding, Released
from tests.test_host_answers import inventory

OLD, NEWER = ("nginx 1.28 x86_64", "openssl 3.2.2 x86_64"), ("nginx 1.28 x86_64", "openssl 3.2.3 x86_64")


def finding(cve: str, package: str = "openssl", *, fixable: bool = True) -> Finding:
    return Finding(cve=cve, package=package, severity="low", fixable=fixable)


def before(*findings: Finding) -> Before:
    return Before(Released(version="2026.11.01", image_id="ami-0"), findings, inventory(*OLD))


@pytest.mark.parametrize(
    ("had", "has", "new"),
    [
        ((), (finding("A"),), ["A"]),
        ((), (finding("A", "zlib"),), []),  # in no package that changed
        ((), (finding("A", "nginx"),), []),  # which is the same there: the world's news
        ((), (finding("A", fixable=False),), []),
        ((finding("A"),), (finding("A"),), []),
        ((finding("A", "nginx"),), (finding("A"),), ["A"]),  # another package has it now
        ((finding("A"),), (finding("A"), finding("B")), ["B"]),
    ],
)
def test_what_is_new(had, has, new):
    compared = compare(before(*had), inventory(*NEWER), has)
    assert [each.cve for each in compared.facts["new"]] == new
    assert compared.unseen == ()


def test_what_is_fixed():
    compared = compare(before(finding("A"), finding("B")), inventory(*NEWER), (finding("B"),))
    assert compared.facts["fixed"] == ("A in openssl (low)",)
    assert [change.name for change in compared.changes] == ["openssl"]


def test_a_package_that_is_new_brings_its_findings():
    compared = compare(before(), inventory(*OLD, "zlib 1.3 x86_64"), (finding("A", "zlib"),))
    assert [each.cve for each in compared.facts["new"]] == ["A"]


def test_more_than_can_be_judged_is_unseen():
    many = tuple(finding(f"CVE-{number}") for number in range(MOST + 2))
    compared = compare(before(), inventory(*NEWER), many)
    assert len(compared.facts["new"]) == MOST
    assert compared.unseen == ("2 more new findings with a fix than can be judged",)
