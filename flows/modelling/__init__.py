"""Flows that train, measure and apply models."""
