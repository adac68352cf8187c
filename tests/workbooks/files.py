"""What belongs to a workbook as a file: names, links, macros, ribbon, properties; how it was computed last."""

from __future__ import annotations

from io import BytesIO

from xlsxwriter.workbook import Workbook

from .cells import ours, own_tab
from .objects import OLE
from .parts import HEAD, MAIN, MICROSOFT, NAMES, OFFICE, Feature, Parts, parsed, part_xml

# How such a project begins, and enough after it; only Excel looks further.
VBA = OLE + bytes(16) + bytes.fromhex("3e000300feff0900") + bytes(range(256)) * 12


def _names(workbook: Workbook) -> None:
    own_tab(workbook)
    workbook.define_name("my_units", "=Positions[Units]")
    workbook.define_name("my_cell", "='Daily Check'!$D$4")
    workbook.define_name("a_first_name", "=SUM('My Own'!$C$2:$C$4)*2")
    workbook.define_name("Positions!my_local", "=Positions!$M$5")
    workbook.define_name("'My Own'!my_local", "='My Own'!$A$1")
    ours(workbook).print_area("A1:N40")
    ours(workbook).repeat_columns("A:B")


def _external_links(workbook: Workbook) -> None:
    ours(workbook).write_formula("AG5", "=[1]Prices!$B$2*2", None, 14)
    own_tab(workbook).write_formula("E1", "=[1]Prices!$B$2", None, 7)


def _external_link(parts: Parts) -> None:
    part = "xl/externalLinks/externalLink1.xml"
    parts.add(part, "", f"{OFFICE}.spreadsheetml.externalLink+xml")
    path = f"{NAMES['r']}/externalLinkPath"
    link = parts.relate(part, path, "file:///C:/prices/Prices%202026.xlsx", external=True)
    body = (
        f'<externalBook r:id="{link}"><sheetNames><sheetName val="Prices"/></sheetNames><sheetDataSet>'
        '<sheetData sheetId="0"><row r="2"><cell r="B2"><v>7</v></cell></row></sheetData></sheetDataSet></externalBook>'
    )
    parts.content[part] = part_xml("externalLink", body, "", "r").encode()
    link = parts.relate("xl/workbook.xml", "externalLink", part)
    parts.insert("xl/workbook.xml", f'<externalReferences><externalReference r:id="{link}"/></externalReferences>')


def _custom_xml(parts: Parts) -> None:
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    parts.add("customXml/item1.xml", '<?xml version="1.0"?>\r\n<mine xmlns="urn:mine">  <a b="1"/>\r\n</mine>')
    parts.add(
        "customXml/itemProps1.xml",
        f'{HEAD}<ds:datastoreItem xmlns:ds="{schema}" ds:itemID="{{0A0B0C0D-0000-4000-8000-000000000001}}">'
        '<ds:schemaRefs><ds:schemaRef ds:uri="urn:mine"/></ds:schemaRefs></ds:datastoreItem>',
        f"{OFFICE}.customXmlProperties+xml",
    )
    parts.relate("customXml/item1.xml", "customXmlProps", "customXml/itemProps1.xml")
    parts.relate("xl/workbook.xml", "customXml", "customXml/item1.xml")


def _printer(parts: Parts) -> None:
    for number, tab in enumerate(("Positions", "My Own"), 1):
        sheet, part = parts.sheet(tab), f"xl/printerSettings/printerSettings{number}.bin"
        kind = f"{OFFICE}.spreadsheetml.printerSettings"
        parts.add(part, f"printer {number}".encode("utf-16-le") + bytes(200), kind)
        link = parts.relate(sheet, "printerSettings", part)
        with parts.edited(sheet) as root:
            setup = root.find("{*}pageSetup")
            if setup is None:
                setup = parsed("<pageSetup/>", "")
                root.find("{*}pageMargins").addnext(setup)
            setup.set(f"{{{NAMES['r']}}}id", link)


def _protected(workbook: Workbook) -> None:
    """Ranges that only some may edit, on a tab of ours that is not protected, and a protected tab of one's own."""
    ours(workbook).unprotect_range("M5:N9", "Mine")
    ours(workbook).unprotect_range("E5:E10", "Counts")
    own_tab(workbook).protect("secret", {"autofilter": True})


def _macros(workbook: Workbook) -> None:
    workbook.add_vba_project(BytesIO(VBA), is_stream=True)
    workbook.set_vba_name("ThisWorkbook")
    for at, sheet in enumerate(workbook.worksheets(), 1):
        sheet.set_vba_name(f"Sheet{at}")
    ours(workbook).insert_button("M12", {"macro": "Refresh", "caption": "Refresh"})


def _ribbon(parts: Parts) -> None:
    for year, kind, schema in (("2006", "2006", "2006/01"), ("2007", "2007", "2009/07")):
        part = f"customUI/customUI{'14' if year == '2007' else ''}.xml"
        tab = (
            '<tab id="mine" label="Mine"><group id="g" label="G"><button id="b" label="B" onAction="Go"/></group></tab>'
        )
        xml = f'{HEAD}<customUI xmlns="{MICROSOFT}/{schema}/customui"><ribbon><tabs>{tab}</tabs></ribbon></customUI>'
        parts.add(part, xml)
        parts.relate("", f"{MICROSOFT}/{kind}/relationships/ui/extensibility", part)


def _properties(workbook: Workbook) -> None:
    for name, value in (("Checked by", "A buyer"), ("Version", 7), ("Final", False)):
        workbook.set_custom_property(name, value)


def _chain(parts: Parts) -> None:
    """The order in which Excel computed the formulas last, and how it is asked to compute them."""
    with parts.edited("xl/workbook.xml") as root:
        del root.find(f"{{{MAIN}}}calcPr").attrib["fullCalcOnLoad"]
        root.find(f"{{{MAIN}}}calcPr").attrib.update({"calcMode": "manual", "iterate": "1", "iterateCount": "50"})
    cells = "".join(f'<c r="F{row}" i="2"/>' for row in range(5, 11))
    parts.add("xl/calcChain.xml", part_xml("calcChain", cells, ""), f"{OFFICE}.spreadsheetml.calcChain+xml")
    parts.relate("xl/workbook.xml", "calcChain", "xl/calcChain.xml")


def _watched(parts: Parts) -> None:
    """Scenarios, watched cells, page breaks, views of one's own."""
    sheet, view = parts.sheet("Positions"), "{0A0B0C0D-0000-4000-8000-000000000066}"
    parts.insert(
        "xl/workbook.xml",
        f'<customWorkbookViews><customWorkbookView name="Mine" guid="{view}" windowWidth="900" windowHeight="600" '
        'activeSheetId="1"/></customWorkbookViews>',
    )
    for xml in (
        '<scenarios current="0"><scenario name="Best" count="1" user="A Buyer"><inputCells r="M5" val="9"/></scenario>'
        "</scenarios>",
        f'<customSheetViews><customSheetView guid="{view}" scale="70" hiddenColumns="1"><selection activeCell="E6" '
        'sqref="E6"/></customSheetView></customSheetViews>',
        '<sheetCalcPr fullCalcOnLoad="1"/>',
        '<phoneticPr fontId="1" type="noConversion"/>',
        '<dataConsolidate function="average"><dataRefs count="1"><dataRef ref="A1:C4" sheet="My Own"/></dataRefs>'
        "</dataConsolidate>",
        '<rowBreaks count="1" manualBreakCount="1"><brk id="20" max="16383" man="1"/></rowBreaks>',
        '<colBreaks count="1" manualBreakCount="1"><brk id="9" max="1048575" man="1"/></colBreaks>',
        '<cellWatches><cellWatch r="E5"/></cellWatches>',
        f'<customProperties><customPr name="mine" r:id="{_custom_property(parts, sheet)}"/></customProperties>',
    ):
        parts.insert(sheet, xml)
    parts.extend(sheet, "{0A0B0C0D-9999-4000-8000-000000000001}", "", "x14")


def _custom_property(parts: Parts, sheet: str) -> str:
    parts.add("xl/customProperty1.bin", b"\x01\x02mine", f"{OFFICE}.spreadsheetml.customProperty")
    return parts.relate(sheet, "customProperty", "xl/customProperty1.bin")


def _other_tabs(workbook: Workbook) -> None:
    own_tab(workbook)
    own_tab(workbook, "My Hidden").hide()
    own_tab(workbook, "My Secret").very_hidden()
    ours(workbook, "Log").hide()
    ours(workbook, "Daily Check").activate()


def _tabs_moved(parts: Parts) -> None:
    """Tabs of one's own stand before and between ours, which are in another order."""
    with parts.edited("xl/workbook.xml") as root:
        tabs = root.find(f"{{{MAIN}}}sheets")
        were = list(tabs)
        tabs[:] = [were[at] for at in (5, 3, 1, 7, 0, 4, 2, 6)]
        for name in root.iter(f"{{{MAIN}}}definedName"):
            if name.get("localSheetId"):
                name.set("localSheetId", str(list(tabs).index(were[int(name.get("localSheetId"))])))
        root.find(f"{{{MAIN}}}workbookPr").set("filterPrivacy", "1")
        view = next(root.iter(f"{{{MAIN}}}workbookView"))
        view.set("activeTab", str(list(tabs).index(were[2])))


def _locked(parts: Parts) -> None:
    """Tabs cannot be added by hand, and programs advise to open the file for reading only."""
    for xml in ('<workbookProtection lockStructure="1"/>', '<fileSharing readOnlyRecommended="1"/>'):
        parts.insert("xl/workbook.xml", xml)


def _own_styles(parts: Parts) -> None:
    """Formats with names, a look for tables that ours wears, colours used last, slicers' looks."""
    part = "xl/styles.xml"
    with parts.edited(part) as root:
        named, listed, rules = (root.find(f"{{{MAIN}}}{one}") for one in ("cellStyleXfs", "cellStyles", "dxfs"))
        named.append(parsed('<xf numFmtId="9" fontId="0" fillId="0" borderId="0"/>', ""))
        listed.append(parsed(f'<cellStyle name="Mine" xfId="{len(named) - 1}"/>', ""))
        rules.append(parsed('<dxf><fill><patternFill><bgColor rgb="FF112233"/></patternFill></fill></dxf>', ""))
        for one in (named, listed, rules):
            one.set("count", str(len(one)))
        looks = root.find(f"{{{MAIN}}}tableStyles")
        header = f'<tableStyleElement type="headerRow" dxfId="{len(rules) - 1}"/>'
        looks.append(parsed(f'<tableStyle name="My Look" pivot="0" count="1">{header}</tableStyle>', ""))
        looks.set("count", str(len(looks)))
        looks.addnext(parsed('<colors><mruColors><color rgb="FF445566"/></mruColors></colors>', ""))
    parts.extend(
        part,
        "{EB79DEF2-80B8-43e5-95BD-54CBDDF9020C}",
        '<x14:slicerStyles defaultSlicerStyle="SlicerStyleLight1"/>',
        "x14",
    )
    with parts.edited(parts.table("Positions")) as root:
        root.find(f"{{{MAIN}}}tableStyleInfo").set("name", "My Look")


FEATURES = [
    Feature("names", _names),
    Feature("external links", _external_links, _external_link),
    Feature("custom xml", operate=_custom_xml),
    Feature("printer settings", own_tab, _printer),
    Feature("protected ranges", _protected),
    Feature("macros", _macros, suffix=".xlsm"),
    Feature("ribbon", operate=_ribbon),
    Feature("document properties", _properties),
    Feature("other tabs", _other_tabs, _tabs_moved),
    Feature("locked structure", operate=_locked),
    Feature("styles of one's own", operate=_own_styles),
    Feature("calculation chain", operate=_chain),
    Feature("scenarios and breaks", own_tab, _watched),
]
