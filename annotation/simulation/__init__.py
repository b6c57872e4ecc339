"""The simulated crowd: workers with planted truth behind the platform protocol."""
