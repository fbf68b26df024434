"""A mock of Slack over real HTTP and WebSocket: Web API, file uploads, Socket Mode, signed requests.

It refuses what Slack refuses: wrong tokens, missing scopes and arguments, blocks beyond the limits of Block Kit,
threads and messages that are not there. `test_slack_mock.py` holds it against Slack's own client.
"""
