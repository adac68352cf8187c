"""Everything that people put into workbooks and a refresh has to leave alone, and how to see that a file holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from tests.workbooks.parts import MICROSOFT, NAMES

from .corpus_reading import Package

_SPACES = {prefix or "s": space for prefix, space in NAMES.items()} | {
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "ax": f"{MICROSOFT}/2006/activeX",
    "rd": f"{MICROSOFT}/spreadsheetml/2017/richdata",
    "bag": f"{MICROSOFT}/spreadsheetml/2022/featurepropertybag",
    "xda": f"{MICROSOFT}/spreadsheetml/2017/dynamicarray",
    "tsle": f"{MICROSOFT}/drawing/2012/timeslicer",
    "sle": f"{MICROSOFT}/drawing/2010/slicer",
    "mash": "http://schemas.microsoft.com/DataMashup",
    "ui": f"{MICROSOFT}/2006/01/customui",
    "ui14": f"{MICROSOFT}/2009/07/customui",
    "p": "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "pr": "http://schemas.openxmlformats.org/package/2006/relationships",
    "mine": "urn:mine",
}
_SHEETS = r"xl/(worksheets/sheet|pages/p)\d+\.xml"
_NOTES = r"xl/(comments|said/what)\d+\.xml"
_DRAWINGS = r"xl/drawings/\w+\.xml"
_OLD_DRAWINGS = r"xl/drawings/\w+\.vml"


@dataclass(frozen=True)
class Seen:
    """Where something stands. part: as a pattern; what: an XPath that finds it there, None for a part of bytes."""

    part: str
    what: str | None = None

    def is_in(self, package: Package) -> bool:
        """Whether a file holds it."""
        parts = [one for one in package.names if re.fullmatch(self.part, one)]
        if self.what is None:
            return any(package.parts[one] for one in parts)
        # An XPath may give nodes, or say true or false.
        return any(bool(etree.XPath(self.what, namespaces=_SPACES)(package.tree(one))) for one in parts)


# What the corpus has to hold -> the feature that brings it, and all by which it is seen.
THINGS: Mapping[str, tuple[str, tuple[Seen, ...]]] = {
    "charts": (
        "charts",
        (
            Seen(r"xl/charts/chart\d\.xml", "//c:ser/c:val//c:pt"),
            Seen(r"xl/charts/style1\.xml"),
            Seen(r"xl/charts/colors1\.xml"),
            Seen(r"xl/chartsheets/sheet1\.xml"),
            Seen(_DRAWINGS, "//c:chart"),
        ),
    ),
    "images": ("images", (Seen(_DRAWINGS, "//xdr:pic//a:blip/@r:embed"), Seen(_SHEETS, "//s:picture"))),
    "shapes": (
        "shapes",
        (Seen(_DRAWINGS, "//xdr:grpSp/xdr:sp"), Seen(_DRAWINGS, "//xdr:cxnSp"), Seen(_DRAWINGS, "//xdr:txBody")),
    ),
    "form buttons": (
        "form buttons",
        (
            Seen(_OLD_DRAWINGS, "//xvml:ClientData[@ObjectType='Button']/xvml:FmlaMacro"),
            Seen(_OLD_DRAWINGS, "//xvml:ClientData[@ObjectType='Checkbox']"),
            Seen(_SHEETS, "//s:controls//s:control/s:controlPr"),
            Seen(r"xl/ctrlProps/ctrlProp1\.xml", "/x14:formControlPr"),
        ),
    ),
    "ActiveX": (
        "activex",
        (
            Seen(r"xl/activeX/activeX1\.xml", "/ax:ocx/@ax:classid"),
            Seen(r"xl/activeX/activeX1\.bin"),
            Seen(_SHEETS, "//s:controls//s:control"),
        ),
    ),
    "slicers": (
        "slicers",
        (
            Seen(r"xl/slicers/slicer[12]\.xml", "/x14:slicers/x14:slicer"),
            Seen(r"xl/slicerCaches/slicerCache1\.xml", "//x15:tableSlicerCache"),
            Seen(r"xl/slicerCaches/slicerCache2\.xml", "//x14:tabular"),
            Seen(_SHEETS, "//x14:slicerList/x14:slicer"),
            Seen(r"xl/workbook\.xml", "//x15:slicerCaches/x14:slicerCache"),
            Seen(_DRAWINGS, "//sle:slicer"),
        ),
    ),
    "timelines": (
        "timelines",
        (
            Seen(r"xl/timelines/timeline1\.xml", "/x15:timelines/x15:timeline"),
            Seen(r"xl/timelineCaches/timelineCache1\.xml", "//x15:state"),
            Seen(_SHEETS, "//x15:timelineRef"),
            Seen(r"xl/workbook\.xml", "//x15:timelineCacheRef"),
            Seen(_DRAWINGS, "//tsle:timeslicer"),
        ),
    ),
    "pivots with caches": (
        "pivots",
        (
            Seen(r"xl/pivotTables/pivotTable[12]\.xml", "//s:dataField"),
            Seen(r"xl/pivotCache/pivotCacheDefinition1\.xml", "//s:worksheetSource[@name='Positions']"),
            Seen(r"xl/pivotCache/pivotCacheRecords[12]\.xml", "//s:r/s:x"),
            Seen(r"xl/workbook\.xml", "//s:pivotCache"),
        ),
    ),
    "sparklines": ("sparklines", (Seen(_SHEETS, "//x14:sparklineGroup/x14:sparklines/x14:sparkline"),)),
    "x14 conditional formats": (
        "x14 conditional formats",
        (
            Seen(_SHEETS, "//x14:cfRule[@type='dataBar']"),
            Seen(_SHEETS, "//x14:cfRule[@type='iconSet' and @priority]//x14:cfIcon"),
            Seen(_SHEETS, "//s:cfRule/s:extLst//x14:id"),
        ),
    ),
    "data validation with extension lists": (
        "x14 validations",
        (Seen(_SHEETS, "//s:ext/x14:dataValidations/x14:dataValidation/xm:sqref"),),
    ),
    "threaded comments and persons": (
        "threaded comments",
        (
            Seen(r"xl/threadedComments/threadedComment[12]\.xml", "//tc:threadedComment[@parentId]"),
            Seen(r"xl/persons/person\.xml", "//tc:person"),
            Seen(_NOTES, "//s:author[starts-with(., 'tc=')]"),
        ),
    ),
    "legacy notes": (
        "notes",
        (
            Seen(_NOTES, "//s:comment[starts-with(., 'mine')]"),
            Seen(_OLD_DRAWINGS, "//xvml:ClientData[@ObjectType='Note']/xvml:Visible"),
        ),
    ),
    "rich text": ("rich text", (Seen(r"xl/sharedStrings\.xml", "//s:si/s:r/s:rPr"),)),
    "in-cell images": (
        "in-cell images",
        (Seen(_SHEETS, "//s:c[@vm]"), Seen(r"xl/richData/rdrichvalue\.xml", "//rd:rv"), Seen(r"xl/metadata\.xml")),
    ),
    "checkboxes": (
        "checkboxes",
        (
            Seen(r"xl/featurePropertyBag/featurePropertyBag\.xml", "//bag:bag[@type='Checkbox']"),
            Seen(r"xl/styles\.xml", "//s:xf//s:ext"),
            Seen(_SHEETS, "//s:c[@t='b']"),
        ),
    ),
    "dynamic-array formulas": (
        "dynamic arrays",
        (Seen(_SHEETS, "//s:c[@cm]/s:f[@t='array']"), Seen(r"xl/metadata\.xml", "//xda:dynamicArrayProperties")),
    ),
    "defined names": (
        "names",
        (
            Seen(r"xl/workbook\.xml", "//s:definedName[@name='my_units']"),
            Seen(r"xl/workbook\.xml", "//s:definedName[@name='my_local' and @localSheetId]"),
        ),
    ),
    "external links": (
        "external links",
        (
            Seen(r"xl/externalLinks/externalLink1\.xml", "//s:externalBook//s:cell"),
            Seen(r"xl/workbook\.xml", "//s:externalReference"),
            Seen(_SHEETS, "//s:f[starts-with(., '[1]')]"),
        ),
    ),
    "custom XML": (
        "custom xml",
        (Seen(r"customXml/item1\.xml", "/mine:mine"), Seen(r"customXml/itemProps1\.xml")),
    ),
    "Power Query connections": (
        "queries and data model",
        (
            Seen(r"xl/connections\.xml", "//s:connection/s:dbPr[contains(@connection, 'Mashup')]"),
            Seen(r"xl/queryTables/queryTable1\.xml", "//s:queryTableField"),
            Seen(r"customXml/item7\.xml", "/mash:DataMashup"),
        ),
    ),
    "a data model": (
        "queries and data model",
        (Seen(r"xl/model/item\.data"), Seen(r"xl/workbook\.xml", "//x15:dataModel//x15:modelTable")),
    ),
    "printer settings": (
        "printer settings",
        (Seen(r"xl/printerSettings/printerSettings[12]\.bin"), Seen(_SHEETS, "//s:pageSetup[@r:id]")),
    ),
    "protected ranges": (
        "protected ranges",
        (Seen(_SHEETS, "//s:protectedRange"), Seen(_SHEETS, "//s:sheetProtection")),
    ),
    "header images": (
        "header images",
        (Seen(_SHEETS, "//s:legacyDrawingHF"), Seen(_OLD_DRAWINGS, "//v:shape[@id='LH']/v:imagedata")),
    ),
    "VBA": (
        "macros",
        (Seen(r"xl/vbaProject\.bin"), Seen(r"xl/workbook\.xml", "//s:workbookPr[@codeName]")),
    ),
    "ribbon parts": (
        "ribbon",
        (
            Seen(r"customUI/customUI\.xml", "/ui:customUI"),
            Seen(r"customUI/customUI14\.xml", "/ui14:customUI"),
            Seen(r"_rels/\.rels", "//pr:Relationship[contains(@Type, 'ui/extensibility')]"),
        ),
    ),
    "custom document properties": ("document properties", (Seen(r"docProps/custom\.xml", "//p:property"),)),
    "prefixed namespaces": (
        "prefixed namespaces",
        (
            Seen(_SHEETS, "name(/*) = 'x:worksheet' and //s:c[name() = 'x:c']"),
            Seen(r"xl/tables/(table|list9)1\.xml", "name(/*) = 'x:table'"),
            Seen(r"xl/workbook\.xml", "name(/*) = 'x:workbook'"),
            Seen(r"xl/styles\.xml", "name(/*) = 'x:styleSheet'"),
        ),
    ),
    "absolute relationship targets": (
        "absolute targets",
        (
            Seen(r"xl/_rels/workbook\.xml\.rels", "//pr:Relationship[starts-with(@Target, '/xl/')]"),
            Seen(
                r"xl/(worksheets/_rels/sheet|pages/_rels/p)2\.xml\.rels",
                "//pr:Relationship[starts-with(@Target, '/xl/')]",
            ),
        ),
    ),
}
