"""Tables for a terminal of any width: no number, name or id is ever cut."""

from collections.abc import Collection, Iterable

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Column, Table

_GAP = 2  # blanks behind each column
_NARROWEST = 12
"""Columns that a text may wrap in before its table is no table any more."""


class WholeTable(Table):
    """Texts wrap, all other values stand whole on the right of their column. Where the terminal has no room for that,
    rows stand one below the other, each value with its heading."""

    def __init__(self, *headings: str, texts: Collection[str]) -> None:
        """`texts`: those of the headings whose values may wrap."""
        super().__init__(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, caption_justify="left")
        for name in headings:
            is_text = name in texts
            self.add_column(
                name,
                header_style="dim",
                justify="left" if is_text else "right",
                no_wrap=not is_text,
                overflow="fold",
            )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self._narrowest(console) <= options.max_width:
            yield from super().__rich_console__(console, options)
            return
        headings = [column.header for column in self.columns]
        for number, cells in enumerate(zip(*(column.cells for column in self.columns), strict=True)):
            yield record(zip(headings, cells, strict=True), above=bool(number))
        if self.caption:
            yield console.render_str(str(self.caption))

    def _narrowest(self, console: Console) -> int:
        """Characters that it takes when every text wraps as far as it may."""
        widths = (_width(console, column) for column in self.columns)
        return sum(widths) + _GAP * (len(self.columns) - 1)


def record(values: Iterable[tuple[RenderableType, RenderableType]], *, above: bool = False) -> Table:
    """Values with their headings, a line each; `above`: with an empty line above them."""
    shown = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False)
    shown.add_column(style="dim", overflow="fold")
    shown.add_column(overflow="fold")
    if above:
        shown.add_row()
    for heading, value in values:
        shown.add_row(heading, value)
    return shown


def _width(console: Console, column: Column) -> int:
    widest = max(console.measure(cell).maximum for cell in (column.header, *column.cells))
    return widest if column.no_wrap else min(widest, _NARROWEST)
