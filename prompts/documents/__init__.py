"""Documents to be summarised: facts to draw from, sentences around them, and reference summaries."""
