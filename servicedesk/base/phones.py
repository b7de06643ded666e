"""Mask phone numbers for lists."""

from servicedesk.base import sameness


def masked(number: str) -> str:
    """Return a phone number as lists show it: `138****8000`, `023-****1234`.

    Of ten digits and more the first three and the last four are shown; of fewer at most the last four, and never more
    than half. An extension is hidden.
    """
    line, _ = sameness.split_extension(sameness.half_width(number))
    digits = [at for at, sign in enumerate(number) if sign.isdecimal()]
    places = [at for at in digits if at < len(line)]
    own = min(len(sameness.phone_digits(line)), len(places))
    code = len(places) - own  # of the country
    head, tail = (3, 4) if own >= 10 else (0, min(4, own // 2))
    hidden = {*places[code + head : len(places) - tail], *digits[len(places) :]}
    return "".join("*" if at in hidden else sign for at, sign in enumerate(number))
