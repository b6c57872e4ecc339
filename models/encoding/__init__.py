"""Encoders, frozen text vectors, and model folders."""
