"""Value models: utilities of a text under ten values."""
