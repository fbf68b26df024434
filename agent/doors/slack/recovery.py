"""What a bot that was killed or ended left undone: told in its thread, and done now."""

from agent.doors.slack.answer import Answer
from agent.doors.slack.blocks import said
from agent.doors.slack.board import Board
from agent.doors.slack.line import Line
from sessions.slack_jobs import Job, SlackJobs
from sessions.slack_outbox import SlackOutbox
from sessions.store import Store

GOES_ON = "Benchwright was restarted in the middle of this, and goes on where it was."
STAYS_IN_LINE = "Benchwright was restarted; this is still in line."


def recover(jobs: SlackJobs, outbox: SlackOutbox, store: Store, board: Board, line: Line) -> None:
    """Put unfinished jobs in line again, those that were at work first, and offer waiting questions again."""
    for job in jobs.jobs("asked"):
        _offer_again(job, jobs, outbox, store, board)
    for job in (*jobs.jobs("running"), *jobs.jobs("queued")):
        if job.thread is None:
            continue  # the letter that opens its thread is still to be sent
        told = said(GOES_ON if job.status == "running" else STAYS_IN_LINE)
        outbox.write("result", {"message": told}, channel=job.channel, thread=job.thread, job=job.id)
        line.put(job)


def _offer_again(job: Job, jobs: SlackJobs, outbox: SlackOutbox, store: Store, board: Board) -> None:
    """The question is the last thing that the session was told."""
    session = jobs.session_of(job.channel, job.thread) if job.thread is not None else None
    messages = store.messages(session) if session is not None else []
    if session is None or not messages:
        jobs.end(job.id, "failed", ("asked",))
        return
    answer = Answer(job, session, store, outbox, board)
    answer.say("Benchwright was restarted; what was asked below still waits for an answer.")
    answer.ask(messages[-1].text)
