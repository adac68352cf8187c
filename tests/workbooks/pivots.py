"""What people draw from cells, and bring into a workbook: pivots, slicers, timelines, queries, a data model."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime

from lxml import etree
from xlsxwriter.workbook import Workbook

from .cells import ours, own_tab
from .parts import EXCEL, HEAD, MAIN, MICROSOFT, OFFICE, Feature, Parts, anchor, declared, part_xml
from .small_layout import MONDAY, UNITS_BEFORE

Values = Sequence[str | float | datetime | None]

SPREADSHEET = f"{OFFICE}.spreadsheetml"
CACHE_ID = {"ours": 71, "own": 72}  # by which slicers and timelines name a pivot's cache


def _of_ours() -> Mapping[str, Values]:
    """The columns of Positions as a pivot's cache remembers them."""
    units = list(UNITS_BEFORE.values())
    return {
        "Tenth": [one / 10 for one in units],
        "SKU": list(UNITS_BEFORE),
        "Title": [f"Title of <{sku}>" for sku in UNITS_BEFORE],
        "Order?": ["HOLD" if one > 100 else "GO" for one in units],
        "Units": units,
        "Twice": [one * 2 for one in units],
        "As Of": [MONDAY] * len(units),
        "Status": ["NEW", *[None] * 5],
        "Note": [None, "late", *[None] * 4],
    }


def _of_own() -> Mapping[str, Values]:
    days = [datetime(2026, 10, day) for day in (1, 2, 3)]
    return {"Day": days, "Region": ["North", "South", "North"], "Sold": [5, 8, 13]}


def _distinct(values: Values) -> Values:
    return list(dict.fromkeys(values))


def _item(value: str | float | datetime | None) -> str:
    if value is None:
        return "<m/>"
    if isinstance(value, datetime):
        return f'<d v="{value.isoformat()}"/>'
    text = str(value).replace("&", "&amp;").replace("<", "&lt;")
    return f'<{"s" if isinstance(value, str) else "n"} v="{text}"/>'


def _field(name: str, values: Values) -> str:
    distinct = _distinct(values)
    about = f'count="{len(distinct)}"'
    items = "".join(map(_item, distinct))
    if isinstance(distinct[0], datetime):
        bounds = f'minDate="{min(distinct).isoformat()}" maxDate="{datetime(2026, 10, 7).isoformat()}"'
        about += f' containsSemiMixedTypes="0" containsNonDate="0" containsDate="1" containsString="0" {bounds}'
    elif isinstance(distinct[0], (int, float)):
        kind = 'containsInteger="1" ' if all(isinstance(one, int) for one in distinct) else ""
        bounds = f'minValue="{min(distinct)}" maxValue="{max(distinct)}"'
        about = f'containsSemiMixedTypes="0" containsString="0" containsNumber="1" {kind}{bounds}'
        items = ""
    elif None in distinct:
        about += ' containsBlank="1"'
    return f'<cacheField name="{name}" numFmtId="0"><sharedItems {about}>{items}</sharedItems></cacheField>'


def _cache(parts: Parts, number: int, cache_id: int, source: str, columns: Mapping[str, Values]) -> str:
    """A pivot's cache with its records; gives its part."""
    part = f"xl/pivotCache/pivotCacheDefinition{number}.xml"
    rows = list(zip(*columns.values(), strict=True))
    distinct = [_distinct(values) for values in columns.values()]
    records = "".join(
        "<r>"
        + "".join(
            _item(value) if isinstance(value, (int, float)) else f'<x v="{distinct[at].index(value)}"/>'
            for at, value in enumerate(row)
        )
        + "</r>"
        for row in rows
    )
    records_part = f"xl/pivotCache/pivotCacheRecords{number}.xml"
    parts.add(part, "", f"{SPREADSHEET}.pivotCacheDefinition+xml")
    parts.add(
        records_part,
        part_xml("pivotCacheRecords", records, "", "r", more=f'count="{len(rows)}"'),
        f"{SPREADSHEET}.pivotCacheRecords+xml",
    )
    link = parts.relate(part, "pivotCacheRecords", records_part)
    fields = "".join(_field(name, values) for name, values in columns.items())
    parts.content[part] = part_xml(
        "pivotCacheDefinition",
        f'<cacheSource type="worksheet"><worksheetSource {source}/></cacheSource>'
        f'<cacheFields count="{len(columns)}">{fields}</cacheFields><extLst>'
        f'<ext uri="{{725AE2AE-9491-48be-B2B4-4EB974FC3084}}" {declared("x14")}>'
        f'<x14:pivotCacheDefinition pivotCacheId="{cache_id}"/></ext></extLst>',
        "",
        "r",
        more=f'r:id="{link}" refreshedBy="A Buyer" refreshedDate="46300.5" createdVersion="6" refreshedVersion="6" '
        f'minRefreshableVersion="3" recordCount="{len(rows)}"',
    ).encode()
    return part


def _pivot(
    parts: Parts, number: int, tab: str, name: str, place: str, cache: str, columns: Mapping[str, Values], axis: str,
    summed: str,
) -> None:  # fmt: skip
    """A pivot table: sums of one column by the values of another."""
    headers = list(columns)
    many = len(_distinct(columns[axis]))
    fields = []
    for header in headers:
        if header == axis:
            items = "".join(f'<item x="{at}"/>' for at in range(many)) + '<item t="default"/>'
            fields.append(
                f'<pivotField axis="axisRow" showAll="0"><items count="{many + 1}">{items}</items></pivotField>'
            )
        else:
            fields.append(
                f'<pivotField {"dataField=" + chr(34) + "1" + chr(34) if header == summed else ""} showAll="0"/>'
            )
    rows = "".join(f'<i><x v="{at}"/></i>' for at in range(many)) + '<i t="grand"><x/></i>'
    body = (
        f'<location ref="{place}" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        f'<pivotFields count="{len(headers)}">{"".join(fields)}</pivotFields>'
        f'<rowFields count="1"><field x="{headers.index(axis)}"/></rowFields>'
        f'<rowItems count="{many + 1}">{rows}</rowItems><colItems count="1"><i/></colItems>'
        f'<dataFields count="1"><dataField name="Sum of {summed}" fld="{headers.index(summed)}" baseField="0" '
        'baseItem="0"/></dataFields><pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" '
        'showColHeaders="1" showRowStripes="0" showColStripes="0" showLastColumn="1"/>'
    )
    part = f"xl/pivotTables/pivotTable{number}.xml"
    more = (
        f'name="{name}" cacheId="{number}" applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" '
        'applyPatternFormats="0" applyAlignmentFormats="0" applyWidthHeightFormats="1" dataCaption="Values" '
        'updatedVersion="6" minRefreshableVersion="3" useAutoFormatting="1" itemPrintTitles="1" createdVersion="6" '
        'indent="0" outline="1" outlineData="1" multipleFieldFilters="0"'
    )
    parts.add(part, part_xml("pivotTableDefinition", body, "", more=more), f"{SPREADSHEET}.pivotTable+xml")
    parts.relate(part, "pivotCacheDefinition", cache)
    parts.relate(parts.sheet(tab), "pivotTable", part)


def _pivots_cells(workbook: Workbook) -> None:
    """What the two pivots show: one on a tab of ours, of our table; one on a tab of one's own, of its cells."""
    shown = [["Row Labels", "Sum of Units"], ["HOLD", 420], ["GO", 62], ["Grand Total", 482]]
    other = [["Row Labels", "Sum of Sold"], ["North", 18], ["South", 8], ["Grand Total", 26]]
    for sheet, rows in ((ours(workbook), shown), (own_tab(workbook), other)):
        for row, cells in enumerate(rows, 14):
            sheet.write_row(row, 12, cells)


def _pivots(parts: Parts) -> None:
    sources = {"ours": 'name="Positions"', "own": 'ref="A1:C4" sheet="My Own"'}
    about = (
        ("ours", "Positions", "Our Pivot", _of_ours(), "Order?", "Units"),
        ("own", "My Own", "My Pivot", _of_own(), "Region", "Sold"),
    )
    caches = ""
    for number, (which, tab, name, columns, axis, summed) in enumerate(about, 1):
        cache = _cache(parts, number, CACHE_ID[which], sources[which], columns)
        _pivot(parts, number, tab, name, "M15:N18", cache, columns, axis, summed)
        link = parts.relate("xl/workbook.xml", "pivotCacheDefinition", cache)
        caches += f'<pivotCache cacheId="{number}" r:id="{link}"/>'
    parts.insert("xl/workbook.xml", f"<pivotCaches>{caches}</pivotCaches>")


def _framed(name: str, uri: str, prefix: str, tag: str, needs: str, number: int) -> str:
    """A slicer or timeline in a drawing, and the box that programs show which know no such thing."""
    frame = (
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{number}" name="{name}"/>'
        '<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f'<a:graphic><a:graphicData uri="{uri}"><{prefix}:{tag} xmlns:{prefix}="{uri}" name="{name}"/></a:graphicData>'
        "</a:graphic></xdr:graphicFrame>"
    )
    box = (
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number + 100}" name=""/><xdr:cNvSpPr/></xdr:nvSpPr>'
        '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom>"
        "</xdr:spPr></xdr:sp>"
    )
    choice = f'<mc:Choice {needs} Requires="{needs.split(":")[1].split("=")[0]}">{frame}</mc:Choice>'
    return f"<mc:AlternateContent {declared('mc')}>{choice}<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"


SLICER = f"{MICROSOFT}/drawing/2010/slicer"
TIMELINE = f"{MICROSOFT}/drawing/2012/timeslicer"


def _slicer(parts: Parts, number: int, tab: str, name: str, cache_body: str, needs: str) -> tuple[str, str]:
    """A slicer with its cache; gives the ids of the links to it, of the tab and of the workbook."""
    sheet, cache = parts.sheet(tab), f"Slicer_{name}"
    shown = f'<slicer name="{name}" cache="{cache}" caption="{name}" rowHeight="241300"/>'
    namespace = f'xmlns="{MICROSOFT}/spreadsheetml/2009/9/main"'
    part, cache_part = f"xl/slicers/slicer{number}.xml", f"xl/slicerCaches/slicerCache{number}.xml"
    parts.add(part, part_xml("slicers", shown, more=namespace), f"{EXCEL}.slicer+xml")
    parts.add(cache_part, cache_body.replace("<slicerCacheDefinition", f"<slicerCacheDefinition {namespace}"),
              f"{EXCEL}.slicerCache+xml")  # fmt: skip
    parts.draw(tab, anchor(20 + 8 * number, 12, _framed(name, SLICER, "sle", "slicer", needs, 80 + number)), "mc")
    kind = f"{MICROSOFT}/2007/relationships"
    return parts.relate(sheet, f"{kind}/slicer", part), parts.relate(
        "xl/workbook.xml", f"{kind}/slicerCache", cache_part
    )


def _slicers(parts: Parts) -> None:
    """One of our table, on our tab, and one of a pivot, on one's own."""
    with parts.edited(parts.table("Positions")) as root:
        number = root.get("id")
        column = next(one.get("id") for one in root.iter("{*}tableColumn") if one.get("name") == "Status")
    of_table = (
        f'{HEAD}<slicerCacheDefinition name="Slicer_Status" sourceName="Status"><extLst><x:ext xmlns:x="{MAIN}" '
        f'{declared("x15")} uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}"><x15:tableSlicerCache tableId="{number}" '
        f'column="{column}"/></x:ext></extLst></slicerCacheDefinition>'
    )
    needs = f'xmlns:sle15="{MICROSOFT}/drawing/2012/slicer"'
    shown, cached = _slicer(parts, 1, "Positions", "Status", of_table, needs)
    listed = '<x14:slicerList><x14:slicer r:id="{}"/></x14:slicerList>'
    parts.extend(parts.sheet("Positions"), "{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}", listed.format(shown), "x14")
    sheet_id = _sheet_id(parts, "My Own")
    of_pivot = (
        f'{HEAD}<slicerCacheDefinition name="Slicer_Region" sourceName="Region"><pivotTables><pivotTable '
        f'tabId="{sheet_id}" name="My Pivot"/></pivotTables><data><tabular pivotCacheId="{CACHE_ID["own"]}">'
        '<items count="2"><i x="0" s="1"/><i x="1" s="1"/></items></tabular></data></slicerCacheDefinition>'
    )
    shown, cached_too = _slicer(parts, 2, "My Own", "Region", of_pivot, declared("a14"))
    parts.extend(parts.sheet("My Own"), "{A8765BA9-456A-4dab-B4F3-ACF838C121DE}", listed.format(shown), "x14")
    parts.extend(
        "xl/workbook.xml",
        "{BBE1A952-AA13-448e-AADC-164F8A28A991}",
        f'<x14:slicerCaches><x14:slicerCache r:id="{cached_too}"/></x14:slicerCaches>',
        "x14",
    )
    parts.extend(
        "xl/workbook.xml",
        "{46BE6895-7355-4a93-B00E-2C351335B9C9}",
        f'<x15:slicerCaches {declared("x15")}><x14:slicerCache r:id="{cached}"/></x15:slicerCaches>',
        "x14",
    )


def _sheet_id(parts: Parts, tab: str) -> str:
    sheets = etree.fromstring(parts.content["xl/workbook.xml"]).iter("{*}sheet")
    return next(str(one.get("sheetId")) for one in sheets if one.get("name") == tab)


def _slicers_names(workbook: Workbook) -> None:
    for name in ("Slicer_Status", "Slicer_Region"):
        workbook.define_name(name, "=#N/A")


def _timelines(parts: Parts) -> None:
    namespace = f'xmlns="{MICROSOFT}/spreadsheetml/2010/11/main"'
    part, cache = "xl/timelines/timeline1.xml", "xl/timelineCaches/timelineCache1.xml"
    shown = (
        '<timeline name="Day" cache="NativeTimeline_Day" caption="Day" level="2" selectionLevel="2" '
        'scrollPosition="2026-10-01T00:00:00"/>'
    )
    parts.add(part, part_xml("timelines", shown, more=namespace), f"{EXCEL}.timeline+xml")
    state = (
        f'<pivotTables><pivotTable tabId="{_sheet_id(parts, "My Own")}" name="My Pivot"/></pivotTables>'
        f'<state minimalRefreshVersion="6" lastRefreshVersion="6" pivotCacheId="{CACHE_ID["own"]}" '
        'filterType="unknown"><bounds startDate="2026-01-01T00:00:00" endDate="2027-01-01T00:00:00"/></state>'
    )
    more = f'{namespace} name="NativeTimeline_Day" sourceName="Day"'
    parts.add(cache, part_xml("timelineCacheDefinition", state, more=more), f"{EXCEL}.timelineCache+xml")
    kind, sheet = f"{MICROSOFT}/2011/relationships", parts.sheet("Positions")
    link = parts.relate(sheet, f"{kind}/timeline", part)
    parts.extend(
        sheet, "{7E03D99C-DC04-49d9-9315-930204A7B6E9}",
        f'<x15:timelineRefs><x15:timelineRef r:id="{link}"/></x15:timelineRefs>', "x15",
    )  # fmt: skip
    link = parts.relate("xl/workbook.xml", f"{kind}/timelineCache", cache)
    parts.extend(
        "xl/workbook.xml", "{D0CA8CA8-9F24-4464-BF8E-62219DCF47F9}",
        f'<x15:timelineCacheRefs><x15:timelineCacheRef r:id="{link}"/></x15:timelineCacheRefs>', "x15",
    )  # fmt: skip
    needs = f'xmlns:tsle="{TIMELINE}"'
    parts.draw("Positions", anchor(50, 12, _framed("Day", TIMELINE, "tsle", "timeslicer", needs, 90)), "mc")


def _query_cells(workbook: Workbook) -> None:
    own_tab(workbook, "My Sales").add_table(
        "A1:C4", {"name": "Sales", "columns": [{"header": one} for one in _of_own()]}
    )


def _query(parts: Parts) -> None:
    """A query into a table of one's own, its connection, the query's text, and the workbook's data model."""
    sales = "Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=Sales;Extended Properties="
    connections = (
        '<connection id="1" keepAlive="1" name="Query - Sales" description="Sales" type="5" refreshedVersion="6" '
        f'background="1" saveData="1"><dbPr connection="{sales}" command="SELECT * FROM [Sales]"/></connection>'
        '<connection id="2" keepAlive="1" name="ThisWorkbookDataModel" description="Data Model" type="5" '
        'refreshedVersion="6" minRefreshableVersion="5" background="1"><dbPr connection="Data Model Connection" '
        f'command="Model" commandType="1"/><extLst><ext uri="{{DE250136-89BD-433C-8126-D09CA5730AF9}}" '
        f'{declared("x15")}><x15:connection id="" model="1"/></ext></extLst></connection>'
    )
    parts.add("xl/connections.xml", part_xml("connections", connections, ""), f"{SPREADSHEET}.connections+xml")
    parts.relate("xl/workbook.xml", "connections", "xl/connections.xml")
    fields = "".join(
        f'<queryTableField id="{at}" name="{one}" tableColumnId="{at}"/>' for at, one in enumerate(_of_own(), 1)
    )
    refresh = (
        f'<queryTableRefresh nextId="4"><queryTableFields count="3">{fields}</queryTableFields></queryTableRefresh>'
    )
    parts.add(
        "xl/queryTables/queryTable1.xml",
        part_xml("queryTable", refresh, "", more='name="Sales" connectionId="1" autoFormatId="16"'),
        f"{SPREADSHEET}.queryTable+xml",
    )
    table = parts.table("Sales")
    parts.relate(table, "queryTable", "xl/queryTables/queryTable1.xml")
    with parts.edited(table) as root:
        root.set("tableType", "queryTable")
        for column in root.iter("{*}tableColumn"):
            column.set("queryTableFieldId", str(column.get("id")))
    mashup = base64.b64encode(b"\0\0\0\0" + b"section Section1;" * 20).decode()
    text = f'<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{mashup}</DataMashup>'
    parts.add("customXml/item7.xml", text.encode("utf-16"))
    parts.relate("xl/workbook.xml", "customXml", "customXml/item7.xml")
    parts.add("xl/model/item.data", bytes(range(256)) * 16, f"{OFFICE}.model+data")
    parts.relate("xl/workbook.xml", f"{MICROSOFT}/2011/relationships/powerPivotData", "xl/model/item.data")
    parts.extend(
        "xl/workbook.xml", "{FCE2AD5D-F65C-4FA6-A056-5C36A1767C68}",
        '<x15:dataModel><x15:modelTables><x15:modelTable id="Sales_1" name="Sales" connection="Query - Sales"/>'
        "</x15:modelTables></x15:dataModel>", "x15",
    )  # fmt: skip


PIVOTS = Feature("pivots", _pivots_cells, _pivots)

FEATURES = [
    PIVOTS,
    Feature("slicers", _slicers_names, _slicers, needs=(PIVOTS,)),
    Feature(
        "timelines",
        lambda book: book.define_name("NativeTimeline_Day", "=#N/A"),
        _timelines,
        needs=(PIVOTS,),
    ),
    Feature("queries and data model", _query_cells, _query),
]
