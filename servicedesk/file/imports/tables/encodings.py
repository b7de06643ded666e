"""Find out the encoding of a text file, or refuse: a wrong encoding is worse than an error."""

import codecs
from pathlib import Path
from typing import BinaryIO

from servicedesk.base.errors import StorageError, UsageError
from servicedesk.base.messages import say

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_WAY_OUT = say("--encoding gb18030 for Chinese Windows, --encoding cp1252 for Western, big5, shift_jis …")


# Codecs of Python that no text file is written in.
_NO_TEXT = {
    "unicode-escape",
    "unicode_escape",
    "raw-unicode-escape",
    "raw_unicode_escape",
    "idna",
    "punycode",
    "undefined",
}


def encoding_name(name: str) -> str:
    """Return Python's name of an encoding. UsageError if Python does not know it."""
    try:
        "".encode(name)
        found = codecs.lookup(name).name
        if found in _NO_TEXT:
            raise LookupError
        return found
    except (LookupError, ValueError):
        raise UsageError(
            say("unknown encoding '{name}'", name=name), hint=say("such as utf-8, gb18030, cp1252, utf-16-le")
        ) from None


def find_encoding(stream: BinaryIO, path: Path, given: str | None) -> str:
    """Return the encoding in which the whole stream decodes, else raise StorageError.

    A byte order mark decides; then `given`; then UTF-8, which other texts hardly ever are by chance; then GB18030 if a
    detector is sure (Latin-1 decodes as GB18030 too: `Müller` becomes `M黮ler`).
    """
    stream.seek(0)
    start = stream.read(4)
    if start[:3] == codecs.BOM_UTF8:
        given = "utf-8"
    elif start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        given = "utf-16"
    if given is not None:
        error = _undecodable(stream, given)
        if error:
            also = say(" (it reads as UTF-8)") if given != "utf-8" and _undecodable(stream, "utf-8") is None else ""
            raise StorageError(
                say("{path} is not written in {given}: {error}{also}", path=path, given=given, error=error, also=also),
                hint=_WAY_OUT,
            )
        return _name(given)
    error = _undecodable(stream, "utf-8")
    if error is None:
        return "utf-8"
    if _is_chinese(stream):
        return "gb18030"
    raise StorageError(
        say(
            "{path} is neither UTF-8 ({error}) nor UTF-16 with a byte order mark, and its encoding is not certain",
            path=path,
            error=error,
        ),
        hint=_WAY_OUT,
    )


def _name(given: str) -> str:
    """Return the name of the encoding; utf_8_sig, which only adds a mark, is utf-8."""
    name = encoding_name(given)
    return "utf-8" if name == "utf-8-sig" else name


def _undecodable(stream: BinaryIO, encoding: str) -> str | None:
    """Return the first byte that does not decode, with its line, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    lines = 1
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
            lines += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        found, start = getattr(error, "object", b""), getattr(error, "start", 0)
        line = lines + found.count(b"\n", 0, start)
        return say("byte 0x{found:02X} in line {line}", found=found[start], line=line) if found else str(error)
    return None


def _is_chinese(stream: BinaryIO) -> bool:
    """Return whether a detector takes the text for GB18030 and all of it is everyday Chinese."""
    from charset_normalizer import from_bytes

    stream.seek(0)
    sample, size = [], 0
    for line in stream:
        if not line.isascii():
            sample.append(line)
            size += len(line)
            if size > _SAMPLE:
                break
    best = from_bytes(b"".join(sample)).best()
    if best is None or best.encoding not in {"gb18030", "gbk", "gb2312"}:
        return False
    strange = [sign for sign in b"".join(sample).decode("gb18030", "replace") if not sign.isascii()]
    everyday = sum(1 for sign in strange if _is_everyday(sign))
    return everyday >= 0.9 * len(strange) and _undecodable(stream, "gb18030") is None


def _is_everyday(sign: str) -> bool:
    try:
        return len(sign.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
