"""What the judge of the fast detector learns from, and how: `python -m archive_pipeline.evaluation.cut_judge` does it.

Videos with known truth are composed from single shots of real clips and of drawn ones, with every transition and every
disturbance that is no transition; real edits are shown in other looks, darkness and low bit rates among them; and there
are simulated programmes. Small networks learn them from the features of the fast detector.
Needs the `dev` extra (OpenCV) and torch; the detector itself needs neither.
"""
