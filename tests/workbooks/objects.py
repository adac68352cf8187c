"""What people lay over the cells of a workbook: charts, pictures, shapes, buttons, controls, comments."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from xlsxwriter.workbook import Workbook

from .cells import ours, own_tab
from .parts import EXCEL, MAIN, MICROSOFT, NAMES, OFFICE, Feature, Parts, anchor, declared, parsed, part_xml

OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # how every file of that kind begins


def picture(red: int, green: int, blue: int, size: int = 16) -> BytesIO:
    """A square PNG of one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress((b"\0" + bytes((red, green, blue)) * size) * size)
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def _charts(workbook: Workbook) -> None:
    """On a tab of ours, on a tab of one's own, and as a tab; of our cells and of one's own."""
    own = own_tab(workbook)
    for sheet, kind in ((ours(workbook), "column"), (own, "line"), (workbook.add_chartsheet("My Chart"), "pie")):
        chart = workbook.add_chart({"type": kind})
        chart.add_series(
            {
                "name": "=Positions!$E$4",
                "categories": "=Positions!$B$5:$B$10",
                "values": "=Positions!$E$5:$E$10",
                "data_labels": {"value": True},
                **({"trendline": {"type": "linear"}} if kind == "line" else {}),
            }
        )
        chart.set_title({"name": "Units"})
        if kind == "pie":
            sheet.set_chart(chart)
        else:
            sheet.insert_chart("M12", chart)


def _chart_styles(parts: Parts) -> None:
    """The style and the colours that Excel keeps beside each of its charts."""
    style, colours = "xl/charts/style1.xml", "xl/charts/colors1.xml"
    namespace = f'xmlns:cs="{MICROSOFT}/drawing/2012/chartStyle"'
    scheme = "".join(f'<a:schemeClr val="accent{at}"/>' for at in range(1, 7))
    parts.add(
        colours,
        part_xml("cs:colorStyle", f"{scheme}<cs:variation/>", "a", more=f'{namespace} meth="cycle" id="10"'),
        f"{EXCEL.replace('excel', 'office')}.chartcolorstyle+xml",
    )
    entry = '<cs:{0}><cs:lnRef idx="0"/><cs:fillRef idx="0"/><cs:effectRef idx="0"/><cs:fontRef idx="minor"/></cs:{0}>'
    names = [
        "axisTitle",
        "categoryAxis",
        "chartArea",
        "dataLabel",
        "dataLabelCallout",
        "dataPoint",
        "dataPoint3D",
        "dataPointLine",
        "dataPointMarker",
        "dataPointMarkerLayout",
        "dataPointWireframe",
        "dataTable",
        "downBar",
        "dropLine",
        "errorBar",
        "floor",
        "gridlineMajor",
        "gridlineMinor",
        "hiLoLine",
        "leaderLine",
        "legend",
        "plotArea",
        "plotArea3D",
        "seriesAxis",
        "seriesLine",
        "title",
        "trendline",
        "trendlineLabel",
        "upBar",
        "valueAxis",
        "wall",
    ]
    body = "".join(
        '<cs:dataPointMarkerLayout symbol="circle" size="5"/>' if name.endswith("Layout") else entry.format(name)
        for name in names
    )
    parts.add(
        style,
        part_xml("cs:chartStyle", body, "a", more=f'{namespace} id="201"'),
        f"{EXCEL.replace('excel', 'office')}.chartstyle+xml",
    )
    for kind, part in (("chartStyle", style), ("chartColorStyle", colours)):
        parts.relate("xl/charts/chart1.xml", f"{MICROSOFT}/2011/relationships/{kind}", part)


def _pictures(workbook: Workbook) -> None:
    for tab, sheet in (("ours", ours(workbook)), ("own", own_tab(workbook))):
        sheet.insert_image(
            "M12",
            f"{tab}.png",
            {"image_data": picture(200, 30, 30), "description": tab, "url": "internal:'Daily Check'!A1"},
        )
    ours(workbook, "Start").insert_image("F3", "logo.png", {"image_data": picture(30, 30, 200)})
    ours(workbook, "Log").set_background(picture(255, 250, 240))
    own_tab(workbook).set_background(picture(240, 240, 255))


def _shapes(workbook: Workbook) -> None:
    ours(workbook).insert_textbox("M12", "a box of mine", {"fill": {"color": "#FFEEAA"}})
    ours(workbook).insert_textbox("M20", "", {"textlink": "=Positions!$E$5"})


def _grouped_shapes(parts: Parts) -> None:
    """An arrow and two shapes that are grouped."""
    place = '<a:xfrm><a:off x="0" y="0"/><a:ext cx="100000" cy="100000"/></a:xfrm>'
    form = '<xdr:spPr>{}<a:prstGeom prst="{}"><a:avLst/></a:prstGeom></xdr:spPr>'

    def shape(number: int) -> str:
        about = f'<xdr:nvSpPr><xdr:cNvPr id="{number}" name="Shape {number}"/><xdr:cNvSpPr/></xdr:nvSpPr>'
        return f'<xdr:sp macro="" textlink="">{about}{form.format(place, "ellipse")}</xdr:sp>'

    group = (
        '<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id="50" name="Group"/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr>'
        f'{place.replace("</a:xfrm>", "")}<a:chOff x="0" y="0"/><a:chExt cx="100000" cy="100000"/></a:xfrm>'
        f"</xdr:grpSpPr>{shape(51)}{shape(52)}</xdr:grpSp>"
    )
    arrow = (
        '<xdr:cxnSp macro=""><xdr:nvCxnSpPr><xdr:cNvPr id="60" name="Arrow"/><xdr:cNvCxnSpPr/></xdr:nvCxnSpPr>'
        f"{form.format(place, 'straightConnector1')}</xdr:cxnSp>"
    )
    for row, drawn in ((30, group), (36, arrow)):
        parts.draw("Positions", anchor(row, 12, drawn))


def _buttons(workbook: Workbook) -> None:
    ours(workbook).insert_button("M12", {"macro": "Refresh", "caption": "Refresh", "width": 90, "height": 30})
    own_tab(workbook).insert_button("F2", {"macro": "Mine", "caption": "Mine"})


def _anchored(row: int) -> str:
    """A control's place over cells, as the sheet says it."""
    place = anchor(row, 12, "").replace("<xdr:clientData/>", "").replace("xdr:twoCellAnchor", "anchor")
    for tag in ("from", "to"):
        place = place.replace(f"xdr:{tag}>", f"{tag}>")
    return place.replace("<anchor>", '<anchor moveWithCells="1">')


def _control(parts: Parts, row: int, number: int, relation: str, drawn: str, shape: str, name: str) -> None:
    """A control on Positions: its line in the sheet, its shape in the old drawing beside our notes."""
    sheet = parts.sheet("Positions")
    kind = "controlPr" if drawn == "" else f'controlPr r:id="{drawn}"'
    line = (
        f'<mc:AlternateContent {declared("mc")}><mc:Choice {declared("x14")} Requires="x14">'
        f'<control shapeId="{number}" r:id="{relation}" name="{name}"><{kind} defaultSize="0" autoPict="0">'
        f"{_anchored(row)}</controlPr></control></mc:Choice></mc:AlternateContent>"
    )
    if "<controls>" not in parts.text(sheet):
        around = (
            f'<mc:AlternateContent {declared("mc")}><mc:Choice {declared("x14")} Requires="x14"><controls/>'
            "</mc:Choice></mc:AlternateContent>"
        )
        parts.insert(sheet, around, "mc", "x14", "xdr")
    with parts.edited(sheet) as root:
        next(root.iter("{*}controls")).append(parsed(line, "", "r", "mc", "x14", "xdr"))
    drawing = parts.old_drawing("Positions")
    text = parts.text(drawing).rstrip()
    parts.content[drawing] = text.replace("</xml>", f"{shape}</xml>").encode()


def _form_control(parts: Parts) -> None:
    """A check box of the kind that Excel calls a form control."""
    sheet, part = parts.sheet("Positions"), "xl/ctrlProps/ctrlProp1.xml"
    parts.add(
        part,
        part_xml("formControlPr", "", more=f'xmlns="{MICROSOFT}/spreadsheetml/2009/9/main" objectType="CheckBox" '
                 'fmlaLink="$P$20" lockText="1" noThreeD="1"'),
        f"{EXCEL}.controlproperties+xml",
    )  # fmt: skip
    shape = (
        '<v:shape id="_x0000_s1999" type="#_x0000_t201" style="position:absolute;margin-left:500pt;margin-top:600pt;'
        'width:80pt;height:18pt;z-index:9" filled="f" stroked="f" o:insetmode="auto"><v:textbox><div>Check Box</div>'
        '</v:textbox><x:ClientData ObjectType="Checkbox"><x:SizeWithCells/><x:Anchor>12, 0, 30, 0, 15, 0, 36, 0'
        "</x:Anchor><x:AutoFill>False</x:AutoFill><x:FmlaLink>$P$20</x:FmlaLink><x:NoThreeD/></x:ClientData></v:shape>"
    )
    _control(parts, 30, 1999, parts.relate(sheet, "ctrlProp", part), "", shape, "Check Box 1")


def _activex(parts: Parts) -> None:
    """A command button of ActiveX, with what it remembers in a file of its own."""
    sheet, part = parts.sheet("Positions"), "xl/activeX/activeX1.xml"
    parts.add(
        "xl/activeX/activeX1.bin", OLE + bytes(range(248)), f"{EXCEL}.activeX".replace("vnd.ms-excel", "vnd.ms-office")
    )
    binary = f"{MICROSOFT}/2006/relationships/activeXControlBinary"
    parts.add(part, "", f"{EXCEL}.activeX+xml".replace("vnd.ms-excel", "vnd.ms-office"))
    link = parts.relate(part, binary, "xl/activeX/activeX1.bin")
    parts.content[part] = part_xml(
        "ax:ocx", "", "r",
        more=f'xmlns:ax="{MICROSOFT}/2006/activeX" ax:classid="{{D7053240-CE69-11CD-A777-00DD01143C57}}" '
        f'ax:persistence="persistStreamInit" r:id="{link}"',
    ).encode()  # fmt: skip
    parts.ending("png", "image/png")
    parts.add("xl/media/control1.png", picture(180, 180, 180).getvalue())
    in_shape = parts.relate(parts.old_drawing("Positions"), "image", "xl/media/control1.png")
    shape = (
        '<v:shape id="_x0000_s1998" type="#_x0000_t201" style="position:absolute;margin-left:500pt;margin-top:600pt;'
        f'width:80pt;height:18pt;z-index:8"><v:imagedata o:relid="{in_shape}" o:title=""/><x:ClientData '
        'ObjectType="Pict"><x:SizeWithCells/><x:Anchor>12, 0, 40, 0, 15, 0, 46, 0</x:Anchor><x:CF>Pict</x:CF>'
        "<x:AutoPict/></x:ClientData></v:shape>"
    )
    drawn = parts.relate(sheet, "image", "xl/media/control1.png")
    _control(parts, 40, 1998, parts.relate(sheet, "control", part), drawn, shape, "CommandButton1")


def _embedded(parts: Parts) -> None:
    """A file that is embedded as an object, with the picture that stands for it."""
    sheet, part = parts.sheet("Positions"), "xl/embeddings/oleObject1.bin"
    parts.add(part, OLE + bytes(range(248)), f"{OFFICE}.oleObject")
    parts.ending("png", "image/png")
    parts.add("xl/media/object1.png", picture(90, 90, 180).getvalue())
    object_, shown = parts.relate(sheet, "oleObject", part), parts.relate(sheet, "image", "xl/media/object1.png")
    drawing = parts.old_drawing("Positions")
    in_shape = parts.relate(drawing, "image", "xl/media/object1.png")
    plain = f'<oleObject progId="Package" shapeId="1997" r:id="{object_}"'
    about = f'<objectPr defaultSize="0" r:id="{shown}">{_anchored(50)}</objectPr>'
    listed = (
        f'<oleObjects><mc:AlternateContent {declared("mc")}><mc:Choice {declared("x14")} Requires="x14">'
        f"{plain}>{about}</oleObject></mc:Choice><mc:Fallback>{plain}/></mc:Fallback></mc:AlternateContent></oleObjects>"
    )
    parts.insert(sheet, listed, "mc", "xdr")
    shape = (
        '<v:shape id="_x0000_s1997" type="#_x0000_t75" style="position:absolute;margin-left:500pt;margin-top:700pt;'
        f'width:40pt;height:40pt;z-index:7"><v:imagedata o:relid="{in_shape}" o:title=""/><x:ClientData '
        'ObjectType="Pict"><x:SizeWithCells/><x:Anchor>12, 0, 50, 0, 15, 0, 56, 0</x:Anchor><x:CF>Pict</x:CF>'
        "<x:AutoPict/></x:ClientData></v:shape>"
    )
    parts.content[drawing] = parts.text(drawing).rstrip().replace("</xml>", f"{shape}</xml>").encode()


def _header_pictures(workbook: Workbook) -> None:
    for sheet in (ours(workbook), ours(workbook, "Daily Check"), own_tab(workbook)):
        sheet.set_header("&L&G&RMine", {"image_left": "header.png", "image_data_left": picture(10, 120, 10)})


def _checkboxes(workbook: Workbook) -> None:
    for sheet in (ours(workbook), own_tab(workbook)):
        sheet.insert_checkbox("AH5", True)
        sheet.insert_checkbox("AH6", False)
    ours(workbook).insert_checkbox("H7", True)


def _pictures_in_cells(workbook: Workbook) -> None:
    for place, colour in (("AI5", (1, 2, 3)), ("AI6", (4, 5, 6)), ("H8", (7, 8, 9))):
        ours(workbook).embed_image(place, f"{place}.png", {"image_data": picture(*colour), "description": place})


WHO = "{1A2B3C4D-0000-4000-8000-000000000001}"
THREADS = {
    tab: (place, f"{{1A2B3C4D-0000-4000-8000-00000000000{letter}}}")
    for tab, place, letter in (("Positions", "E8", "A"), ("My Own", "B2", "B"), ("Daily Check", "E4", "C"))
}


def _threaded_shadows(workbook: Workbook) -> None:
    own_tab(workbook)
    for tab, (place, thread) in THREADS.items():
        said = (
            "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment.\n\nComment:\n  Why?"
        )
        ours(workbook, tab).write_comment(place, said, {"author": f"tc={thread}"})


def _threaded_comments(parts: Parts) -> None:
    """A comment with an answer, and the persons who wrote them."""
    space = f'xmlns="{NAMES["tc"]}"'
    for number, (tab, (place, thread)) in enumerate(THREADS.items(), 1):
        sheet, part = parts.sheet(tab), f"xl/threadedComments/threadedComment{number}.xml"
        answer = thread.replace("0000000000", "1111111111")
        said = [
            f'<threadedComment ref="{place}" dT="2026-10-05T09:3{at}:00.00" personId="{WHO}" id="{one}"'
            f"{f' parentId={chr(34)}{thread}{chr(34)}' if at else ''}><text>{text}</text></threadedComment>"
            for at, (one, text) in enumerate(((thread, "Why?"), (answer, "Counted twice.")))
        ]
        parts.add(part, part_xml("ThreadedComments", "".join(said), more=space), f"{EXCEL}.threadedcomments+xml")
        parts.relate(sheet, f"{MICROSOFT}/2017/10/relationships/threadedComment", part)
        notes = parts.linked(sheet, "comments")[0]
        parts.replace(notes, f'xmlns="{MAIN}"', f'xmlns="{MAIN}" {declared("mc", "xr")} mc:Ignorable="xr"')
        parts.replace(notes, f'<comment ref="{place}"', f'<comment ref="{place}" xr:uid="{thread}"')
    person = f'<person displayName="A Buyer" id="{WHO}" userId="buyer@example.com" providerId="None"/>'
    parts.add("xl/persons/person.xml", part_xml("personList", person, more=space), f"{EXCEL}.person+xml")
    parts.relate("xl/workbook.xml", f"{MICROSOFT}/2017/10/relationships/person", "xl/persons/person.xml")


FEATURES = [
    Feature("charts", _charts, _chart_styles),
    Feature("images", _pictures),
    Feature("shapes", _shapes, _grouped_shapes),
    Feature("form buttons", _buttons, _form_control),
    Feature("activex", operate=_activex),
    Feature("embedded objects", operate=_embedded),
    Feature("header images", _header_pictures),
    Feature("checkboxes", _checkboxes),
    Feature("in-cell images", _pictures_in_cells),
    Feature("threaded comments", _threaded_shadows, _threaded_comments),
]
