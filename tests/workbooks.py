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


_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join(f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "table", "text"))


def write_ods(path: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    """An OpenDocument workbook of these texts."""
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(map(_ods_row, rows))}</table:table>'
        for name, rows in sheets.items()
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f"{_OASIS}:manifest:1.0"
    entry = '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", f"<office:document-content {_NAMES}>{body}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{manifest}">{entry}</m:manifest>')
    return path


def _ods_row(row: Sequence[str]) -> str:
    cells = (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' if text
        else "<table:table-cell/>" for text in row
    )  # fmt: skip
    return f"<table:table-row>{''.join(cells)}</table:table-row>"
