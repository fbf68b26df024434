"""Own sentences for contrast sets: neutral ones by topic, frames by class of word, and words of each class."""
