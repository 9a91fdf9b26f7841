"""A chart is a picture with a name and words beside it; what stands in its data is only ever text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from cigem_core.errors import DeclarationError
from cigem_core.pages import chart, page
from cigem_core.text import Text

SVG = "{http://www.w3.org/2000/svg}"


def bars(*names: str, **more: object) -> dict[str, object]:
    values = [{"name": name, "n": 1000 * at} for at, name in enumerate(names, 1)]
    axes = {
        "x": {"field": "name", "type": "nominal", "title": Text(fr="Région", en="Region")},
        "y": {"field": "n", "type": "quantitative"},
    }
    return {"data": {"values": values}, "mark": "bar", "encoding": axes, **more}


def drawing(figure: str) -> ElementTree.Element:
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", str(figure), re.DOTALL)[0])


def texts(figure: str) -> set[str]:
    return {text.text for text in drawing(figure).iter(f"{SVG}text")}


def test_it_has_a_name_and_a_description():
    """Read aloud it is one picture, not two hundred lines."""
    figure = drawing(chart(bars("Kayes"), title=Text(fr="Offres", en="Offers"), description="Kayes : 1 000", language="fr"))
    inside = [name for part in figure.iter() for name in part.attrib if part is not figure]

    assert figure.get("role") == "img"
    named = {part.get("id"): part.text for part in figure if part.get("id")}
    assert [named[name] for name in figure.get("aria-labelledby").split()] == ["Offres", "Kayes : 1 000"]
    assert not [name for name in inside if name == "role" or name.startswith("aria")]


def test_it_speaks_the_language_of_the_page():
    french, english = (texts(chart(bars("Kayes"), title="a", description="b", language=language)) for language in ("fr", "en"))

    assert {"Région", "1\u00a0000"} <= french
    assert {"Region", "1,000"} <= english


def test_hostile_texts_are_drawn_as_texts():
    """One control character would end the process in the drawing library."""
    figure = chart(bars("a\x01\x00b", "<script>x</script>", "é\u202fa\ud800"), title="<b>", description="&\x02")

    assert {"ab", "<script>x</script>", "é\u00a0a"} <= texts(figure)
    assert "<script" not in figure
    assert "<b>" not in figure


def test_names_of_parts_are_the_charts_own():
    """Several charts stand on one page."""
    clipped = {"mark": {"type": "bar", "clip": True}}
    html = page(
        title="a",
        body=[chart(bars("a", **clipped), title="a", description="b"), chart(bars("b", **clipped), title="c", description="d")],
    )
    names = re.findall(r' id="([^"]+)"', html)

    assert len(set(names)) == len(names) == 6
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(names)


@pytest.mark.parametrize("spec", [bars("a", data={"url": "data.csv"}), {"layer": [{"encoding": {"href": {"field": "name"}}}]}])
def test_a_chart_fetches_nothing_and_leads_nowhere(spec):
    with pytest.raises(DeclarationError, match="a chart fetches nothing"):
        chart(spec, title="a", description="b")
