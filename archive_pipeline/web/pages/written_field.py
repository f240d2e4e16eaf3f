"""A field for a filter that people write, such as a date or a place."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from archive_pipeline.web.texts import Texts


def written_field(t: Texts, name: str, tell: Callable[..., Awaitable[None]]) -> ui.input:
    """Empty; `tell` is called with the new text under that name, once nobody has typed for a moment."""
    field = ui.input(t(f"search.{name}"), placeholder=t(f"search.{name}_like")).props(
        f"dense outlined clearable debounce=900 data-filter={name}"
    )

    async def changed(event: Any) -> None:
        await tell(**{name: (event.value or "").strip()})

    field.on_value_change(changed)
    return field
