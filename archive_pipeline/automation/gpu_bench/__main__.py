"""`python -m archive_pipeline.automation.gpu_bench PART FILE ASKED`: one part, which notes what it finds in a file."""

import json
import sys
from pathlib import Path

from archive_pipeline.automation.gpu_bench.asked import Asked, Figures
from archive_pipeline.automation.gpu_bench.parts import parts


def main(name: str, file: str, asked: str) -> None:
    fields = json.loads(asked)
    of = Asked(**fields | {"models": tuple(fields["models"])})
    (part,) = [part for part in parts(of) if part.name == name]
    part.work(of, Figures(Path(file)))


if __name__ == "__main__":
    main(*sys.argv[1:])
