"""Value models in other formats."""
