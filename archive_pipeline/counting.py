"""How many there are, as people write it."""


def counted(n: int, one: str, more: str = "") -> str:
    """`1 video`, `1,234 videos`; `more` where it is not `one` with an s, as of `video is ready`."""
    return f"{n:,} {one if n == 1 else more or f'{one}s'}"
