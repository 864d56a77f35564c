"""Reads sentences with hassil, Home Assistant's own matcher, and tells what it made of each and how long it took.

Reads from standard input, in JSON: `folder` (of sentences), `fixtures` (a file: areas, floors and entities with their
names), `language`, `sentences` (a list of `text` and, where it was said in one, `room`). Writes to standard output, in
JSON: `version`, `buildMs`, `answers` (a list of `microseconds`, `slots` and, where it was understood, `intent`).
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import yaml
from hassil.intents import Intents, TextSlotList
from hassil.recognize import recognize_best
from hassil.util import merge_dict


def named_lists(fixtures):
    """What the home has, as Home Assistant hands it to its matcher: with what is known of each thing as context."""
    entities = []
    for entity in fixtures["entities"]:
        context = {"domain": entity["domain"], **entity["attributes"]}
        entities += [(name, name, context) for name in entity["names"]]
    lists = {"name": entities}
    for kind in ("areas", "floors"):
        lists[kind[:-1]] = [(name, name) for item in fixtures[kind] for name in item["names"]]
    return {name: TextSlotList.from_tuples(values, allow_template=False, name=name) for name, values in lists.items()}


def load(folder):
    content = {}
    for file in sorted(Path(folder).glob("*.yaml")):
        merge_dict(content, yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    return Intents.from_dict(content)


def main():
    order = json.load(sys.stdin)
    started = time.perf_counter()
    intents = load(order["folder"])
    lists = named_lists(json.loads(Path(order["fixtures"]).read_text(encoding="utf-8")))
    # Templates are taken apart when they are first asked for, which is part of building, not of the first sentence.
    for intent in intents.intents.values():
        for data in intent.data:
            _ = data.sentences
    build = time.perf_counter() - started
    answers = []
    for sentence in order["sentences"]:
        context = {"area": sentence["room"]} if "room" in sentence else {}
        started = time.perf_counter()
        result = recognize_best(
            sentence["text"],
            intents,
            slot_lists=lists,
            intent_context=context,
            language=order["language"],
            best_slot_name="name",
        )
        answer = {"microseconds": (time.perf_counter() - started) * 1e6, "slots": {}}
        if result is not None:
            answer["intent"] = result.intent.name
            answer["slots"] = {slot: entity.value for slot, entity in result.entities.items()}
        answers.append(answer)
    json.dump({"version": version("hassil"), "buildMs": build * 1e3, "answers": answers}, sys.stdout)


main()
