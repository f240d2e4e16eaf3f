"""`archive-pipeline export`: hand on shots, a video, or the rows of a question, as files that other programs read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import duckdb
import typer
from rich.markup import escape

from archive_pipeline.cli.clearance import allowed, readable_database
from archive_pipeline.cli.console import err, explained
from archive_pipeline.cli.player import PAGE
from archive_pipeline.collections.embargo import cleared
from archive_pipeline.counting import counted
from archive_pipeline.durability import write_atomically
from archive_pipeline.errors import RequestError
from archive_pipeline.settings import Settings
from archive_pipeline.store.baskets import Baskets
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.suggestions import did_you_mean
from archive_pipeline.warehouse import open_database

if TYPE_CHECKING:
    from archive_pipeline.exports.formats import Format
    from archive_pipeline.exports.model import Selection
    from archive_pipeline.web.programme import Programme
    from archive_pipeline.web.selections import Selections

_TABLES = {".csv": "csv", ".parquet": "parquet"}


def export(
    file: Annotated[Path, typer.Argument(help="What to write; its ending says which format, unless --as does.")],
    shot: Annotated[list[str] | None, typer.Option(help="Id of a shot; may be repeated, in the order wanted.")] = None,
    shots: Annotated[
        Path | None,
        typer.Option(help="A file of ids of shots, one a line; - reads them from the input.", allow_dash=True),
    ] = None,
    video: Annotated[
        str | None, typer.Option(help="All shots of this video, by its id, and what is known of it.")
    ] = None,
    basket: Annotated[
        str | None, typer.Option(help="What is in a basket of the web page, by the id in its link.")
    ] = None,
    sql: Annotated[str | None, typer.Option(help="Rows of the published database, as .csv or .parquet.")] = None,
    kind: Annotated[
        str | None,
        typer.Option("--as", help="edl, otio, fcpxml, csv, parquet, chapters, subtitles, eaf, ebucore or iiif."),
    ] = None,
    address: Annotated[str, typer.Option(help="Where the web page is for others; IIIF names everything by it.")] = PAGE,
) -> None:
    """Hand on shots, a whole video, or anything that SQL can ask for.

    Of shots: .edl (CMX3600), .otio (OpenTimelineIO), .fcpxml, .csv, .parquet.

    Of a whole video also: .chapters.vtt, .vtt, .eaf (ELAN), .ebucore.xml, .iiif.json.

    More shots than an EDL holds become several files.
    """
    settings = Settings()
    with explained():
        if sum(bool(one) for one in (shot or shots, video, basket, sql)) != 1:
            raise RequestError("bad_parameter", "Say what to export: --shot or --shots, --video, --basket, or --sql.")
        if not file.parent.is_dir():
            raise RequestError("no_folder", f"There is no folder {file.parent} to write {file.name} into.")
        if sql:
            _write_rows(settings, sql, file)
            return
        form = _format(file, kind)
        if form.needs_record and not video:
            raise RequestError("bad_parameter", f"A {form.suffix} file is of a whole video: name it with --video.")
        ids = [*(shot or ()), *_ids(shots)]
        with _selections(settings) as selections:
            if video:
                selection = selections.of_video(video, address)
            elif basket:
                baskets = Baskets(Lake(settings.lake_place), allowed(settings))
                selection = selections.of_basket(baskets.get(basket))
            else:
                selection = selections.of_shots(ids, file.stem)
        _write(form, selection, file)


def _format(file: Path, kind: str | None) -> "Format":
    from archive_pipeline.exports.formats import FORMATS

    by_name = FORMATS
    if kind is not None:
        if kind not in by_name:
            known = ", ".join(by_name)
            raise RequestError("bad_parameter", f"There is no format {kind!r}{did_you_mean(kind, by_name)}: {known}.")
        return by_name[kind]
    fitting = [form for form in by_name.values() if file.name.lower().endswith(form.suffix)]
    if not fitting:
        endings = ", ".join(form.suffix for form in by_name.values())
        raise RequestError("bad_parameter", f"{file.name} ends like no format: {endings}. Or say it with --as.")
    return max(fitting, key=lambda form: len(form.suffix))


def _ids(shots: Path | None) -> list[str]:
    if shots is None:
        return []
    return (sys.stdin.read() if str(shots) == "-" else shots.read_text(encoding="utf-8")).split()


@contextmanager
def _selections(settings: Settings) -> Iterator["Selections"]:
    from archive_pipeline.stages.archive_search import open_finder
    from archive_pipeline.web.descriptions import Descriptions
    from archive_pipeline.web.programme import Programmes
    from archive_pipeline.web.selections import Selections
    from archive_pipeline.web.sources import source_file

    lake = Lake(settings.lake_place)
    programmes = Programmes(Catalogue(settings.database), lake, allowed(settings))

    def locate(programme: "Programme") -> str:
        entry = programmes.entry(programme.video_id)
        return source_file(entry, settings.collection_folders, must_exist=False).as_uri()

    with open_finder(settings, embargoed=cleared.get()) as finder:
        yield Selections(lake, programmes, Descriptions(lake), lambda ids: finder.shots(list(ids)), locate)


def _write(form: "Format", selection: "Selection", file: Path) -> None:
    from archive_pipeline.exports.formats import written

    contents = written(form, selection)
    stem = file.name.removesuffix(form.suffix)
    for number, content in enumerate(contents, start=1):
        target = file if len(contents) == 1 else file.with_name(f"{stem}-{number}{form.suffix}")
        write_atomically(target, content)
        err.print(f"[dim]wrote[/] {escape(str(target))}", soft_wrap=True)
    if selection.n_left_out:
        err.print(f"[yellow]left out[/]: {selection.n_left_out:,} that are photos, or not in the archive any more.")
    if len(contents) > 1:
        err.print(f"{counted(len(selection.clips), 'shot')} in {len(contents)} files: one holds at most {form.most}.")


def _write_rows(settings: Settings, query: str, file: Path) -> None:
    """Straight from DuckDB to the file, however many there are."""
    if file.suffix.lower() not in _TABLES:
        raise RequestError("bad_parameter", f"Rows become a .csv or .parquet file, not {file.name}.")
    with open_database(readable_database(settings)) as connection:
        try:
            rows = _readable(connection.sql(query))
            if file.suffix.lower() == ".csv":
                rows.write_csv(str(file))
            else:
                rows.write_parquet(str(file), compression="zstd")
        except duckdb.Error as error:
            raise RequestError("bad_query", str(error)) from None
    err.print(f"[dim]wrote[/] {escape(str(file))}", soft_wrap=True)


def _readable(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Ids of shots as text: most readers of Parquet show a UUID as sixteen bytes. Of columns with one name, as two
    tables have, the second is `x_1`."""
    rows = rows.project("*")
    columns = [(duckdb.ColumnExpression(name), str(kind)) for name, kind in zip(rows.columns, rows.types, strict=True)]
    named = zip(rows.columns, columns, strict=True)
    return rows.select(*(one.cast("VARCHAR").alias(name) if kind == "UUID" else one for name, (one, kind) in named))
