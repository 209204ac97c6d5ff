"""Which of two versions is the newer?"""

import re


def newness(version: str) -> tuple[tuple[int, str], ...]:
    """To compare by: numbers as numbers, so that `2026.05.01.10` comes after `2026.05.01.9`."""
    return tuple((int(word), "") if word.isdigit() else (-1, word) for word in re.split(r"[.\-_]", version))
