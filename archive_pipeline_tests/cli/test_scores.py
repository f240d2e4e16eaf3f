"""What `evaluate` prints in a narrow terminal: names wrap, no figure is cut and no column is lost."""

import io

from rich.console import Console

from archive_pipeline.cli.scores import score_tables
from archive_pipeline.evaluation.score import Score

RANKS = (1, 2, 5, 10, 20, 50)


def test_in_80_columns_every_figure_and_every_column_is_there() -> None:
    asked = "text_image_to_shot, image alone"
    shares = [Score(asked, f"r_at_{k}", k / 50, 326, level="video", language="en") for k in RANKS]
    scores = [*shares, Score(asked, "mrr", 0.987, 326, level="video", language="en")]
    printed = io.StringIO()
    for table in score_tables(scores):
        Console(file=printed, width=80).print(table)
    lines = printed.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    for words in (["MRR", "queries"], ["2 %", "4 %", "10 %", "20 %", "40 %", "100 %", "0.99", "326"]):
        assert any(all(word in line for word in words) for line in lines), "\n".join(lines)
    assert "Its figures are not to be beaten here but to be reached there." in " ".join(printed.getvalue().split())
