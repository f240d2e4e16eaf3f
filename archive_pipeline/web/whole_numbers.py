"""Whole numbers in addresses."""


def whole_number(text: str, most: int) -> int | None:
    """The number that these digits are, None where they are none or it is larger than `most`.

    `str.isdigit` alone is no answer: `²` and five thousand nines are digits, and `int` refuses them.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None
