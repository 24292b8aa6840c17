"""Padmé: sizes that tell little, for at most 12 % more bytes.

See Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with
PURBs", 2019. The smallest size is MINIMUM, so that the shortest records look alike.
"""

MINIMUM = 512


def size(length: int) -> int:
    """Return the padded size, in bytes, of a text of this length."""
    if length <= MINIMUM:
        return MINIMUM
    exponent = length.bit_length() - 1
    zero_bits = exponent - exponent.bit_length()
    mask = (1 << zero_bits) - 1
    return (length + mask) & ~mask


def pad(text: bytes) -> bytes:
    """Return the text with newlines up to its padded size; YAML does not see them."""
    return text.ljust(size(len(text)), b"\n")
