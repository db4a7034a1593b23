"""XML read as a stream, without what XML can do to its reader.

Refuses document type and entity declarations (no filing needs them; they carry entity bombs and
references to files), nesting without end and cut files. Also takes a full EDGAR submission apart.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


ElementPath = tuple[str, ...]

_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DOCUMENT = re.compile(r"<XML>(.*?)(?:</XML>|\Z)", re.DOTALL | re.IGNORECASE)
_ACCESSION = re.compile(r"\b(\d{10}-\d{2}-\d{6})\b")
_FILED = re.compile(r"(?:<FILING-DATE>|FILED AS OF DATE:)\s*(\d{8})")
_CIK = re.compile(r"(?:<CIK>|CENTRAL INDEX KEY:)\s*(\d{1,10})")
_HEADER_CHARACTERS = 20_000
_SLICE_CHARACTERS = 1 << 16
_DEEPEST_COUNT = 100


@dataclass(frozen=True, slots=True)
class Submission:
    """The XML documents of a file and what the EDGAR header around them says, if there is one."""

    documents: tuple[str, ...]
    accession: str | None
    filed: str | None
    cik: str | None


def submission_of(path: Path, text: str) -> Submission:
    """Take an EDGAR submission (.txt, .nc) or a bare XML document apart.

    The accession number is the header's, else one in the file name.

    Raises: DataError where the text is neither.
    """
    named = _ACCESSION.search(path.name)
    bare = text.lstrip("\ufeff \t\r\n")
    if bare.startswith(("<?xml", "<!--")) or not re.match(r"<(?:SUBMISSION|SEC-|IMS-|DOC)", bare):
        if not bare.startswith("<"):
            raise _no_xml(path, bare)
        return Submission((bare,), named.group(1) if named else None, None, None)
    documents = tuple(match.strip() for match in _DOCUMENT.findall(bare))
    if not documents:
        raise _no_xml(path, bare)
    header = bare[:_HEADER_CHARACTERS]
    header = header[: header.find("<DOCUMENT>")] if "<DOCUMENT>" in header else header
    found = [pattern.search(header) for pattern in (_ACCESSION, _FILED, _CIK)]
    accession, filed, cik = (match.group(1) if match else None for match in found)
    return Submission(documents, accession or (named.group(1) if named else None), filed, cik)


def streamed(
    path: Path, document: str, wanted: Collection[ElementPath]
) -> Iterator[tuple[ElementPath, ET.Element]]:
    """Yield (path, element) for each element at one of the wanted paths, in order, then free it.

    A path is the local names from the root on, so an element of the same name deeper down is never
    taken for it.

    Raises: DataError for declarations, nesting deeper than 100, and XML that is damaged or cut off.
    """
    _refuse_declarations(path, document)
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start", "end"))
    stack: list[ET.Element] = []
    depths = frozenset(map(len, wanted))
    for event, element in _events(path, parser, document):
        if event == "start":
            stack.append(element)
            _refuse_depth(path, stack)
            continue
        names = tuple(map(local_name, stack)) if len(stack) in depths else ()
        stack.pop()
        if names in wanted:
            yield names, element
            element.clear()
            if stack:
                stack[-1].remove(element)


def root_name(path: Path, document: str) -> str:
    """Return the local name of the root element.

    Raises: DataError as ``streamed`` does.
    """
    _refuse_declarations(path, document)
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start",))
    return next((local_name(element) for _, element in _events(path, parser, document)), "")


def local_name(element: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: ET.Element) -> dict[str, ET.Element]:
    """Map local names to the direct children of an element; the first of equal names wins."""
    found: dict[str, ET.Element] = {}
    for child in element:
        found.setdefault(local_name(child), child)
    return found


def texts(element: ET.Element) -> dict[str, str]:
    """Map local names to the stripped text of the direct children of an element."""
    return {name: (child.text or "").strip() for name, child in children(element).items()}


def _events(
    path: Path, parser: ET.XMLPullParser[ET.Element], document: str
) -> Iterator[tuple[str, ET.Element]]:
    try:
        start, length = 0, _SLICE_CHARACTERS
        while start < len(document):
            parser.feed(document[start : start + length])
            start += length
            seen_count = 0
            for seen in _read(parser):
                seen_count += 1
                yield seen
            # a tag that goes on and on is read again with each slice: fewer, longer ones
            length = _SLICE_CHARACTERS if seen_count else length * 2
        parser.close()
        yield from _read(parser)
    except ET.ParseError as failure:
        raise DataError(
            f"The XML of {path.name} is damaged or cut off.",
            facts={"reason": failure, "begins": document[:80]},
            remedy="Download it again.",
        ) from None


def _read(parser: ET.XMLPullParser[ET.Element]) -> Iterator[tuple[str, ET.Element]]:
    return cast("Iterator[tuple[str, ET.Element]]", parser.read_events())


def _refuse_depth(path: Path, stack: list[ET.Element]) -> None:
    if len(stack) > _DEEPEST_COUNT:
        raise DataError(
            f"The XML of {path.name} nests deeper than any filing: refused.",
            facts={"depth": len(stack), "innermost": local_name(stack[-1])},
        )


def _refuse_declarations(path: Path, document: str) -> None:
    match = _DECLARATION.search(document)
    if match:
        raise DataError(
            f"The XML of {path.name} declares a document type or entities: refused.",
            facts={"at": document[match.start() : match.start() + 60]},
            remedy="SEC filings declare none; download it again from EDGAR.",
        )


def _no_xml(path: Path, text: str) -> DataError:
    return DataError(
        f"The file {path.name} is neither XML nor an EDGAR submission with XML in it.",
        facts={"begins": text[:80]},
        remedy="Pick the format that the file is in.",
    )
