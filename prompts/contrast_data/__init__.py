"""Own sentences for contrast sets: neutral ones by topic, frames that take any word of a class, and words of each class."""
