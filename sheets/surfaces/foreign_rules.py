"""What else a tab and the workbook hold: colour rules, validations, protection, defined names, macros, connections."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from lxml import etree

from sheets.surfaces.finding import Finding
from sheets.surfaces.marks import COLUMNS, LOOK, OURS, TEXTS
from sheets.surfaces.package import Package, local, text_of
from sheets.tabs.layout import MARKER

# Parts of a tab that we write ourselves, that are looked at elsewhere, or whose loss takes nothing from the user:
# widths, sorting, filters, print set-up and what programs note for themselves.
_KNOWN: Final = frozenset(
    {
        "sheetPr",  # the tab's colour, and whether it is filtered
        "dimension",
        "sheetViews",  # zoom, panes, the selected cell
        "sheetFormatPr",
        "cols",  # widths
        "sheetCalcPr",
        "autoFilter",  # filters
        "sortState",
        "mergeCells",  # of empty cells; what others hold is found as a cell
        "phoneticPr",
        "hyperlinks",  # by the cell they are on
        "printOptions",
        "pageMargins",
        "pageSetup",
        "headerFooter",  # print set-up
        "rowBreaks",  # print set-up
        "colBreaks",
        "ignoredErrors",  # green corners that somebody dismissed
        "cellWatches",  # the watch window
        "smartTags",
        "drawing",  # by what it links to
        "legacyDrawing",
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "tableParts",  # by name
    }
)
_NAMED: Final = {
    "sheetProtection": "protection of your own",
    "protectedRanges": "ranges that only some may edit",
    "scenarios": "scenarios of your own",
    "customSheetViews": "views of your own",
    "customWorkbookViews": "views of your own",
    "workbookProtection": "protection of the workbook's structure",
    "fileSharing": "a password against changes",
    "sparklineGroups": "sparklines",
    "controls": "a button or control",
    "dataConsolidate": "a consolidation of your own",
}
_KNOWN_BOOK: Final = frozenset(
    {
        "fileVersion",
        "workbookPr",
        "bookViews",
        "sheets",
        "definedNames",
        "calcPr",
        "extLst",
        "AlternateContent",
        "revisionPtr",
        "fileRecoveryPr",
        "externalReferences",
        "pivotCaches",
    }
)
# Programs' own names: filters, print areas and titles, functions newer than the file, slicers' caches.
_PROGRAMS_NAMES: Final = ("_xlnm.", "_xlfn", "_xlws", "_xlpm", "_xleta", "Slicer_", "NativeTimeline_")
# Extensions' parts that repeat what is looked at elsewhere, or hold nothing of the user's.
_KNOWN_EXTENSIONS: Final = frozenset({"conditionalFormattings", "dataValidations", "slicerList", "timelineRefs", ""})


def rules(tab: str, rest: Collection[etree._Element]) -> Iterator[Finding]:
    """Colour rules and validations that are not ours, and every other part of a tab that we do not know."""
    found: dict[Finding, None] = {}
    for element in rest:
        kind = local(element)
        if kind in {"conditionalFormatting", "dataValidations", "extLst", "AlternateContent"}:
            found.update(dict.fromkeys(_inside(tab, element, kind)))
        elif kind not in _KNOWN and not _says_nothing(element):
            found[Finding(tab, _NAMED.get(kind, f"something unknown to us ({kind})"))] = None
    yield from found


def _inside(tab: str, element: etree._Element, kind: str) -> Iterator[Finding]:
    for rule in element.iter("{*}cfRule"):
        formulas = "".join(text_of(formula) for formula in rule.iter("{*}formula", "{*}f"))
        if MARKER not in formulas:
            yield Finding(_on(tab, rule.getparent()), "a conditional format of your own")
    for rule in element.iter("{*}dataValidation"):
        if rule.get("errorTitle") != OURS:
            yield Finding(_on(tab, rule), "a validation of your own")
    if kind == "extLst":
        for extension in element:
            for part in extension:
                if local(part) not in _KNOWN_EXTENSIONS:
                    yield Finding(tab, _NAMED.get(local(part), f"something unknown to us ({local(part)})"))
    if kind == "AlternateContent":
        yield Finding(tab, "a button or control" if element.find(".//{*}control") is not None else "an embedded object")


def _says_nothing(element: etree._Element) -> bool:
    """LibreOffice writes an element for protection also where there is none."""
    return len(element) == 0 and all(value in {"0", "false"} for value in element.attrib.values())


def _on(tab: str, element: etree._Element | None) -> str:
    """The tab and the first cells that an element is about."""
    cells = "" if element is None else element.get("sqref") or element.findtext("{*}sqref") or ""
    return f"{tab}!{cells.split()[0]}" if cells.split() else tab


def names(package: Package, ours: Collection[str], tabs: Collection[int]) -> Iterator[Finding]:
    """Defined names that are not ours. tabs: our tabs' places; a name of another tab goes with that tab."""
    for name in package.tree(package.book).iterfind("{*}definedNames/{*}definedName"):
        said = str(name.get("name"))
        tab = name.get("localSheetId")
        if said in ours or said.startswith((TEXTS, COLUMNS, LOOK, *_PROGRAMS_NAMES)):
            continue
        if tab is None or int(tab) in tabs:
            yield Finding("", f"the name {said} of your own ({name.text})")


# What the workbook or the file as a whole links to. An empty text: nothing of the user's.
_LINKED: Final = {
    "worksheet": "",
    "chartsheet": "",  # a tab that is not ours
    "dialogsheet": "",
    "xlMacrosheet": "",
    "styles": "",
    "theme": "",
    "sharedStrings": "",
    "calcChain": "",
    "sheetMetadata": "",  # which formulas may spill; of our own none do
    "person": "",  # who wrote comments; the comments are found on their tabs
    "pivotCacheDefinition": "",  # the pivot table is found on its tab
    "slicerCache": "",
    "timelineCache": "",
    "volatileDependencies": "",
    "officeDocument": "",
    "core-properties": "",
    "metadata/core-properties": "",
    "extended-properties": "",
    "thumbnail": "",
    "externalLink": "a link to another workbook",
    "connections": "a data connection (Power Query or a database)",
    "customXml": "custom XML of your own",
    "vbaProject": "macros",
    "powerPivotData": "a data model (Power Pivot)",
    "extensibility": "a ribbon of your own",
    "origin": "a digital signature",
    "classificationlabels": "a sensitivity label",
    "featurePropertyBag": "checkboxes in cells",
}


def whole(package: Package) -> Iterator[Finding]:
    """What belongs to no tab."""
    for relation in [*package.relations(""), *package.relations(package.book)]:
        if relation.kind == "custom-properties":
            if relation.target in package.parts and len(package.tree(relation.target)):
                yield Finding("", "document properties of your own")
            continue
        said = _LINKED.get(relation.kind, f"something unknown to us ({relation.kind})")
        if said:
            yield Finding("", said)
    for element in package.tree(package.book):
        if local(element) and local(element) not in _KNOWN_BOOK and not _says_nothing(element):
            yield Finding("", _NAMED.get(local(element), f"something unknown to us ({local(element)})"))
