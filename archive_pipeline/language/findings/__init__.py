"""Policies put to shots: questions with evidence, for a person who reviews."""
