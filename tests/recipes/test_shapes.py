"""What each text of a recipe may look like, and what it may not."""

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from goldsmith.recipe import shapes

ID = "0123456789abcdef0123456789abcdef"
UUID = "01234567-89ab-cdef-0123-456789abcdef"
KMS = "arn:aws:kms:us-east-1:123456789012:"
ORG = "arn:aws:organizations::123456789012:"
TABLE = {
    shapes.FAMILY: (["ab", "webapp-prod", "a" * 41], ["a", "a" * 42, "Web", "1a", "-a", "a_b", "web\n", ""]),
    shapes.NAME: (["a", "a" * 41, "a1-b"], ["", "a" * 42, "A", "1", "a b", "a\n"]),
    shapes.LINE: (["a", " a ", "ü", "a\u00a0b"], ["", "  ", "a\nb", "a\n", "\x1b[2J", "a\u2028b", "a\x85"]),
    shapes.EMAIL: (["a@b.c", "web+ami@mail.example.com"], ["a@b", "a b@c.d", "@b.c", "a@b.c@d.e", "a@b.c\n", "a@.c"]),
    shapes.SLACK: (["#web", "#team_web-2"], ["web", "#", "#Web", "#a b", f"#{'a' * 80}"]),
    shapes.FILE: (
        ["update", "components/linux/update", "a.d/b.sh"],
        ["", "/a", "a/", "a//b", "..", "../a", "a/../b", "./a", ".git/config", "-rf", "a b", "a\n"],
    ),
    shapes.DOCUMENT: (
        ["AWS-RunShellScript", "arn:aws:ssm:us-east-1:123456789012:document/x"],
        ["ab", "a b c", "a" * 129],
    ),
    shapes.PARAMETER: (["/a", "/aws/service/a_b.c-d"], ["a", "/", "/a/", "//a", "/a b", "/a\n"]),
    shapes.ACCOUNT: (["123456789012"], ["12345678901", "1234567890123", "12345678901a", "self", "\u0661" * 12]),
    shapes.ACCOUNT_OR_MARKETPLACE: (["123456789012", "aws-marketplace"], ["amazon", "self", "all", "*", "microsoft"]),
    shapes.PRODUCT_CODE: (["a8jyynf4hjutohctm41o2z18m"], ["", "ABC", "a-b"]),
    shapes.IMAGE_NAME: (["abc", "debian-12-*", "ubuntu/images/?"], ["ab", "a" * 129, "a\nbc", "abc{}"]),
    shapes.INSTANCE_TYPE: (
        ["m6i.large", "u-6tb1.metal", "m7i.metal-24xl"],
        ["m6i", "M6i.large", "m6i.", ".large", "*.large"],
    ),
    shapes.SUBNET: (["subnet-0a1b2c3d", "subnet-0a1b2c3d4e5f60718"], ["subnet-1", "subnet-0a1b2c3dx", "vpc-0a1b2c3d"]),
    shapes.REGION: (
        ["us-east-1", "us-gov-west-1", "ap-southeast-5"],
        ["us-east", "us-east-1a", "US-EAST-1", "eu_west_1"],
    ),
    shapes.KEY: (
        [
            "alias/goldsmith",
            "alias/aws/ebs",
            UUID,
            f"mrk-{ID}",
            f"{KMS}key/{UUID}",
            f"{KMS}alias/a",
            f"{KMS}key/mrk-{ID}",
        ],
        ["goldsmith", "alias/", "arn:aws:s3:::a", f"{KMS}", "alias/a b", f"{UUID}0"],
    ),
    shapes.ORGANIZATION: (
        [f"{ORG}organization/o-abcdefghij"],
        ["o-abcdefghij", f"{ORG}organization/*", f"{ORG}ou/o-abcdefghij", "*"],
    ),
    shapes.UNIT: (
        [f"{ORG}ou/o-abcdefghij/ou-abcd-12345678"],
        [f"{ORG}organization/o-abcdefghij", f"{ORG}ou/o-abcdefghij", f"{ORG}ou/o-abcdefghij/*", "ou-abcd-12345678"],
    ),
    shapes.CVE: (["CVE-2026-1234", "CVE-2026-1234567"], ["cve-2026-1234", "CVE-26-1234", "CVE-2026-123", "openssl"]),
    shapes.PORT: (["tcp/1", "udp/65535"], ["80", "tcp/0", "tcp/080", "icmp/1", "tcp/", "tcp/100000"]),
    shapes.WORD: (
        ["nginx", "nginx.service", "libstdc++6", "getty@tty1.service"],
        ["", "-a", "a b", "a;b", "a\n", "$(id)"],
    ),
    shapes.URL: (
        ["http://a", "https://a:8443/health?x=1"],
        ["a", "ftp://a", "http://", "http:///a", "http://a/b c", "http://a\n"],
    ),
    shapes.TEMPLATE: (["web", "team/web_(1).a-b", "a" * 128], ["ab", "web-*", "we?", "a b c", "web\n", "a" * 129]),
    shapes.ITEM: (["hardening:4.2.13", "hygiene:ssm-logs"], ["4.2.13", "hardening:", "reboot:x", "hardening:a b"]),
}


def test_no_shape_is_forgotten():
    assert set(TABLE) == set(shapes.WORDS)


@pytest.mark.parametrize("pattern", TABLE)
def test_shapes(pattern):
    text: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=pattern)])
    right, wrong = TABLE[pattern]
    for value in right:
        assert text.validate_python(value) == value
    for value in wrong:
        with pytest.raises(ValidationError):
            text.validate_python(value)
