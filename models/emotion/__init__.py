"""Readers of valence and arousal."""
