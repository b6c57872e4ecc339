"""Real and embedded services, chosen by settings."""
