"""Data that ships with curation; README.md says where each file is from."""
