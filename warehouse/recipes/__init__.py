"""What a result was made from: code by definition, libraries, data files, settings and inputs, and what changed."""
