#!/usr/bin/env python3
"""Trains the encoder of sound, and goes on with that of words, which has to know sounds beside pictures.

    hear.py --words RUN --data FOLDER... --out RUN2 [--steps 2500] [--check FOLDER]

Pictures are not looked at again: their embeddings and those of their things, by the run's encoder, are what words have to stay near.
A clip is told from all statements about sounds (InfoNCE); microphones are turned about and mirrored with the sides.
"""
import argparse
import json
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

from stills import Stills, filled, targets
from towers import LAGS, PAIRS, BANDS, Hearing, Sound, Text, Vision
from train import NEGATIVES, Batches
from words import LENGTH

SOUNDS = ["voice", "music", "footsteps", "door", "metal", "ceramic", "wood", "nothing"]
SIDES = ["front", "left", "behind", "right"]
SPAN = 2 * LAGS + 1


# Words that tell a sound, a side, or that there is none.
TELLING = "voice music footsteps sliding door metal ceramic wood that falls ahead on the left right from behind silent nothing quiet no".split()


class Frames:
    """Other words about what is told: half of those that tell nothing of the sound are left out, and up to four others put before it."""

    def __init__(self, pieces, classes, colours, random):
        telling = {i for word in TELLING for i in pieces.word(word)}
        things = {i for name in [*classes, *colours] for word in name.split(" ") for i in pieces.word(word)}
        self.telling, self.random = telling, random
        self.others = np.array([i for i in range(4, len(pieces.vocabulary)) if i not in telling | things])

    def about(self, ids):
        if self.random.random() < 0.4:
            return list(ids)
        kept = [i for i in ids[1:-1] if i in self.telling or self.random.random() < 0.5]
        return [ids[0], *map(int, self.random.choice(self.others, self.random.integers(5))), *kept, ids[-1]]


def features_of(stills, cache):
    """Of every clip, kept as halves; zeros where there is none."""
    if os.path.exists(cache):
        return np.load(cache, mmap_mode="r")
    hearing, parts = Hearing(), []
    with torch.no_grad():
        for i in range(0, len(stills), 50):
            clip = stills.array("sound", np.arange(i, min(i + 50, len(stills)))).astype(np.float32) / 32768
            parts.append(hearing(torch.from_numpy(clip.transpose(0, 2, 1))).numpy().astype(np.float16))
    np.save(cache, np.concatenate(parts))
    return np.load(cache, mmap_mode="r")


def turned(features, quarters, mirrored):
    """What would be heard with the robot's microphones turned by quarters to the left, and left and right swapped."""
    place = lambda m: ((-m if mirrored else m) + quarters) % 4
    out = [features[:, :BANDS]]
    part = lambda k: features[:, BANDS + k * SPAN : BANDS + (k + 1) * SPAN]
    for i, j in PAIRS:
        pair = (place(i), place(j))
        out.append(part(PAIRS.index(pair)) if pair in PAIRS else part(PAIRS.index(pair[::-1]))[:, ::-1])
    return np.concatenate(out, 1)


def key_of(truth):
    sound = truth.get("sound")
    return None if sound is None else (SOUNDS.index(sound["label"]), SIDES.index(sound["side"]) if "side" in sound else -1)


def side_after(side, quarters, mirrored):
    """The new microphone m hears what place(m) heard: the side that place takes to the old one."""
    if side < 0:
        return side
    return next(m for m in range(4) if ((-m if mirrored else m) + quarters) % 4 == side)


def statements_of(stills):
    """Texts of each statement about sounds, by what it says."""
    texts = {}
    for truth, captions in zip(stills.truths, stills.captions):
        for about, rows, *_ in captions:
            if about == "sound":
                texts.setdefault(key_of(truth), set()).add(tuple(rows[0]))
    return {key: sorted(its) for key, its in sorted(texts.items())}


@torch.no_grad()
def looked_at(vision, stills):
    """Embedding of every picture (of length 1), and rows of its things' cells: still, label, colour; and their embeddings."""
    vision.eval()
    pictures, rows, cells_of = [], [], []
    for i in range(0, len(stills), 50):
        chosen = np.arange(i, min(i + 50, len(stills)))
        x = torch.from_numpy((stills.array("picture", chosen).astype(np.float32) / 255 - 0.5) / 0.5).permute(0, 3, 1, 2)
        grid = vision.trunk(x.contiguous(memory_format=torch.channels_last))
        cells = vision.cells(grid)
        pictures.append(F.normalize(vision.pooled(grid, cells, vision.middle(grid)), dim=1))
        cells = F.normalize(cells.flatten(2), dim=1)
        for n, s in enumerate(chosen):
            for cell, _, label, colour in targets(stills.things[s])[2]:
                rows.append((s, label, colour))
                cells_of.append(cells[n, :, cell])
    return torch.cat(pictures), np.array(rows), torch.stack(cells_of)


@torch.no_grad()
def check(sound, text, stills, features, statements):
    """Shares of clips whose statement, label and side are told right."""
    sound.eval(), text.eval()
    keys = list(statements)
    words = torch.cat([text(torch.from_numpy(filled([statements[key][0]])), filled=True) for key in keys])
    heard = [i for i, truth in enumerate(stills.truths) if key_of(truth) is not None]
    embeddings = sound(torch.from_numpy(np.asarray(features[heard], np.float32)))
    best = [keys[b] for b in (embeddings @ words.T).argmax(1)]
    truth = [key_of(stills.truths[i]) for i in heard]
    share = lambda test: round(100 * sum(map(test, best, truth)) / len(truth), 1)
    sound.train(), text.train()
    return {"statement": share(lambda a, b: a == b), "label": share(lambda a, b: a[0] == b[0]), "side": share(lambda a, b: a[1] == b[1])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", required=True)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--check")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(2)
    os.makedirs(args.out, exist_ok=True)
    began = time.time()
    words = torch.load(f"{args.words}/checkpoint.pt")
    stills = Stills(args.data, words["vocabulary"], sounds=True)
    features = features_of(stills, f"{args.out}/features.npy")
    statements = statements_of(stills)
    keys = list(statements)
    used = {t for captions in stills.captions for c in captions for ids in c[1] for t in ids}
    json.dump(sorted(used), open(f"{args.out}/pieces.json", "w"))
    checked = Stills([args.check], words["vocabulary"], sounds=True) if args.check else None
    checked_features = features_of(checked, f"{args.out}/checked.npy") if checked else None
    checked_statements = statements_of(checked) if checked else None
    vision = Vision(3, len(stills.classes), len(stills.colours))
    vision.load_state_dict(words["vision"])
    pictures, rows, cells = looked_at(vision, stills)
    text, sound = Text(len(words["vocabulary"]), LENGTH), Sound(len(SOUNDS), len(SIDES))
    text.load_state_dict(words["text"])
    batches = Batches(stills, "picture", args.batch, 2, stills.pieces)
    heard = np.array([i for i, truth in enumerate(stills.truths) if key_of(truth) is not None])
    scale = torch.nn.Parameter(torch.tensor([2.7, *words["scale"]]))
    optimiser = torch.optim.AdamW([
        {"params": [*sound.parameters(), scale], "top": 2e-3},
        {"params": text.parameters(), "top": 7e-4},
    ], weight_decay=0.02)
    step, curve, file = 0, [], f"{args.out}/checkpoint.pt"
    if os.path.exists(file):
        saved = torch.load(file)
        sound.load_state_dict(saved["sound"]), text.load_state_dict(saved["text"]), optimiser.load_state_dict(saved["optimiser"])
        step, curve, scale.data = saved["step"], saved["curve"], saved["scale"]
        began -= saved["seconds"]
        batches.random = np.random.default_rng(step)
    means, random = {}, batches.random
    frames = Frames(stills.pieces, stills.classes, stills.colours, random)
    while step < args.steps:
        for group in optimiser.param_groups:
            group["lr"] = group["top"] * min(1, (step + 1) / 100) * (0.5 + 0.5 * np.cos(np.pi * step / args.steps))
        # Sounds.
        chosen = heard[random.integers(len(heard), size=args.batch)]
        quarters, mirrored = int(random.integers(4)), bool(random.integers(2))
        clips = turned(np.asarray(features[chosen], np.float32), quarters, mirrored)
        clips[:, :BANDS] += random.uniform(-0.15, 0.15, (len(clips), 1, 1)) + random.uniform(-0.08, 0.08, (len(clips), BANDS, 1))
        truth = [(label, side_after(side, quarters, mirrored)) for label, side in (key_of(stills.truths[i]) for i in chosen)]
        its = sound.pooled(torch.from_numpy(np.ascontiguousarray(clips, dtype=np.float32)))
        said = text(batches.hide(filled([frames.about(statements[key][random.integers(len(statements[key]))]) for key in keys])), filled=True)
        strength = scale.exp().clamp(max=60)
        losses = {"statement": F.cross_entropy(strength[0] * F.normalize(its, dim=1) @ said.T, torch.tensor([keys.index(key) for key in truth]))}
        losses["label"] = 0.3 * F.cross_entropy(sound.label(its), torch.tensor([label for label, _ in truth]))
        losses["side"] = 0.3 * F.cross_entropy(sound.side(its), torch.tensor([side for _, side in truth]), ignore_index=-1)
        # Pictures: lists, other captions, names of things.
        pairs = random.integers(len(stills) // 2, size=args.batch // 4)
        chosen = np.stack([2 * pairs, 2 * pairs + 1], 1).ravel()
        picture = pictures[chosen]
        lists, others = [], []
        for i in chosen:
            own = [c for c in stills.captions[i] if c[0] == "groups" and len(c[1]) > 1]
            rest = [c for c in stills.captions[i] if c[0] not in ("groups", "sound") and len(c[1]) > 1]
            lists.append(batches.texts(own[0][1], False) if own else [[]] * (1 + NEGATIVES))
            others.append(batches.texts(rest[random.integers(len(rest))][1], False) if rest else [[]] * (1 + NEGATIVES))
        n = len(chosen)
        ids = [batches.hide(filled([texts[k] for k in range(1 + NEGATIVES) for texts in part])) for part in (lists, others)]
        listed, told = (text(i, filled=True) for i in ids)
        there = (ids[0] != 0).any(1)
        logits = (strength[1] * picture @ listed.T).masked_fill(~there[None], -1e4)
        own = torch.arange(n)
        losses["list"] = (F.cross_entropy(logits[there[:n]], own[there[:n]]) + F.cross_entropy(logits[:, :n].T[there[:n]], own[there[:n]])) / 2
        told_there = (ids[1] != 0).any(1).reshape(1 + NEGATIVES, n).T
        answers = ((told.reshape(1 + NEGATIVES, n, -1) * picture).sum(2).T * strength[1]).masked_fill(~told_there, -1e4)[told_there[:, 1]]
        losses["told"] = 0.5 * F.cross_entropy(answers, torch.zeros(len(answers), dtype=torch.long))
        some = random.integers(len(rows), size=96)
        for k, colourless in enumerate((False, True)):
            named = [(label, -1 if colourless else colour) for _, label, colour in rows[some]]
            names = sorted(set(named))
            place = {key: i for i, key in enumerate(names)}
            words_of = text(torch.from_numpy(filled([batches.name(*key) for key in names])), filled=True)
            losses[f"name{k}"] = 0.5 * F.cross_entropy(strength[2] * cells[some] @ words_of.T, torch.tensor([place[key] for key in named]))
        optimiser.zero_grad(set_to_none=True)
        sum(losses.values()).backward()
        torch.nn.utils.clip_grad_norm_([*sound.parameters(), *text.parameters()], 5.0)
        optimiser.step()
        step += 1
        for name, value in losses.items():
            means[name] = means.get(name, 0) + float(value)
        if step % 200 == 0 or step == args.steps:
            line = {"step": step, "seconds": round(time.time() - began), **{name: round(v / 200, 3) for name, v in means.items()}}
            if checked and (step % 1000 == 0 or step == args.steps):
                line["check"] = check(sound, text, checked, checked_features, checked_statements)
            means = {}
            curve.append(line)
            print(json.dumps(line), flush=True)
            state = {"step": step, "seconds": time.time() - began, "curve": curve, "vocabulary": words["vocabulary"], "scale": scale.data}
            state.update(sound=sound.state_dict(), text=text.state_dict(), optimiser=optimiser.state_dict())
            torch.save(state, f"{file}.part")
            os.replace(f"{file}.part", file)


if __name__ == "__main__":
    main()
