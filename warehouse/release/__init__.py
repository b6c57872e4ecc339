"""From agreed labels to a published data set: splits, variants, leakage, figures, files."""
