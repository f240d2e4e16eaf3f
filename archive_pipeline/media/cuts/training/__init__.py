"""Trains the judge of the fast detector: `python -m archive_pipeline.media.cuts.training FOOTAGE`.

Videos with known truth are composed from single shots of real clips and of drawn ones, with every transition and every
disturbance that is no transition; a small temporal network learns them from the features of the fast detector.
Needs the `dev` extra (OpenCV) and torch; the detector itself needs neither.
"""
