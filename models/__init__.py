"""Value models: trained on a release, measured honestly, asked for the utilities of texts."""
