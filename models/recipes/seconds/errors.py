#!/usr/bin/env python3
"""Where wrong answers about clips come from: what the encoders said of them, or what the language model made of it.

    errors.py --begin RUN --data FOLDER... --looks FILE

Beside the language model a rule answers, which has nothing but the likeliest of what the encoders say: `rule` is how often it is right, and where it is while the language model is not, the
language model is to blame. Where both are wrong the encoders are; what they did then is told.
"""
import argparse
import collections
import json
import re

import torch

from clips import EVENTS, MOTIONS, OWN, SIDES, SOUNDS
from further import looks_at, opened
from senses import parts
from teller import FORMS, Rows

SURE = 0.3
EVENT_WORDS = {"approaches": "approach", "runs into": "collision", "slides": "door", "falls": "dropped object"}
OWN_WORDS = {"drive": "forward", "left": "turn left", "right": "turn right", "still": "still"}
MOTION_WORDS = {"nearer": "nearer", "away": "away", "left": "left", "right": "right", "still": "still", "place": "still"}
WORD = re.compile(r"[a-z]+")


class Told:
    """What the encoders say of one clip, each part at its likeliest."""

    def __init__(self, looks, i, classes, colours):
        labels, tints, numbers, said, heard = (its[i] for its in looks)
        self.things = []
        for k in range(len(labels)):
            n = numbers[k]
            score = float(torch.exp(4 * n[9]))
            x, distance = float(n[0]), float((n[5] + 1.7) * 2)
            self.things.append({
                "score": score, "label": classes[int(labels[k].argmax())], "colour": colours[int(tints[k].argmax())], "p": float(labels[k].max()), "x": x, "distance": distance,
                "size": float(n[7] + n[8]), "moves": n[12 : 12 + len(MOTIONS)], "went": n[10:12],
            })
        self.own, self.event = said[: len(OWN)], said[len(OWN) : len(OWN) + len(EVENTS)]
        label, side, _, events, _ = parts(heard[None])
        self.sound, self.side, self.heard = SOUNDS[int(label[0].argmax())], SIDES[int(side[0].argmax())], events[0]

    def found(self, label, colour=None, sure=SURE):
        return [t for t in self.things if t["score"] > sure and t["label"] == label and colour in (None, t["colour"])]

    def best(self, label):
        its = [t for t in self.things if t["label"] == label]
        return max(its, key=lambda t: t["score"]) if its else None


def nouns_in(text, classes, colours):
    """Things that a question names, each with its colour or none."""
    words, out = WORD.findall(text.lower()), []
    single = {**{c: c for c in classes}, **{f"{c}s": c for c in classes}, **{f"{c}es": c for c in classes}, "people": "person"}
    for i, word in enumerate(words):
        before = words[i - 1] if i > 0 else ""
        # A can is a thing, and you can.
        if word in single and (word != "can" or before in ("a", "the", *colours)):
            out.append((single[word], before if before in colours else None))
    return out


def rule_for(form, text, told, classes, colours):
    """What follows from the likeliest of what the encoders say, and how it came."""
    nouns = nouns_in(text, classes, colours)
    if form == "existence":
        return ("yes" if told.found(*nouns[0]) else "no"), ""
    if form == "count":
        n = len(told.found(nouns[0][0]))
        return str(max(1, n)), "not found" if n == 0 else ""
    if form == "colour":
        its = told.best(nouns[0][0])
        return (its["colour"], "") if its and its["score"] > 0.1 else (None, "not found")
    if form in ("relation", "comparison"):
        both = [told.best(label) for label, _ in nouns[:2]]
        if None in both or min(t["score"] for t in both) < 0.1:
            return None, "not found"
        p, q = both
        if form == "comparison":
            if re.search(r"near|clos|far|distan|reach|way|meet|before", text):
                return ("yes" if p["distance"] < q["distance"] else "no"), "distance"
            return ("yes" if p["size"] > q["size"] else "no"), "size"
        said = {"left of": p["x"] < q["x"], "right of": p["x"] > q["x"], "front of": p["distance"] < q["distance"], "behind": p["distance"] > q["distance"]}
        which = next((its for its in said if its in text), None)
        return ("yes" if which and said[which] else "no"), which or "on"
    if form == "sound":
        return told.sound, ""
    if form == "direction":
        return told.side, ""
    if form == "motion" and not nouns:
        which = next(OWN_WORDS[w] for w in OWN_WORDS if w in text)
        return ("yes" if told.own[OWN.index(which)] > 0 else "no"), f"own {which}"
    if form == "motion":
        which = next(MOTION_WORDS[w] for w in MOTION_WORDS if w in WORD.findall(text))
        its = told.best(nouns[0][0])
        if its is None or its["score"] < 0.1:
            return None, f"{which}: not found"
        return ("yes" if its["moves"][MOTIONS.index(which)] > 0 else "no"), which
    which = next(EVENT_WORDS[w] for w in EVENT_WORDS if w in text)
    k = EVENTS.index(which)
    return ("yes" if max(told.event[k], told.heard[k]) > 0 else "no"), which


@torch.no_grad()
def told_answers(teller, looks, rows, batch=512):
    """Whether each row is answered right, and the first words of what is said instead."""
    out = []
    *seen, heard = looks
    for some in torch.arange(len(rows.ids)).split(batch):
        ids, wanted = rows.ids[some].long(), rows.wanted[some].long()
        clips, own = rows.owner[some].unique(return_inverse=True)
        said = teller(ids, own, teller.senses([its[clips] for its in seen], heard[clips])).argmax(2)
        good = ((said == wanted) | (wanted == -100)).all(1)
        out += [(bool(good[i]), rows.pieces.vocabulary[int(said[i, rows.at[some[i]]])]) for i in range(len(some))]
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--begin", required=True)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--looks", required=True, help="a file that keeps what the encoders say of the clips")
    parser.add_argument("--wrong", help="a file for what was answered wrong, a line each")
    args = parser.parse_args()
    torch.set_num_threads(1)
    run, seer, listener, teller, features = opened(args.begin)
    [(looks, _)], words = looks_at(args.looks, args.data, run, seer, listener, features, (False,))
    names = [*run["classes"], *run["colours"]]
    rows = Rows(words, run["vocabulary"], names)
    said = told_answers(teller, looks, rows)
    told = [Told(looks, i, run["classes"], run["colours"]) for i in range(len(words))]
    table, whys, wrong, row = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter), [], 0
    for n, its in enumerate(words):
        for form, text, answer, _ in its["questions"]:
            good, first = said[row]
            row += 1
            if answer is None:
                table[form]["cannot"] += 1
                table[form]["cannot, right"] += good
                continue
            rule, how = rule_for(form, text.lower(), told[n], run["classes"], run["colours"])
            key = ("right" if good else "wrong") + (", rule right" if rule == answer else ", rule wrong")
            table[form]["all"] += 1
            table[form][key] += 1
            whys[form][f"{how} {answer if form in ('existence', 'motion', 'event', 'sound', 'count') else ''} {'ok' if good else 'said ' + first} {'rule ok' if rule == answer else f'rule {rule}'}"] += 1
            if not good:
                wrong.append({"clip": n, "form": form, "text": text, "truth": answer, "said": first, "rule": rule, "how": how})
        row += sum(1 for key in ("description", "mirrored") if its.get(key))
    for form in FORMS:
        its = table[form]
        if its["all"]:
            share = lambda *keys: round(100 * sum(its[k] for k in keys) / its["all"], 1)
            print(json.dumps({
                "form": form, "questions": its["all"], "right": share("right, rule right", "right, rule wrong"), "rule": share("right, rule right", "wrong, rule right"),
                "language model to blame": share("wrong, rule right"), "encoders to blame": share("wrong, rule wrong"), "cannot, right": round(100 * its["cannot, right"] / max(1, its["cannot"]), 1),
            }))
    for form in FORMS:
        for key, count in whys[form].most_common(24):
            print(f"{form:12} {count:5} {key}")
    if args.wrong:
        open(args.wrong, "w").write("".join(f"{json.dumps(its)}\n" for its in wrong))


if __name__ == "__main__":
    main()
