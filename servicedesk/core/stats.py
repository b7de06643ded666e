"""How sure a share is."""

from math import sqrt

_Z = 1.959963984540054  # 97.5th percentile of the normal distribution


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The Wilson 95 % interval of hits ÷ total as fractions (domain.md C10); total > 0."""
    share, z2 = hits / total, _Z * _Z
    middle = share + z2 / (2 * total)
    half = _Z * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    low, high = (middle - half) / (1 + z2 / total), (middle + half) / (1 + z2 / total)
    return (0.0 if hits == 0 else low), (1.0 if hits == total else high)
