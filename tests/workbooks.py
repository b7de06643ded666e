"""Workbooks by hand: what a program writes properly, what a person spoils, and what is made to do harm."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


def table(rows: Sequence[Sequence[str]], more: str = "") -> str:
    """The XML of a sheet: each cell a text, or XML of its own where it begins with `<`."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = [
            cell if cell[:1] == "<" else f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for at, cell in enumerate(row)
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return sheet("".join(lines), more)


def sheet(rows: str, more: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{more}</worksheet>'


def write(
    path: Path,
    sheets: Mapping[str, str],
    *,
    state: Mapping[str, str] | None = None,
    texts: str | None = None,
    styles: str | None = STYLES,
    before: str = "",
) -> Path:
    """A workbook of these sheets, each the XML of its part. `before` stands before every root."""
    named = list(enumerate(sheets, 1))
    tabs = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{(state or {}).get(name, "visible")}" r:id="r{n}"/>'
        for n, name in named
    )
    parts = {f"xl/worksheets/sheet{n}.xml": before + sheets[name] for n, name in named}
    related = [(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in named]
    for kind, text in (("styles", styles), ("sharedStrings", texts)):
        if text is not None:
            parts[f"xl/{kind}.xml"] = before + text
            related.append((kind, kind, f"{kind}.xml"))
    parts["xl/workbook.xml"] = (
        f'{before}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>{tabs}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = _relations(related)
    parts["_rels/.rels"] = _relations([("main", "officeDocument", "xl/workbook.xml")])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _relations(related: Sequence[tuple[str, str, str]]) -> str:
    each = "".join(f'<Relationship Id="{key}" Type="{_RELATION}/{kind}" Target="{to}"/>' for key, kind, to in related)
    return f'<Relationships xmlns="{_RELATIONS}">{each}</Relationships>'
