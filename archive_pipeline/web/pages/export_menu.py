"""The menu that hands shots or a video on: one form, a button a format, no script."""

from collections.abc import Sequence

from nicegui import ui

from archive_pipeline.exports.formats import FORMATS
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.texts import Texts


def export_menu(t: Texts, label: str, *, shots: Sequence[str] = (), video: str = "", basket: str = "") -> None:
    """Of shots by id, of a whole `video`, which more formats are of, or of a basket."""
    with tag("details", "ap-menu").props("data-export"):
        with tag("summary", "ap-button"):
            ui.icon("download")
            tag("span", text=label)
        with tag("form").props("method=post"):
            for name, value in {"shots": " ".join(shots), "video": video, "basket": basket}.items():
                if value:
                    field = tag("input").props("type=hidden")
                    field.props["name"], field.props["value"] = name, value
            for kind, form in FORMATS.items():
                if video or not form.needs_record:
                    send = tag("button").props("type=submit")
                    send.props["formaction"] = f"/api/export/{kind}"
                    with send:
                        tag("strong", text=t(f"export.{kind}"))
                        tag("span", "ap-soft ap-small", t(f"export.{kind}_for"))
