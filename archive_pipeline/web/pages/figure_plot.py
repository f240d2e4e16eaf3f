"""Shares with their bounds as a small plot: a dot on the line of its bounds, from 0 to 1."""

from collections.abc import Sequence
from html import escape

from nicegui import ui
from nicegui.element import Element

from archive_pipeline.search.rank_figures import Figure

_STEP, _HEIGHT, _LEFT, _TOP = 64, 140, 36, 12


def figure_plot(figures: Sequence[Figure], names: Sequence[str], label: str) -> Element:
    """The figures side by side, each with its name; `label` says what is to be seen."""
    width = _LEFT + _STEP * len(figures)
    lines = [_grid_line(share, width) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    marks = [_mark(place, *one) for place, one in enumerate(zip(figures, names, strict=True))]
    return ui.html(
        f'<svg viewBox="0 0 {width} {_HEIGHT + 40}" width="{width}" class="ap-plot" role="img"'
        f' aria-label="{escape(label)}">{"".join(lines)}{"".join(marks)}</svg>',
        sanitize=False,
    )


def _y(share: float) -> float:
    return _TOP + _HEIGHT * (1 - share)


def _grid_line(share: float, width: int) -> str:
    y = _y(share)
    text = f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share:g}</text>'
    return f'<line class="grid" x1="{_LEFT}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>{text}'


def _mark(place: int, figure: Figure, name: str) -> str:
    x = _LEFT + _STEP * (place + 0.5)
    name = escape(name)
    told = f"{name} {figure.value:.3f} ({figure.low:.3f} – {figure.high:.3f}), n = {figure.n}"
    return (
        f'<g><title>{told}</title><line class="bounds" x1="{x}" x2="{x}" y1="{_y(figure.low):.1f}"'
        f' y2="{_y(figure.high):.1f}"/><circle cx="{x}" cy="{_y(figure.value):.1f}" r="5"/>'
        f'<text x="{x}" y="{_TOP + _HEIGHT + 20}" text-anchor="middle">{name}</text></g>'
    )
