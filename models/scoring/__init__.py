"""Scoring of many texts in shards."""
