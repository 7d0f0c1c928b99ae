"""Facts of a description of a still or a clip, and which of them are true: the rules of src/words/description.ts and statements.ts, for learning."""
import re

import numpy as np

from eyes import WIDTH
from talk import NEARER, SHARE, SIDES, SOUNDS, VISIBLE

LIST, NEAREST = "from left to right i see ", " is the nearest"
# Less than that far apart (pixels) nobody calls one thing left of another.
ASIDE = 12


class Facts:
    """Descriptions read, with what can be named."""

    def __init__(self, classes, colours):
        nouns = [(label, colour) for label in classes for colour in (None, *colours)]
        self.nouns = {(label if not colour else f"{label} in {colour}" if label == "person" else f"{colour} {label}"): (label, colour) for label, colour in nouns}
        self.known = {}

    def of(self, text):
        """What it says, in tuples that begin with what kind of fact each is."""
        if text not in self.known:
            self.known[text] = self.read(text)
        return self.known[text]

    def noun(self, name):
        return self.nouns.get(re.sub(r"^(an?|the) ", "", name.strip()))

    def read(self, text):
        facts = []
        for sentence in map(str.strip, text.split(".")):
            if sentence.startswith(LIST):
                facts += self.listed(sentence[len(LIST) :])
            elif sentence.startswith("i hear "):
                facts += heard(sentence)
            elif sentence.endswith(NEAREST):
                one, others = self.noun(sentence[: -len(NEAREST)]), [fact[1] for fact in facts if fact[0] == "count"]
                facts += [("nearer", one, other) for other in others if one and other != one]
        return facts

    def listed(self, names):
        nouns = [its for its in map(self.noun, re.split(r",| and ", names)) if its]
        kinds, labels = list(dict.fromkeys(nouns)), list(dict.fromkeys(label for label, _ in nouns))
        return [
            *(("thing", (label, None)) for label in labels),
            *(("thing", noun) for noun in kinds if noun[1]),
            *(("count", noun, nouns.count(noun)) for noun in kinds),
            *(("left", p, q) for p, q in zip(nouns, nouns[1:]) if p != q),
        ]


def heard(sentence):
    if sentence == "i hear nothing":
        return [("sound", "nothing", None)]
    label = next((label for label, words in SOUNDS.items() if words in sentence), None)
    side = next((side for side, words in SIDES.items() if sentence.endswith(words)), None)
    return [("sound", label, None), *([("sound", label, side)] if side else [])] if label else []


class Seen:
    """What is true of one still or clip, or of its mirror image."""

    def __init__(self, truth, is_mirrored=False):
        self.things = []
        for t in truth["things"]:
            if "box" in t:
                middle = (t["box"][0] + t["box"][2]) / 2
                middle = WIDTH - middle if is_mirrored else middle
                self.things.append((t["label"], t.get("colour"), t["share"] >= SHARE and t["visible"] >= VISIBLE, middle, np.hypot(*t["relative"][:2]), t["id"], t.get("on")))
        sound = truth.get("sound")
        side = sound.get("side") if sound else None
        self.sound = sound and (sound["label"], {"left": "right", "right": "left"}.get(side, side) if is_mirrored else side)
        self.all_heard = {its["label"] for its in truth.get("clip", {"sounds": []})["sounds"]}

    def named(self, noun):
        return [t for t in self.things if t[0] == noun[0] and noun[1] in (None, t[1])]

    def holds(self, fact):
        """True, false, or none where one could argue."""
        kind, noun, *more = fact
        if kind == "sound":
            return self.sounds(noun, more[0])
        its = self.named(noun)
        if kind == "thing":
            return True if any(t[2] for t in its) else None if its else False
        if kind == "count":
            return len(its) == more[0] if all(t[2] for t in its) else None
        pairs = [(p, q) for p in its for q in self.named(more[0]) if p is not q]
        return any_of([compared(kind, p, q) if p[2] and q[2] else None for p, q in pairs])

    def sounds(self, label, side):
        if not self.sound:
            return None
        if self.sound[0] != label:
            return None if label in self.all_heard else False
        return True if side is None else None if self.sound[1] is None else self.sound[1] == side


def compared(kind, p, q):
    if kind == "left" and (p[6] == q[5] or q[6] == p[5]):
        return None
    value, margin = (q[3] - p[3], ASIDE) if kind == "left" else (q[4] - p[4], NEARER)
    return True if value >= margin else False if value <= -margin else None


def any_of(answers):
    return True if True in answers else None if None in answers else False
