"""Phone numbers: whether a text may be one, and how lists mask one."""

from servicedesk.base import sameness

_LEAST = 7  # digits from which a number without signs may be a phone; a shorter one is a reference


def may_be_phone(text: str) -> bool:
    """Return whether the text may be a phone and no reference or name: no letters, and not only a few digits."""
    line, _ = sameness.split_extension(sameness.half_width(text).strip())
    digits = sum(sign.isdecimal() for sign in line)
    return digits > 0 and not any(map(str.isalpha, line)) and (digits >= _LEAST or not line.isdecimal())


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
