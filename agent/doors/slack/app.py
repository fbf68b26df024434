"""The Bolt app: which of Slack's requests go where. Signatures, own messages and acknowledgements are Bolt's."""

import logging
import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from agent.doors.slack.intake import Intake

log = logging.getLogger("benchwright.slack")


def build_app(client: WebClient, signing_secret: str, intake: Intake) -> App:
    """The app; what it acknowledges is in the store already. Raises BoltError where the token is refused."""
    app = App(
        name="benchwright",
        client=client,
        signing_secret=signing_secret,
        process_before_response=True,  # what cannot be kept is not acknowledged, and Slack sends it again
        logger=log,
    )

    @app.event("app_mention")
    @app.event("message")
    def message(body: dict[str, Any], event: dict[str, Any]) -> None:
        intake.message(body, event)

    @app.command(re.compile(".*"))
    def command(ack: Ack, body: dict[str, Any]) -> None:
        ack(text=intake.command(body), response_type="ephemeral")

    @app.action(re.compile(".*"))
    def button(ack: Ack, body: dict[str, Any]) -> None:
        intake.button(body)
        ack()

    @app.event(re.compile(".*"))
    def anything_else() -> None:
        """Acknowledged, so that Slack does not send it again."""

    return app
