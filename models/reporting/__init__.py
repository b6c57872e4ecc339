"""Figures that several model cards and reports draw."""
