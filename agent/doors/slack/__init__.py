"""Benchwright in Slack: a thread is a session. `service` runs it; the other modules are its parts.

What comes in goes `app` -> `intake` (who may what, seen before?) -> a job in the store -> `line` -> `work`; what goes
out is a letter in the store -> `sender`.
"""
