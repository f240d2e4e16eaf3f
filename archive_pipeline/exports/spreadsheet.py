"""Tables as CSV that a spreadsheet opens without surprises."""

import polars as pl

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet_csv(table: pl.DataFrame, decimals: int = 3) -> bytes:
    """Begins with a byte order mark, without which spreadsheets read accents wrongly; text that one would take for a
    formula is quoted."""
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    harmless = table.with_columns(
        pl.when(pl.any_horizontal(pl.col(name).str.starts_with(start) for start in _FORMULA))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )
    return harmless.write_csv(include_bom=True, line_terminator="\r\n", float_precision=decimals).encode()
