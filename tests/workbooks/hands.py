"""The same workbook in the hands of other programs: how it may be written and mean the same."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import openpyxl
from lxml import etree

from sheets.surfaces.marks import TEXTS

from .parts import MAIN, NAMES, PACKAGE, Feature, Parts, declared


def _as_excel_writes(parts: Parts) -> None:
    """What Excel notes down for itself: ids, heights of text, where the file was, which prefixes may be ignored."""
    sheets = [part for part in parts.content if part.startswith("xl/worksheets/sheet")]
    tables = [part for part in parts.content if part.startswith("xl/tables/table")]
    for number, part in enumerate([*sheets, *tables]):
        _ignorable(parts, part, "x14ac", "xr", more=f'xr:uid="{{0A0B0C0D-0000-4000-8000-{number:012X}}}"')
    for part in sheets:
        with parts.edited(part) as tree:
            for row in tree.iter(f"{{{MAIN}}}row"):
                row.set(f"{{{NAMES['x14ac']}}}dyDescent", "0.25")
        parts.insert(part, '<ignoredErrors><ignoredError sqref="B5:B10" numberStoredAsText="1"/></ignoredErrors>')
    _ignorable(parts, "xl/styles.xml", "x14ac")
    with parts.edited("xl/styles.xml") as tree:
        tree.find(f"{{{MAIN}}}fonts").set(f"{{{NAMES['x14ac']}}}knownFonts", "1")
    _ignorable(parts, "xl/workbook.xml", "x15", "xr", "xr2", "xr6", "xr10")
    folder = (
        '<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:\\Users\\a buyer\\"/></mc:Choice>'
        "</mc:AlternateContent>"
    )
    saved = (
        '<xr:revisionPtr revIDLastSave="0" documentId="8_{0A0B0C0D-0000-4000-8000-000000000777}" '
        'xr6:coauthVersionLast="47" xr6:coauthVersionMax="47" '
        'xr10:uidLastSave="{00000000-0000-0000-0000-000000000000}"/>'
    )
    for xml in (folder, saved):
        parts.insert("xl/workbook.xml", xml, "mc", "x15", "x15ac", "xr", "xr6", "xr10")
    with parts.edited("xl/workbook.xml") as tree:
        uid = "{0A0B0C0D-0000-4000-8000-000000000888}"
        next(tree.iter(f"{{{MAIN}}}workbookView")).set(f"{{{NAMES['xr2']}}}uid", uid)


def _ignorable(parts: Parts, part: str, *prefixes: str, more: str = "") -> None:
    """Declares prefixes at a part's root, as ones that older programs may pass over."""
    head, root, rest = re.split(r"(<(?:worksheet|table|workbook|styleSheet) [^>]*>)", parts.text(part), maxsplit=1)
    root = re.sub(r' mc:Ignorable="[^"]*"', "", root)
    new = [declared(one) for one in ("mc", *prefixes) if f"xmlns:{one}=" not in root]
    root = f'{root[:-1]} {" ".join(new)} mc:Ignorable="{" ".join(prefixes)}" {more}>'
    parts.content[part] = f"{head}{root}{rest}".encode()


def _otherwise_ordered(parts: Parts) -> None:
    """Attributes in the order of the alphabet, in single quotes; empty elements with both their tags."""
    for part in _of_cells(parts):
        with parts.edited(part) as root:
            for one in root.iter(f"{{{MAIN}}}*"):
                about = sorted(one.attrib.items(), reverse=True)
                one.attrib.clear()
                one.attrib.update(about)
        text = re.sub(r'(?<=[\w:]=)"([^"\'<>]*)"', r"'\1'", parts.text(part))
        parts.content[part] = re.sub(r"<(c)((?: [\w:]+='[^']*')*)/>", r"<\1\2></\1>", text).encode()


def _indented(parts: Parts) -> None:
    """Each element on a line of its own, with a comment before each tab's rows."""
    for part in _of_cells(parts):
        with parts.edited(part) as root:
            etree.indent(root, "\t")
            for data in root.iter(f"{{{MAIN}}}sheetData"):
                data.insert(0, etree.Comment(" rows "))


def _less_said(parts: Parts) -> None:
    """Nothing but what has to be said: no widths, views, sizes, print set-up, no order of calculation."""
    needless = (
        "dimension cols sheetViews sheetFormatPr printOptions pageMargins pageSetup headerFooter calcPr bookViews"
    )
    for part in _of_cells(parts):
        with parts.edited(part) as root:
            for one in list(root):
                if etree.QName(one).localname in needless.split():
                    root.remove(one)
            for row in root.iter(f"{{{MAIN}}}row"):
                row.attrib.pop("spans", None)


def other_letters(parts: Parts) -> None:
    """Links name sheets in capitals: names of parts are the same in any letters, though few programs write them so."""
    with parts.edited("xl/_rels/workbook.xml.rels") as root:
        for link in root:
            link.set("Target", str(link.get("Target")).replace("worksheets", "Worksheets"))


def no_header_row(parts: Parts) -> None:
    """The header row of our table is switched off."""
    with parts.edited(parts.table("Positions")) as root:
        root.attrib.update({"headerRowCount": "0", "ref": "A5:J10"})
        root.remove(root.find(f"{{{MAIN}}}autoFilter"))


def _encoded(parts: Parts) -> None:
    """Sheets in UTF-16."""
    for part in [one for one in _of_cells(parts) if one.startswith("xl/worksheets/")]:
        root = etree.fromstring(parts.content[part])
        parts.content[part] = etree.tostring(root, encoding="UTF-16", xml_declaration=True)


def _marked(parts: Parts) -> None:
    """Parts of cells with a mark of order at their beginning, and no word on their encoding."""
    for part in _of_cells(parts):
        root = etree.fromstring(parts.content[part])
        parts.content[part] = b"\xef\xbb\xbf" + etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _of_cells(parts: Parts) -> list[str]:
    """Sheets, tables, the workbook and its formats."""
    return [
        part
        for part in parts.content
        if re.fullmatch(r"xl/(worksheets/sheet\d+|tables/table\d+|workbook|styles)\.xml", part)
    ]


def _names_elsewhere(parts: Parts) -> None:
    """A tab's name is said to be the next tab's: LibreOffice saves it so, which counts scenarios as tabs."""
    with parts.edited("xl/workbook.xml") as root:
        tabs = [one.get("name") for one in root.iter(f"{{{MAIN}}}sheet")]
        at = str(tabs.index("Daily Check"))
        for name in root.iter(f"{{{MAIN}}}definedName"):
            if name.get("localSheetId") == at and name.get("name") == TEXTS:
                name.set("localSheetId", str(int(at) + 1))


def _with_folders(parts: Parts) -> None:
    """The archive names its folders too, as archivers do, and its list of types comes last."""
    folders = sorted({f"{part.rpartition('/')[0]}/" for part in parts.content if "/" in part})
    types = parts.content.pop("[Content_Types].xml")
    parts.content = dict.fromkeys(folders, b"") | parts.content | {"[Content_Types].xml": types}


def _prefixed(parts: Parts) -> None:
    """Every part of cells with its namespace under the prefix `x`, as some programs write it."""
    for part, content in parts.content.items():
        if part.startswith("xl/") and part.endswith(".xml") and f'xmlns="{MAIN}"'.encode() in content:
            root = etree.fromstring(content)
            made = etree.Element(
                root.tag, root.attrib, {"x": MAIN} | {name: uri for name, uri in root.nsmap.items() if name}
            )
            made.text = root.text
            made.extend(root)
            parts.content[part] = etree.tostring(made, xml_declaration=True, encoding="UTF-8", standalone=True)


def _absolute(parts: Parts) -> None:
    """Every link names its part from the root of the package."""
    for part in [one for one in parts.content if one.endswith(".rels")]:
        folder = part.rpartition("_rels/")[0]
        with parts.edited(part) as root:
            for link in root.iter(f"{{{PACKAGE}}}Relationship"):
                if link.get("TargetMode") != "External" and not str(link.get("Target")).startswith("#"):
                    steps = (folder + str(link.get("Target"))).split("/")
                    while ".." in steps:
                        at = steps.index("..")
                        del steps[at - 1 : at + 1]
                    link.set("Target", "/" + "/".join(steps))


def _renamed_parts(parts: Parts) -> None:
    """Sheets, tables, notes have other names than programs give them: they are found by links alone."""
    _rename(parts, {"worksheets/sheet": "pages/p", "tables/table": "tables/list9", "comments": "said/what"})


def _rename(parts: Parts, names: Mapping[str, str]) -> None:
    """Renames parts. names: how those parts' names begin after `xl/` -> how they begin then."""

    def renamed(part: str) -> str:
        for old, new in names.items():
            if part.startswith(f"xl/{old}"):
                return f"xl/{new}{part[len(f'xl/{old}') :]}"
        return part

    links: dict[str, etree._Element] = {}
    for part in [one for one in parts.content if one.endswith(".rels")]:
        folder, _, name = part.partition("_rels/")
        of = folder + name.removesuffix(".rels")
        root = etree.fromstring(parts.content.pop(part))
        for link in root:
            target = str(link.get("Target"))
            if link.get("TargetMode") != "External" and not target.startswith("#"):
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                base = posixpath.dirname(renamed(of)) or "."
                link.set("Target", posixpath.relpath(renamed(target), base))
        base, _, name = renamed(of).rpartition("/")
        links[f"{base}/_rels/{name}.rels".lstrip("/")] = root
    parts.content = {renamed(part): content for part, content in parts.content.items()}
    parts.content |= {part: etree.tostring(root, encoding="UTF-8", standalone=True) for part, root in links.items()}
    with parts.edited("[Content_Types].xml") as types:
        for one in types:
            if one.get("PartName"):
                one.set("PartName", "/" + renamed(str(one.get("PartName")).lstrip("/")))


def _saved_elsewhere(parts: Parts) -> None:
    """Has another program load and save the file, with what it knows of it."""
    about = parts.content["docProps/core.xml"]  # without the time of saving
    with NamedTemporaryFile(suffix=".xlsx") as file:
        path = Path(file.name)
        parts.save(path)
        book = openpyxl.load_workbook(path)
        book["Positions"]["M5"] = "mine"
        book.save(path)
        parts.content = Parts(path).content | {"docProps/core.xml": about}


FEATURES = [
    Feature("as Excel writes", operate=_as_excel_writes),
    Feature("prefixed namespaces", operate=_prefixed),
    Feature("other part names", operate=_renamed_parts),
    Feature("absolute targets", operate=_absolute),
    Feature("attributes in another order", operate=_otherwise_ordered),
    Feature("indented", operate=_indented),
    Feature("less said", operate=_less_said),
    Feature("another encoding", operate=_encoded),
    Feature("marks of order", operate=_marked),
    Feature("names on other tabs", operate=_names_elsewhere),
    Feature("folders in the archive", operate=_with_folders),
    Feature("saved by another program", operate=_saved_elsewhere),
]
