"""`python -m archive_pipeline` is the command `archive-pipeline`."""

from archive_pipeline.cli import main

if __name__ == "__main__":  # worker processes import this module again
    main()
