"""Talks to a Wyoming server as Home Assistant does, with the protocol's own package. Prints one JSON line an answer.

Usage: wyoming-package.py URL, with one JSON object a line on standard input: {"describe": true}, {"ping": "text"}, or
{"text": "...", "language": "...", "context": {...}}.
"""

import asyncio
import json
import sys

from wyoming.asr import Transcript
from wyoming.client import AsyncClient
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.intent import Intent, NotRecognized, Recognize
from wyoming.ping import Ping, Pong

ANSWERS = (Handled, NotHandled, Intent, NotRecognized, Info, Pong)


def question(asked):
    if "describe" in asked:
        return Describe()
    if "ping" in asked:
        return Ping(text=asked["ping"])
    if "recognize" in asked:
        return Recognize(text=asked["recognize"])
    return Transcript(asked["text"], language=asked.get("language"), context=asked.get("context"))


async def ask(url, asked):
    async with AsyncClient.from_uri(url) as client:
        await client.write_event(question(asked).event())
        event = await asyncio.wait_for(client.read_event(), timeout=20)
        if event is None:
            return {"type": "closed"}
        kind = next((kind for kind in ANSWERS if kind.is_type(event.type)), None)
        if kind is None:
            return {"type": event.type, "data": event.data}
        # Through the package's own class, which knows what an answer must hold.
        return {"type": event.type, "data": kind.from_event(event).event().data}


async def main(url):
    for line in sys.stdin:
        print(json.dumps(await ask(url, json.loads(line))), flush=True)


asyncio.run(main(sys.argv[1]))
