"""Keyword sign-off, adjudication and codebook maps in Label Studio."""
