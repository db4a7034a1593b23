"""How a page is set: a title of one's own, a house style, some of the sections."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from paths import ROOT

from flowrisk.errors import QuestionError
from flowrisk.report import page_options
from flowrisk.report.page import scenario_page

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult

PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"


def page_of(result: ScenarioResult, **asked: str | Path) -> str:
    return scenario_page(result.answer, page_options.asked_for(**asked)).decode()  # type: ignore[arg-type]


def ids(page: str) -> list[str]:
    return re.findall(r'<section id="([^"]+)"', page)


def style_sheet(folder: Path, content: bytes) -> Path:
    path = folder / "house.css"
    path.write_bytes(content)
    return path


def test_only_the_chosen_sections_stand_in_the_order_of_the_page(
    sample_result: ScenarioResult,
) -> None:
    whole, page = page_of(sample_result), page_of(sample_result, sections="method, liquidity")
    assert ids(page) == ["liquidity", "method"]
    assert '<h2 id="method-heading">Method</h2>' in page
    assert page.count('<details class="chapter" open>') == len(ids(page))
    markup = page.split("<script>")[0]
    assert set(re.findall(r'href="#([^"]+)"', markup)) <= set(re.findall(r'id="([^"]+)"', markup))
    said = re.search(r"Left out of this page: (.*?)\.</p>", page)
    assert said is not None
    assert len(said[1].split("; ")) == len(ids(whole)) - 2
    assert "Headline" in said[1]
    assert "Method" not in said[1]
    assert "Estimates, not advice" in page


def test_sections_of_no_page_are_nested(sample: Dataset) -> None:
    pages = [
        sample.scenario().render("html"), sample.screen().render("html"),
        sample.risk(PROBABILITIES).render("html"),
    ]  # fmt: skip
    for page in pages:
        tags = re.findall(r"<(/?)section\b", page.decode())
        assert tags == ["", "/"] * (len(tags) // 2)


def test_an_unknown_section_is_refused_with_the_nearest(sample_result: ScenarioResult) -> None:
    with pytest.raises(QuestionError, match="no section 'liquidty'") as error:
        page_of(sample_result, sections="liquidty")
    assert error.value.facts["nearest"] == "liquidity"


@pytest.mark.parametrize(
    ("asked", "match"),
    [({"sections": "a,,b"}, "section has no name"), ({"sections": ""}, "section has no name"),
     ({"title": " \n "}, "title is empty"), ({"title": "x" * 201}, "title is too long"),
     ({"theme": "nowhere.css"}, "cannot be read")],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(asked: dict[str, str], match: str) -> None:
    with pytest.raises(QuestionError, match=match):
        page_options.asked_for(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "css",
    [b"@IMPORT 'x.css';", b"h1 { background: url(https://example.org/a.png) }",
     b"h1 { background: URL( 'a.png' ) }", b"/* </STYLE><script>alert(1)</script> */",
     b"h1 { background: image-set('a.png' 1x) }", b"h1::after { content: '\0' }",
     b"h1 { color: \xff }"],
)  # fmt: skip
def test_a_style_sheet_that_does_not_stand_on_its_own_is_refused(
    css: bytes, tmp_path: Path
) -> None:
    with pytest.raises(QuestionError, match="does not stand on its own"):
        page_options.asked_for(theme=style_sheet(tmp_path, css))


def test_a_style_sheet_may_have_64_kb_and_no_more(tmp_path: Path) -> None:
    full = b"/*" + b"x" * (page_options.THEME_LIMIT_BYTES - 4) + b"*/"
    theme = page_options.asked_for(theme=style_sheet(tmp_path, full)).theme
    assert theme is not None
    assert len(theme.css) == 65_536
    with pytest.raises(QuestionError, match="too large"):
        page_options.asked_for(theme=style_sheet(tmp_path, full + b" "))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_policy_admits_the_style_with_the_theme_in_it(
    end: bytes, sample_result: ScenarioResult, tmp_path: Path
) -> None:
    theme = style_sheet(tmp_path, b"\xef\xbb\xbf" + end.join([b"h1 {", b"color: #7a1f1f; }", b""]))
    page = page_of(sample_result, theme=theme)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    assert style[1].endswith("h1 {\ncolor: #7a1f1f; }\n")
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in html.unescape(page)
    policy = page.split("<title>")[0]
    assert "img-src data:;" in policy
    assert "font-src" not in policy
    assert str(tmp_path) not in page


def test_a_theme_may_carry_its_own_images(sample_result: ScenarioResult, tmp_path: Path) -> None:
    theme = style_sheet(tmp_path, b"h1 { background: url( data:image/png;base64,AA== ) }")
    assert "img-src data:; font-src data:;" in page_of(sample_result, theme=theme)


def test_a_title_stands_above_the_finding_and_stays_text(sample_result: ScenarioResult) -> None:
    page = page_of(sample_result, title="<b>Board\u202e pack</b>")
    assert "<h1>&lt;b&gt;Board pack&lt;/b&gt;</h1>" in page
    assert "<title>&lt;b&gt;Board pack&lt;/b&gt;: If MSCI deletes Strategy" in page
    assert re.search(r'<p class="standfirst"><strong>If MSCI deletes Strategy.*?\$8.80bn\.<', page)


def test_the_command_on_the_page_makes_the_page_again(sample: Dataset, tmp_path: Path) -> None:
    theme = style_sheet(tmp_path, b"h1 { color: #7a1f1f; }\n")
    result = sample.scenario(providers="msci,all")
    page = page_of(result, theme=theme, title='It\'s "ours"', sections="headline,reproduce")
    command = re.search(r'<pre class="wrap"[^>]*>(.*?)</pre>', page)
    assert command is not None
    program, *arguments = shlex.split(html.unescape(command[1]))
    assert program == "flowrisk"
    assert str(tmp_path) not in command[1]
    root = ROOT
    subprocess.run([sys.executable, "-m", "flowrisk", *arguments, "-q"], cwd=tmp_path, check=True,
                   env={"PYTHONPATH": str(root)}, capture_output=True)  # fmt: skip
    assert (tmp_path / "report.html").read_text("utf-8") == page


@pytest.mark.parametrize(
    ("asked", "forms", "flag"),
    [({"sections": "method"}, ["csv", "memo"], "--sections"), ({"title": "x"}, ["xlsx"], "--title"),
     ({"title": "x"}, [], "--title")],
)  # fmt: skip
def test_what_no_output_would_show_is_refused(
    asked: dict[str, str], forms: list[str], flag: str
) -> None:
    wanted = page_options.asked_for(**asked)  # type: ignore[arg-type]
    with pytest.raises(QuestionError, match=flag):
        wanted.refuse_idle(forms)
    wanted.refuse_idle([*forms, "pdf"])


def test_a_title_serves_a_note_alone() -> None:
    page_options.asked_for(title="x").refuse_idle(["memo"])
