"""The detector of the 20 value categories of ValueEval'23."""
