"""Surveys on Amazon Mechanical Turk, for requesters who have an account there; by API or by batch files."""
