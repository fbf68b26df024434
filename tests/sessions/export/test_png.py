import struct
import subprocess
import sys

import pytest

from sessions.cards.fields import CardFields
from sessions.export import export_card
from sessions.export._report.blocks import Chart, Point, Series
from sessions.export.png import MOST_ROWS, _drawn, render
from tests.sessions import samples
from tests.sessions.export.card_samples import feature_card, one_of_each, sweep_card
from tests.sessions.export.hostile import HOSTILE, surprise_card
from tools.errors import StoreError


def size(picture):
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", picture[16:24])


@pytest.mark.parametrize("card", [*one_of_each().values(), surprise_card()], ids=lambda card: card.kind)
def test_every_kind_of_card_gives_a_picture(card, tmp_path):
    width, height = size(export_card(card, path=tmp_path / "card.png").read_bytes())
    assert width == 1350
    assert 200 < height < 3000


@pytest.mark.parametrize("text", ["$\\undefined{", "$$", "50 % $x^2$ \\n", HOSTILE, "資本 العاصمة 🙂"])
def test_text_is_never_read_as_a_formula(text, recwarn):
    size(render(feature_card(text)))
    size(render(surprise_card(text)))
    assert not recwarn.list


def test_a_line_chart_with_an_unscored_point_is_drawn():
    points = tuple(Point(str(step), None if step == 2 else 10.0 * step, (0, 50), 4) for step in range(5))
    picture = _drawn(
        Chart("By step", (Series(points, "cot_math"),), first="line"), "title", "about", "footer"
    )
    assert size(picture)[0] == 1350


def test_a_hundred_rows_are_cut_with_a_note():
    points = tuple(Point(str(number), 1.0) for number in range(100))
    assert size(_drawn(Chart("x", (Series(points),)), "", "", ""))[1] < 150 * (MOST_ROWS * 0.62 + 3)


class WordsCard(CardFields):
    """A card with nothing to draw."""

    kind: str = "words"
    text: str = "nothing but words"


def test_a_card_without_numbers_is_refused_in_one_sentence(tmp_path):
    card = WordsCard(session="s", request="r", context=samples.CONTEXT, duration_s=0.0)
    with pytest.raises(StoreError, match="no numbers") as caught:
        export_card(card, path=tmp_path / "card.png")
    assert "html" in caught.value.next_step
    assert list(tmp_path.iterdir()) == []


def test_the_users_plotting_style_is_neither_used_nor_changed(monkeypatch):
    import matplotlib

    plain = render(sweep_card())
    monkeypatch.setitem(matplotlib.rcParams, "font.size", 40)
    monkeypatch.setitem(matplotlib.rcParams, "text.usetex", True)
    assert len(render(sweep_card())) == pytest.approx(len(plain), rel=0.02)
    assert matplotlib.rcParams["font.size"] == 40


def test_nothing_heavy_is_loaded_before_a_picture_or_page_is_made():
    code = (
        "import sys\nfrom sessions import export\nfrom tools.registry import load_all\n"
        "load_all('sessions.export', export.CONTRACT)\n"
        "print([name for name in ('matplotlib', 'jinja2', 'torch') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
