"""SVG files of ours → PNG, all drawn in one run by the Chromium of this machine."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from flowrisk.report import pdf, templates
from flowrisk.report.sections import downloads

if TYPE_CHECKING:
    from collections.abc import Sequence

SCALE = 2
_SIZE = re.compile(rb'<svg [^>]*\bwidth="(\d+)" height="(\d+)"')
_IMAGE = re.compile(rb"data:image/png;base64,([A-Za-z0-9+/=]+)")
_START, _END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"


def to_png(drawn: Sequence[bytes]) -> list[bytes]:
    """Return SVG files, whose widths and heights are pixels, as PNG of twice their size.

    Raises: QuestionError where there is no Chromium, or it draws not all of them; TimeoutError as
        ``pdf.to_pdf``.
    """
    if not drawn:
        return []
    uris = [downloads.packed("image/svg+xml", each) for each in drawn]
    page = templates.rendered("_charts/images.html.jinja", {"uris": uris}).encode()
    found = pdf.made_by_browser(
        "PNG", page, ("--dump-dom",), lambda said: _are_whole(_images(said), drawn), instead="SVG"
    )
    return _images(found)


def _images(said: bytes) -> list[bytes]:
    try:
        return [base64.b64decode(each, validate=True) for each in _IMAGE.findall(said)]
    except binascii.Error:
        return []


def _are_whole(images: Sequence[bytes], drawn: Sequence[bytes]) -> bool:
    """Whether each drawing has its image, to the end and of its size."""
    return len(images) == len(drawn) and all(
        image.startswith(_START) and image.endswith(_END) and image[16:24] == _size(source)
        for image, source in zip(images, drawn, strict=True)
    )


def _size(svg: bytes) -> bytes:
    """Return the size that the PNG of a drawing has, as its head writes it."""
    found = _SIZE.search(svg)
    sides = (int(found[1]), int(found[2])) if found else (0, 0)
    return b"".join((SCALE * side).to_bytes(4, "big") for side in sides)
