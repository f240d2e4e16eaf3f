"""`python -m archive_pipeline.automation.dagster_quietly dev …`: Dagster's own command without two of its warnings.

They are about what this project does on purpose: `dagster dev` needs no `dg` beside it, and the dagster.yaml in the
working directory, which Dagster says it does not use, is the one that DAGSTER_HOME links to.
"""

import logging
import runpy
import warnings

_OTHER_HOME = "Found a dagster instance configuration value"


def _is_told(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(_OTHER_HOME)


if __name__ == "__main__":
    warnings.filterwarnings("ignore", r"Function `dev_command` is superseded")
    logging.getLogger("dagster").addFilter(_is_told)
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)
