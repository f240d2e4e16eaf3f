"""A copy of the tests' archive that withholds one film, and everything by which it could be told."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from archive_pipeline_tests.web.running import Page, Site

TOKEN = "the-word-for-what-is-withheld"
SECRET, ITS_TITLE = "films/tape.mxf", "Cinta reservada 7781"
LIST = f"""Fichero;Título;Derechos
boat.mp4;El barco;RTV
tape.mxf;{ITS_TITLE};Reservado
master.mov;Color;RTV
news.ts;Noticias;RTV
broken.mp4;Rota;Reservado
"""


class Withholding(Site):
    """Its page tells what is withheld to who gives TOKEN."""

    def __init__(self, root: Path, like: Site) -> None:
        super().__init__(root)
        shutil.copytree(like.home, self.home, symlinks=True)
        self.films = like.films
        self.environment["ARCHIVE_EMBARGO_TOKEN"] = TOKEN
        self.file = self.home / "collections" / "films.yaml"
        (self.file.parent / "list.csv").write_text(LIST)
        self.describe_as(list={"file": "list.csv"}, embargo={"column": "rights", "values": ["reservado"]})
        done = self.command("ingest", "films", "--json")
        assert done.returncode in (0, 3), done.stderr

    def describe_as(self, **changes: Any) -> None:
        self.file.write_text(yaml.safe_dump(yaml.safe_load(self.file.read_text()) | changes))


class Asker:
    """Asks the page with or without the token; `secrets` is what may only be answered with it."""

    def __init__(self, page: Page) -> None:
        self._client = page.client
        found = self("GET", f"/api/videos/{SECRET}", None, with_token=True).json()
        self.shots = [shot["id"] for shot in found["shots"]]
        self.secrets = {SECRET, "tape.mxf", ITS_TITLE, "broken.mp4", found["sha256"], *self.shots}

    def __call__(self, method: str, address: str, body: Any = None, *, with_token: bool = False) -> Any:
        headers = {"authorization": f"Bearer {TOKEN}"} if with_token else {}
        self._client.cookies.clear()
        given = {"data": body} if address.startswith("/api/export/") and body else {"json": body} if body else {}
        return self._client.request(method, address, headers=headers, **given)
