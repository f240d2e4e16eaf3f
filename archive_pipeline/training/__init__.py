"""How the bundled `archive-tiny` is made: simulated pictures, bilingual captions, a small CLIP trained on them.

`python -m archive_pipeline.training.train` trains it, `probe` measures it. Nothing else of the project imports this.
"""
