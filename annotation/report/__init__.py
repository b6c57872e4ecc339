"""The parts of a campaign's report: charts as inline SVG, and the numbers of each section."""
