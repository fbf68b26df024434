"""A completions server over real HTTP: vLLM's form of the OpenAI protocol, answered by a real model, with faults."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tools.models.language_model import LanguageModel


class CompletionsServer:
    """Serves one model. What goes wrong is set on the object while it runs."""

    def __init__(self, model: LanguageModel, name: str = "tiny") -> None:
        self.model = model
        self.name = name
        self.names = [name]
        self.key: str | None = None
        self.base_url = ""
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.fails: list[Response] = []
        """Answers of the next requests, instead of the model's."""
        self.echoes = True
        """Whether it gives the log-probabilities of a prompt."""
        self.chats = True
        self.delay_s = 0.0
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/models", self._models),
                Route("/v1/completions", self._completions, methods=["POST"]),
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
            ]
        )

    async def _models(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse({"data": [{"id": name} for name in self.names]})

    async def _completions(self, request: Request) -> Response:
        body = await request.json()
        return await self._answer(request, body, lambda: self._complete(body))

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        if not self.chats:
            return JSONResponse({"error": {"message": "no chat template"}}, 404)
        return await self._answer(request, body, lambda: self._talk(body))

    async def _answer(self, request: Request, body: dict[str, Any], work: Any) -> Response:
        self.requests.append((request.url.path, body))
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if body["model"] not in self.names:
            return JSONResponse({"error": {"message": f"the model {body['model']} does not exist"}}, 404)
        return await run_in_threadpool(self._counted, work)

    def _refusal(self, request: Request) -> Response | None:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return JSONResponse({"error": {"message": f"wrong key {request.headers['authorization']}"}}, 401)
        return self.fails.pop(0) if self.fails and request.method == "POST" else None

    def _counted(self, work: Any) -> Response:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            time.sleep(self.delay_s)
            with self._lock:
                return work()
        finally:
            self._at_once -= 1

    def _complete(self, body: dict[str, Any]) -> Response:
        tokenizer = self.model.tokenizer
        ids = tokenizer(body["prompt"])["input_ids"]
        if len(ids) > self.model.model.config.max_position_embeddings:
            return JSONResponse({"error": {"message": "the prompt is longer than the context"}}, 400)
        with torch.no_grad():
            logits = self.model.model(torch.tensor([ids])).logits[0].float()
        written = self._write(ids, body)
        choice: dict[str, Any] = {"index": 0, **written}
        if body.get("echo"):
            choice["text"] = body["prompt"] + choice["text"]
            log_probs = logits.log_softmax(-1)
            values: list[float | None] = [None]
            tops: list[dict[str, float] | None] = [None]
            for place, token in enumerate(ids[1:]):
                best = int(log_probs[place].argmax())
                values.append(float(log_probs[place, token]))
                tops.append({tokenizer.decode(each): float(log_probs[place, each]) for each in {best, token}})
            generated = int(logits[-1].argmax())
            if self.echoes:
                choice["logprobs"] = {
                    "tokens": [tokenizer.decode(token) for token in [*ids, generated]],
                    "token_logprobs": [*values, float(log_probs[-1, generated])],
                    "top_logprobs": [*tops, {tokenizer.decode(generated): float(log_probs[-1, generated])}],
                }
        return JSONResponse(
            {"choices": [choice], "usage": {"prompt_tokens": len(ids), "completion_tokens": written["n"]}}
        )

    def _talk(self, body: dict[str, Any]) -> Response:
        ids = self.model.tokenizer.apply_chat_template(
            body["messages"], add_generation_prompt=True, return_dict=False
        )
        written = self._write(ids, body)
        message = {"role": "assistant", "content": written["text"]}
        reasons = {key: written[key] for key in ("finish_reason", "stop_reason")}
        choice = {"index": 0, "message": message, **reasons}
        usage = {"prompt_tokens": len(ids), "completion_tokens": written["n"]}
        return JSONResponse({"choices": [choice], "usage": usage})

    def _write(self, ids: list[int], body: dict[str, Any]) -> dict[str, Any]:
        """The greedy continuation, token by token, to a stop string, an end token or the limit."""
        from tools.models.chat import end_tokens

        ends = end_tokens(self.model.model, self.model.tokenizer)
        written: list[int] = []
        text, reason, stop_reason = "", "length", None
        while len(written) < body["max_tokens"]:
            with torch.no_grad():
                token = int(self.model.model(torch.tensor([ids + written])).logits[0, -1].argmax())
            if token in ends:
                reason = "stop"
                break
            written.append(token)
            text = self.model.tokenizer.decode(written, skip_special_tokens=True)
            found = [string for string in body.get("stop") or [] if string in text]
            if found:
                text, reason, stop_reason = text[: text.index(found[0])], "stop", found[0]
                break
        return {"text": text, "finish_reason": reason, "stop_reason": stop_reason, "n": len(written)}


@contextmanager
def served(server: CompletionsServer) -> Iterator[CompletionsServer]:
    """The server under a free port of this machine."""
    import uvicorn

    runner = uvicorn.Server(uvicorn.Config(server.app(), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=runner.run, daemon=True)
    thread.start()
    while not runner.started:
        time.sleep(0.01)
    port = runner.servers[0].sockets[0].getsockname()[1]
    server.base_url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        runner.should_exit = True
        thread.join(timeout=10)


def too_many(retry_after: str = "0") -> Response:
    """A rate limit."""
    return JSONResponse({"error": {"message": "slow down"}}, 429, headers={"retry-after": retry_after})


def broken() -> Response:
    """A server error."""
    return JSONResponse({"error": {"message": "out of memory"}}, 500)


def rubbish() -> Response:
    """Something that is no completion."""
    return PlainTextResponse("<html>hello</html>")
