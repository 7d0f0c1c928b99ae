#!/usr/bin/env python3
"""Trains the network that compares words with the cells of a picture, for what two embeddings cannot tell: relations.

    compare.py --pictures RUN --words RUN --data FOLDER... --out RUN2 [--steps 1500] [--check FOLDER]

Of sentences about one picture one is true: four that differ in their relation, or a caption about two things and wrong ones. Of the former
the cells of the two things are known, and learned. The encoder of pictures learns nothing.
"""
import argparse
import json
import os
import re
import time

import numpy as np
import torch
from torch.nn import functional as F

from stills import COLUMNS, ROWS, STRIDE, WIDTH, Stills, filled
from towers import Compare, Vision
from train import Batches
from words import LENGTH

RELATIONS = {"left": "to the left of", "right": "to the right of", "front": "in front of", "behind": "behind", "on": "on"}
# The rules of the simulator's words (docs/drivers/stills.md): pixels and m.
ASIDE, BEFORE, SHARE, VISIBLE = 12, 0.15, 0.01, 0.5


def indefinite(noun):
    return ("an " if re.match(r"[aeio]|u[^n]|un[^i]|hour", noun) else "a ") + noun


def noun_of(thing):
    return f"{thing['colour']} {thing['label']}" if "colour" in thing else thing["label"]


def relates(relation, p, q):
    """True, False, or None where one could argue."""
    if relation == "on":
        return p.get("on") == q["id"]
    if p.get("on") == q["id"] or q.get("on") == p["id"]:
        return None
    middle = lambda t: (t["box"][0] + t["box"][2]) / 2
    aside, before = middle(q) - middle(p), q["relative"][0] - p["relative"][0]
    value, margin = {"left": (aside, ASIDE), "right": (-aside, ASIDE), "front": (before, BEFORE), "behind": (-before, BEFORE)}[relation]
    return True if value >= margin else False if value <= -margin else None


def related(truth):
    """Of every two things that are told apart by their nouns: the nouns, and which relations hold and which do not."""
    view = [t for t in truth["things"] if "box" in t and t["label"] != "table"]
    nouns = [noun_of(t) for t in view]
    alone = [i for i, t in enumerate(view) if nouns.count(nouns[i]) == 1 and t["share"] >= SHARE and t["visible"] >= VISIBLE]
    # A noun without a colour must not name another thing as well.
    alone = [i for i in alone if "colour" in view[i] or sum(t["label"] == view[i]["label"] for t in view) == 1]
    found = []
    for i in alone:
        for j in alone:
            holding = {r: relates(r, view[i], view[j]) for r in RELATIONS} if i != j else {}
            if sum(v is False for v in holding.values()) >= 1 and True in holding.values():
                true, false = ([r for r, v in holding.items() if v is wanted] for wanted in (True, False))
                found.append((nouns[i], nouns[j], true, false, view[i]["box"], view[j]["box"]))
    return found


def phrasings_of(stills, folders):
    """The train split's ways of saying a relation, out of its captions."""
    found = set()
    starts = list(stills.starts)
    for f, folder in enumerate(folders[:1]):
        for line in open(f"{folder}/captions.jsonl"):
            its = json.loads(line)
            if its["about"] != "relation":
                continue
            truth = stills.truths[starts[f] + its["still"]]
            nouns = sorted({indefinite(noun_of(t)) for t in truth["things"]}, key=len, reverse=True)
            text = its["text"]
            told = [n for n in nouns if re.search(rf"\b{n}\b", text)]
            for relation in sorted(RELATIONS.values(), key=len, reverse=True):
                if f" {relation} " in text and len(told) >= 2:
                    left, right = text.split(f" {relation} ", 1)
                    a, b = [n for n in told if left.endswith(n) or f"{n} " in left], [n for n in told if right.startswith(n)]
                    if a and b:
                        found.add(left.replace(a[0], "{one}", 1) + " {relation} " + right.replace(b[0], "{other}", 1))
                    break
    return sorted(p for p in found if p.count("{one}") == p.count("{other}") == 1 and "a" not in re.sub(r"\{\w+\}|appears|stands|there is|is|i see", "", p))


class Sets(Batches):
    def __init__(self, stills, size, seed, phrasings):
        super().__init__(stills, "picture", size, seed, stills.pieces)
        self.phrasings = phrasings
        self.related = [related(truth) for truth in stills.truths]

    def relation(self, still):
        """A true sentence and three false ones, or as many as there are; and the boxes of what they name."""
        couples = self.related[still]
        one, other, true, false, *boxes = couples[self.random.integers(len(couples))]
        how = self.phrasings[self.random.integers(len(self.phrasings))]
        said = [true[self.random.integers(len(true))], *self.random.permutation(false)[:3]]
        return [self.pieces.ids(how.format(one=indefinite(one), other=indefinite(other), relation=RELATIONS[r])) for r in said], boxes

    def sets(self, still, relations=2):
        """Sentences of which the first is true, and the boxes of the two things they name, if they are known."""
        found = [self.relation(still) for _ in range(relations if self.related[still] else 0)]
        rest = [c[1] for c in self.stills.captions[still] if c[0] in ("relation", "comparison") and len(c[1]) > 1]
        if rest:
            its = rest[self.random.integers(len(rest))]
            found.append(([its[0], *(its[1 + j] for j in self.random.permutation(len(its) - 1)[:2])], None))
        return [its for its in found if len(its[0]) > 1]

    def next(self):
        chosen = self.random.integers(len(self.stills), size=self.size)
        flips = self.random.random(len(chosen)) < 0.5
        shifts = self.random.integers(-6, 7, size=(len(chosen), 2))
        x = self.picture(chosen, flips, shifts)
        texts, owner, groups, cells = [], [], [], []
        for n, (still, flip) in enumerate(zip(chosen, flips)):
            for its, boxes in self.sets(still):
                groups.append((len(texts), len(its)))
                owner += [n] * len(its)
                cells += [[cell_of(box, flip, shifts[n]) for box in boxes] if boxes else [-1, -1]] * len(its)
                texts += [[self.swap.get(t, t) for t in ids] if flip else ids for ids in its]
        return x, self.hide(filled(texts)), torch.tensor(owner), groups, torch.tensor(cells)


def cell_of(box, flip, shift):
    """Cell of the middle of a box in a picture that was flipped and shifted."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    x, y = (WIDTH - x if flip else x) + shift[0], y + shift[1]
    return int(np.clip(y // STRIDE, 0, ROWS - 1)) * COLUMNS + int(np.clip(x // STRIDE, 0, COLUMNS - 1))


def grouped(logits, groups):
    """Logits in rows of four; what is missing is very unlikely."""
    out = torch.full((len(groups), 4), -1e4)
    rows = torch.tensor([r for r, (_, n) in enumerate(groups) for _ in range(n)])
    columns = torch.tensor([c for _, n in groups for c in range(n)])
    return out.index_put((rows, columns), logits)


@torch.no_grad()
def check(model, vision, sets, stills):
    """Share of relations, of four choices, told right, and of other captions against wrong ones."""
    model.eval()
    sets = Sets(stills, 0, 5, sets.phrasings)
    right, asked = {"relation": 0, "other": 0}, {"relation": 0, "other": 0}
    for i in range(0, len(stills), 50):
        chosen = np.arange(i, min(i + 50, len(stills)))
        x = torch.from_numpy((stills.array("picture", chosen).astype(np.float32) / 255 - 0.5) / 0.5).permute(0, 3, 1, 2)
        tokens = vision.trunk(x.contiguous(memory_format=torch.channels_last)).flatten(2).transpose(1, 2)
        for n, still in enumerate(chosen):
            for its, boxes in sets.sets(still, 1):
                if boxes and len(its) < 4:
                    continue
                name = "relation" if boxes else "other"
                ids = torch.from_numpy(filled(its))
                logits = model(ids, tokens[n : n + 1].expand(len(its), -1, -1), (ids != 0).float())
                right[name] += int(logits.argmax()) == 0
                asked[name] += 1
    model.train()
    return {name: round(100 * right[name] / asked[name], 1) for name in right}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", required=True)
    parser.add_argument("--words", required=True)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--check")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(3)
    os.makedirs(args.out, exist_ok=True)
    pictures, words = torch.load(f"{args.pictures}/checkpoint.pt"), torch.load(f"{args.words}/checkpoint.pt")
    stills = Stills(args.data, words["vocabulary"])
    checked = Stills([args.check], words["vocabulary"]) if args.check else None
    vision = Vision(3, len(stills.classes), len(stills.colours)).to(memory_format=torch.channels_last)
    vision.load_state_dict(pictures["vision"])
    vision.eval()
    model = Compare(len(words["vocabulary"]), LENGTH)
    model.text.load_state_dict(words["text"])
    with torch.no_grad():
        for name in ("middle", "box", "up", "down"):
            layer = getattr(model, name)
            layer.weight.copy_(pictures["vision"][f"{name}.weight"][:, :, 0, 0]), layer.bias.copy_(pictures["vision"][f"{name}.bias"])
            layer.requires_grad_(False)
        model.names.weight.copy_(words["text"]["projection.weight"]), model.names.bias.copy_(words["text"]["projection.bias"])
    phrasings = phrasings_of(stills, args.data)
    print(json.dumps({"phrasings": phrasings}), flush=True)
    sets = Sets(stills, args.batch, 4, phrasings)
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=args.rate, weight_decay=0.02)
    step, curve, file, began = 0, [], f"{args.out}/checkpoint.pt", time.time()
    if os.path.exists(file):
        saved = torch.load(file)
        model.load_state_dict(saved["model"]), optimiser.load_state_dict(saved["optimiser"])
        step, curve, sets.random = saved["step"], saved["curve"], np.random.default_rng(saved["step"])
        began -= saved["seconds"]
    mean = np.zeros(2)
    while step < args.steps:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 150) * (0.5 + 0.5 * np.cos(np.pi * step / args.steps))
        x, ids, owner, groups, cells = sets.next()
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            grid = vision.trunk(x)
        tokens = grid.float().flatten(2).transpose(1, 2)
        logits, scores = model.compared(ids, tokens, (ids != 0).float(), owner)
        answer = F.cross_entropy(grouped(logits, groups), torch.zeros(len(groups), dtype=torch.long))
        where = F.cross_entropy(scores.flatten(0, 1), cells.flatten(), ignore_index=-1)
        loss = answer + 0.3 * where
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        step += 1
        mean += np.array([float(answer), float(where)])
        if step % 100 == 0 or step == args.steps:
            line = {"step": step, "seconds": round(time.time() - began), "answer": round(mean[0] / 100, 3), "where": round(mean[1] / 100, 3)}
            if checked and (step % 500 == 0 or step == args.steps):
                line.update(check(model, vision, sets, checked))
            mean = np.zeros(2)
            curve.append(line)
            print(json.dumps(line), flush=True)
            torch.save({"step": step, "seconds": time.time() - began, "curve": curve, "model": model.state_dict(), "optimiser": optimiser.state_dict()}, f"{file}.part")
            os.replace(f"{file}.part", file)


if __name__ == "__main__":
    main()
