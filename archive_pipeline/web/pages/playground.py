"""The playground: a picture or short video put to models and detectors, and sentences that compete."""

from fastapi import Request
from nicegui import ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.web.api.playground import encoder_names, vlm_models
from archive_pipeline.web.components import Playground
from archive_pipeline.web.pages.parts import note, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.service import Service


def add_playground_page(service: Service) -> None:
    settings = service.archive.settings

    @ui.page("/playground", response_timeout=30)
    async def playground(request: Request) -> None:
        with shell(request, "playground", "") as t:
            tag("h1", text=t("playground.title"))
            tag("p", "ap-soft", t("playground.text"))
            said = tag("div")
            said.props["aria-live"] = "polite"
            played = Playground(
                [], list(settings.detectors), encoder_names(settings), t.section("playground"), t.language
            )

        def tell(problem: dict[str, str]) -> None:
            code = problem["error_code"]
            with said:
                note(t.error(code, problem.get("message", "")), "bad", code)

        played.on("problem", lambda event: tell(event.args))
        played.on("fine", said.clear)
        client = ui.context.client
        await client.connected()  # the page is there before a server that may be slow has told its models
        if client.is_deleted:
            return
        try:
            played.offer(await service.playground_lane.run(lambda: vlm_models(settings)))
        except ArchiveError as error:
            tell({"error_code": error.code, "message": error.message})
