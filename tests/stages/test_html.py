"""An HTML part is flattened in document order; what would stall the parser is refused first."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from stages import html_guard
from stages.html import Page, TooComplex, flatten, guard
from stages.settings import Limits

LIMITS = Limits()


def page(html: str) -> Page:
    return flatten(html, LIMITS)


def test_inline_text_is_one_run_and_blocks_are_lines() -> None:
    flat = page("<html lang='en-US'><body><h1>Title</h1><p>Hello <b>dear</b>\n  reader.</p>tail</body></html>")
    assert [(item.tag, item.text) for item in flat.items] == [
        ("h1", "Title"),
        ("p", "Hello dear reader."),
        ("body", "tail"),
    ]
    assert flat.text == "Title\nHello dear reader.\ntail"
    assert flat.lang == "en-US"


def test_an_anchor_is_an_item_of_its_own_but_stays_in_its_line() -> None:
    flat = page("<p>See <a href='https://a.test/?x=1&amp;y=2'>the <i>page</i></a> now</p>")
    assert [(item.text, item.href, item.tag) for item in flat.items] == [
        ("See", "", "p"),
        ("the page", "https://a.test/?x=1&y=2", "a"),
        ("now", "", "p"),
    ]
    assert flat.text == "See the page now"


def test_a_line_break_stays_in_its_item() -> None:
    assert page("<p>one<br>two<br/></p>").items[0].text == "one\ntwo"


def test_nested_anchors_give_each_text_its_nearest_target() -> None:
    flat = page("<a href=outer>before<table><tr><td><a href=inner>within</a></td></tr></table></a>")
    assert [(item.text, item.href) for item in flat.items] == [("before", "outer"), ("within", "inner")]
    assert flat.hrefs == ("outer", "inner")


def test_an_anchor_without_target_leaves_that_of_the_anchor_around_it() -> None:
    (item,) = page("<a href=outer><table><tr><td><a name=mark>words</a></td></tr></table></a>").items
    assert item.href == "outer"


def test_an_image_carries_its_alt_source_and_target() -> None:
    (image,) = page("<a href='t'><img alt='Ann &amp; Bo' src='https://i.test/1.png'></a>").items
    assert (image.tag, image.text, image.src, image.href) == ("img", "Ann & Bo", "https://i.test/1.png", "t")


def test_targets_of_forms_and_areas_are_told_too() -> None:
    flat = page("<form action='https://f.test'><map><area href='https://m.test'></map></form>")
    assert flat.hrefs == ("https://f.test", "https://m.test")


@pytest.mark.parametrize(
    "attribute",
    [
        "style='display:none'",
        "style='DISPLAY : none !important'",
        "style='visibility:hidden'",
        "style='font-size:0'",
        "style='color:#fff;font-size:0px;line-height:0'",
        "style='opacity:0'",
        "style='opacity:0.0'",
        "style='max-height:0;overflow:hidden'",
        "style='mso-hide:all'",
        "data-email-preheader='true'",
        "hidden",
    ],
)
def test_what_is_not_shown_is_hidden_and_out_of_the_text(attribute: str) -> None:
    flat = page(f"<div {attribute}><b>unseen</b></div><p>seen</p>")
    assert [(item.text, item.hidden) for item in flat.items] == [("unseen", True), ("seen", False)]
    assert flat.text == "seen"
    assert flat.preheader == "unseen"


@pytest.mark.parametrize(
    "style", ["display:block", "font-size:10px", "opacity:0.5", "visibility:visible", "max-height:0"]
)
def test_near_misses_are_shown(style: str) -> None:
    assert page(f"<div style='{style}'>seen</div>").text == "seen"


def test_a_size_of_nothing_is_set_back_by_a_cell_inside_but_display_none_is_not() -> None:
    assert page("<td style='font-size:0px'><div style='font-size:13px'>seen</div></td>").text == "seen"
    assert page("<div style='display:none'><div style='display:block'>unseen</div></div>").text == ""


def test_a_preheader_loses_its_padding_and_ends_at_the_first_shown_text() -> None:
    html = "<div style='display:none'>Ann waits &#847;&zwnj;&nbsp;&#847;&nbsp;</div><p>Body</p><p hidden>later</p>"
    assert page(html).preheader == "Ann waits"


def test_styles_scripts_and_comments_are_no_text() -> None:
    assert page("<title>t</title><style>p{}</style><p>x<!-- y --></p><script>z</script>").text == "x"


def test_a_nul_parts_what_it_stands_between() -> None:
    assert page("<p>a\0b</p>").text == "a b"


def test_control_characters_from_references_are_replaced() -> None:
    assert page("<p>a&#1;b&#xD800;&#x202e;c</p>").text.isprintable()


# --- the guard --------------------------------------------------------------------------------------------------

SIZE = LIMITS.html_bytes - 10


def filled(piece: str) -> str:
    return piece * (SIZE // len(piece))


@pytest.mark.parametrize(
    "html",
    [
        "x" * (LIMITS.html_bytes + 1),
        "é" * (LIMITS.html_bytes // 2 + 1),
        filled("<div>"),
        "<a " + " ".join(f"b{number}=1" for number in range(30_000)) + ">",
        "<a b='" + "x" * 40_000 + "'>",
        "<a b='" + "é" * 20_000 + "'>",
        "<a " + "b='>' " * 8_000,
        filled("<a "),
        "<style>" + "</div>" * 4_000 + "</style>" + "<div>" * 4_000,
        "<div>" * 2_000 + "<style>" + "</div>" * 2_000 + "</style>" + "<div>" * 2_000,
        "<div>" * 2_000 + "</i>" * 2_000 + "<div>" * 2_000,
        "</div>" * 4_000 + "<div>" * 4_000,
        "<!--> " + "<div>" * 4_000 + " -->",
        "".join(f"<b a={number}>" for number in range(500)) + "<p>x" * 2_000,
        "".join(f"<b a={number}>" for number in range(100)) + "</p>x" * 50_000,
    ],
    ids=range(15),
)
def test_html_built_to_stall_a_parser_is_refused(html: str) -> None:
    with pytest.raises(TooComplex):
        guard(html, LIMITS)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 2_900 + "x",
        filled("<div></div>"),
        filled("<br>"),
        filled("<img src=x>"),
        filled("<"),
        filled("</"),
        filled("<!--"),
        "<!-- " + "<div>" * 9_000 + " -->",
        "<style>" + "p { color: red } " * 9_000 + "</style>",
        "<p>" + '1 < 2 and it\'s "so" ' * 9_000 + "</p>",
        "<a b='" + "x" * 30_000 + "'>y</a>",
        "<b><i><font color=red><p>x</p></font></i></b>" * 3_000,
    ],
    ids=range(12),
)
def test_large_but_harmless_html_passes(html: str) -> None:
    guard(html, LIMITS)


@given(st.lists(st.sampled_from(["<b>", "</b>", "<p>", "</p>", "<br>", "<A x='>'>", "</a>", "<style>", "</style>"])))
def test_few_tags_pass_unread_exactly_where_reading_them_lets_them_pass(tags: list[str]) -> None:
    html = "".join(tags) * 60
    found = [(close, name.lower()) for close, name, _, _ in html_guard._TAG.findall(html)]
    try:
        html_guard._guard_nesting(found, LIMITS)
    except TooComplex:
        with pytest.raises(TooComplex):
            guard(html, LIMITS)
    else:
        guard(html, LIMITS)


def test_a_page_as_deep_as_allowed_is_read_to_its_bottom() -> None:
    assert page("<div>" * 2_900 + "bottom").text == "bottom"
