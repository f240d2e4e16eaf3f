"""The REST API for people, made from its own description."""

from typing import Any

from fastapi import FastAPI, Request
from nicegui import ui

from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.pages.shell import shell


def add_api_page(app: FastAPI) -> None:
    @ui.page("/api/docs", response_timeout=30)
    def docs(request: Request) -> None:
        with shell(request, "api", "API") as t:
            tag("h1", text=t("api.title"))
            with tag("p", "ap-soft"):
                tag("span", text=t("api.text") + " ")
                link = tag("a", text="/api/openapi.json")
                link.props["href"] = "/api/openapi.json"
            for path, operations in app.openapi()["paths"].items():
                for method, operation in operations.items():
                    _operation(method, path, operation)


def _operation(method: str, path: str, operation: dict[str, Any]) -> None:
    with tag("section", "ap-panel ap-doc"):
        with tag("div", "ap-row"):
            tag("code", text=method.upper())
            tag("h2", "ap-mono", path).style("font-size: .95rem")
        tag("p", text=operation.get("description", "")).style("margin: .4rem 0")
        parameters = operation.get("parameters", [])
        if parameters:
            with tag("table", "ap-table stacked"), tag("tbody"):
                for parameter in parameters:
                    with tag("tr"):
                        with tag("td").style("width: 150px"):
                            tag("code", text=parameter["name"])
                        tag("td", "ap-soft", _kind(parameter["schema"])).style("width: 150px")
                        tag("td", text=parameter.get("description", ""))


def _kind(schema: dict[str, Any]) -> str:
    """The type of a parameter, in a word or two."""
    if "anyOf" in schema:
        return _kind(next(one for one in schema["anyOf"] if one.get("type") != "null"))
    if schema.get("type") == "array":
        return f"{_kind(schema['items'])} …"
    return str(schema.get("type", ""))
