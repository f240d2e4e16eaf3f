"""Shots as lists that editing systems and spreadsheets read."""
