"""A chart of a page as an SVG file that stands on its own: title, legend, source line and ground.

Drawing programs know less than browsers: what a page's style sheet says of a chart becomes plain
attributes here, shares of its width become lengths, and nothing refers to anything outside. Owns
the sheet around the chart; the figures and words are those of the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from flowrisk.report.charts import labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WIDTH_PX = 720
_MARGIN_PX, _GAP_PX = 24, 10
_PLOT_PX = WIDTH_PX - 2 * _MARGIN_PX
# kinds of lines around the chart: size and height in pixels, weight, variable of the colour
_TITLE, _MEASURE, _SOURCE = (20, 26, "700", "ink"), (13, 18, "400", "soft"), (11, 15, "400", "soft")
_KEY = (12, 17, "400", "ink")
_SWATCH_PX, _SWATCH_HEIGHT_PX, _SWATCH_GAP_PX = 18, 12, 20
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CONDITIONAL = re.compile(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
_FONT = re.compile(r"(\d+)\s+(\d+)px(?:/\S+)?\s+.+")
# what a drawing program reads as an attribute
_PLAIN = frozenset({"fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin",
                    "vector-effect", "font-size", "font-weight"})  # fmt: skip
_ACROSS = ("x", "x1", "x2", "cx", "width")
# what XML has no letter for
_NO_LETTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Drawn(NamedTuple):
    """A chart as a page has it.

    Args:
        svg: its markup, with widths as shares of the chart's.
        measure: what is drawn in which unit.
        legend: a class of its bars and what it stands for.
        key: what the numbers in it stand for, a line each.
        source: lines below it: where it comes from and as of which day.
    """

    name: str
    title: str
    svg: str
    measure: str = ""
    legend: Sequence[tuple[str, str]] = ()
    key: Sequence[str] = ()
    source: Sequence[str] = ()


class Looks(NamedTuple):
    """What a style sheet says of charts: variables, and attributes by kind of element.

    ``rules`` are pairs of what an element must have, its tag (``text``) or classes, and what it
    then gets, in the order of the sheet.
    """

    variables: Mapping[str, str]
    rules: Sequence[tuple[frozenset[str], Mapping[str, str]]]

    def of(self, *kinds: str) -> dict[str, str]:
        """Return the attributes of an element by its tag and classes."""
        found: dict[str, str] = {}
        for needed, attributes in self.rules:
            if needed <= set(kinds):
                found |= attributes
        return found


def looks(style: str) -> Looks:
    """Return what a style sheet says of charts on a light ground."""
    plain = _CONDITIONAL.sub("", _COMMENT.sub("", style))
    found = [(heads.strip(), dict(_declared(body))) for heads, body in _RULE.findall(plain)]
    variables: dict[str, str] = {}
    for heads, declared in found:
        if heads == ":root":
            variables |= {name[2:]: value for name, value in declared.items() if name[:2] == "--"}
    rules = [
        (frozenset(each.split()[1].strip(".").split(".")), _attributes(declared, variables))
        for heads, declared in found
        for each in heads.split(",")
        if re.fullmatch(r"svg (?:text|(?:\.[\w-]+)+)", each.strip())
    ]
    # a class outweighs a tag wherever it stands
    return Looks(variables, sorted(rules, key=lambda rule: "text" not in rule[0]))


def svg(drawn: Drawn, look: Looks) -> bytes:
    """Return a chart as a whole SVG file, UTF-8; the same chart gives the same bytes."""
    chart = ET.fromstring(_NO_LETTER.sub(" ", drawn.svg))  # noqa: S314 - our own template's
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    ids = {part: f"{drawn.name}-{part}" for part in ("title", "desc", "hatch")}
    root.set("aria-labelledby", f"{ids['title']} {ids['desc']}")
    root.set("font-family", look.variables.get("sans", "sans-serif"))
    for part in ("title", "desc"):
        told = chart.find(part)
        ET.SubElement(root, part, {"id": ids[part]}).text = told.text if told is not None else None
        chart.remove(told) if told is not None else None
    root.append(_hatching(ids["hatch"], look))
    ground = ET.SubElement(root, "rect", {"width": str(WIDTH_PX), "fill": _colour(look, "paper")})
    bottom = _sheet(root, drawn, chart, look, ids["hatch"])
    ground.set("height", str(bottom))
    root.attrib |= {"width": str(WIDTH_PX), "height": str(bottom),
                    "viewBox": f"0 0 {WIDTH_PX} {bottom}"}  # fmt: skip
    return (ET.tostring(root, encoding="unicode") + "\n").encode()


def _sheet(root: ET.Element, drawn: Drawn, chart: ET.Element, look: Looks, hatch: str) -> int:
    """Lay title, measure, legend, chart and source below each other; return the height."""
    bottom = _lines(root, drawn.title, _TITLE, look, _MARGIN_PX)
    bottom = _lines(root, drawn.measure, _MEASURE, look, bottom + 2)
    bottom = _legend(root, drawn.legend, look, bottom + 2, hatch)
    placed = ET.SubElement(root, "g", {"transform": f"translate({_MARGIN_PX} {bottom + _GAP_PX})"})
    for child in chart:
        placed.extend(_placed(child, look, hatch))
    bottom += 2 * _GAP_PX + int(float(chart.get("height", "0")))
    for line in drawn.key:
        bottom = _lines(root, line, _KEY, look, bottom)
    for line in drawn.source:
        bottom = _lines(root, line, _SOURCE, look, bottom)
    return bottom + _MARGIN_PX - _GAP_PX


def _placed(element: ET.Element, look: Looks, hatch: str) -> Iterator[ET.Element]:
    """Give an element of a chart its lengths and attributes; before a text its ground."""
    for name in _ACROSS:
        share = element.get(name, "")
        if share.endswith("%"):
            element.set(name, f"{float(share[:-1]) * _PLOT_PX / 100:.2f}")
    if element.get("fill") == "url(#hatch)":
        element.set("fill", f"url(#{hatch})")
    element.attrib |= look.of(element.tag, *(element.attrib.pop("class", "").split()))
    inner = [part for child in list(element) for part in _placed(child, look, hatch)]
    element[:] = inner
    if element.tag == "text" and element.attrib.get("stroke", "none") != "none":
        yield _ground_of(element, look)
        for name in ("stroke", "stroke-width", "stroke-linejoin"):
            element.attrib.pop(name, None)
    yield element


def _ground_of(text: ET.Element, look: Looks) -> ET.Element:
    """Return the outline that keeps a text clear of lines, as an element of its own: not every
    program can paint it below the letters of one element."""
    ground = ET.Element("text", {**text.attrib, "fill": _colour(look, "paper"),
                                 "aria-hidden": "true"})  # fmt: skip
    ground.text = text.text
    return ground


def _lines(
    root: ET.Element, words: str, kind: tuple[int, int, str, str], look: Looks, top: int
) -> int:
    """Write words below ``top``, broken into lines; return where they end."""
    size, height, weight, colour = kind
    for line in wrapped(_NO_LETTER.sub(" ", words), size, is_bold=weight == "700"):
        attributes = {"x": str(_MARGIN_PX), "y": str(top + size), "font-size": str(size),
                      "font-weight": weight, "fill": _colour(look, colour)}  # fmt: skip
        ET.SubElement(root, "text", attributes).text = line
        top += height
    return top


def wrapped(words: str, size_px: int, *, is_bold: bool = False) -> list[str]:
    """Return words as lines that fit beside the margins in any font; a word too long is cut."""
    room_px = _PLOT_PX * labels.SIZE_PX / size_px
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and labels.width_px(longer, is_bold=is_bold) <= room_px:
            lines[-1] = longer
        else:
            lines.append(labels.fitted(word, room_px, is_bold=is_bold))
    return lines


def _legend(
    root: ET.Element, legend: Sequence[tuple[str, str]], look: Looks, top: int, hatch: str
) -> int:
    """Draw a swatch and its words for each kind of bar on one line; return where it ends."""
    left = _MARGIN_PX
    size, height, _, colour = _MEASURE
    for kind, words in legend:
        swatch = {"x": str(left), "y": str(top + 2), "width": str(_SWATCH_PX),
                  "height": str(_SWATCH_HEIGHT_PX), **look.of(kind)}  # fmt: skip
        swatch.setdefault("fill", f"url(#{hatch})")
        ET.SubElement(root, "rect", swatch)
        text = {"x": str(left + _SWATCH_PX + 6), "y": str(top + size), "font-size": str(size),
                "fill": _colour(look, colour)}  # fmt: skip
        ET.SubElement(root, "text", text).text = words
        left += _SWATCH_PX + 6 + int(labels.width_px(words)) + _SWATCH_GAP_PX
    return top + height if legend else top


def _hatching(name: str, look: Looks) -> ET.Element:
    """Return the pattern of what is estimated."""
    defs = ET.Element("defs")
    pattern = ET.SubElement(defs, "pattern", {
        "id": name, "patternUnits": "userSpaceOnUse", "width": "6", "height": "6",
        "patternTransform": "rotate(45)",
    })  # fmt: skip
    ET.SubElement(pattern, "rect", {"width": "6", "height": "6", **look.of("hatch-ground")})
    ET.SubElement(pattern, "line", {"x1": "0", "y1": "0", "x2": "0", "y2": "6",
                                    **look.of("hatched")})  # fmt: skip
    return defs


def _colour(look: Looks, name: str) -> str:
    return look.variables.get(name, "#000000")


def _declared(body: str) -> Iterator[tuple[str, str]]:
    for declaration in body.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _attributes(declared: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return declarations as attributes, variables resolved and pixels as plain numbers."""
    found: dict[str, str] = {}
    for name, raw in declared.items():
        value = _VARIABLE.sub(lambda each: variables.get(each[1], "#000000"), raw)
        if name == "font" and (parts := _FONT.fullmatch(value)):
            # its family is that of the whole chart
            found |= {"font-weight": parts[1], "font-size": parts[2]}
        elif name in _PLAIN:
            found[name] = value.removesuffix("px")
    return found
