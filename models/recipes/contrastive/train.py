#!/usr/bin/env python3
"""Trains the encoder of words and that of pictures (or, with --words, one of depth into the space of words that are there).

    train.py --data FOLDER... --out RUN [--steps 3900] [--check FOLDER]
    train.py --sense depth --words RUN --data FOLDER... --out RUN2

Folders are of `sensorium simulate --stills N --split train`. A run that is begun again goes on from its last checkpoint. Losses, all of
the simulator's own truth: which cells hold the middle of a thing, its class, colour, box and distance; a picture's list of things against the
lists of other pictures and against wrong ones (InfoNCE, van den Oord et al. 2018); any other caption against wrong ones; and every thing's cell
against the names of all things of the batch.
"""
import argparse
import json
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

from stills import COLUMNS, HEIGHT, ROWS, STRIDE, Stills, WIDTH, filled, targets
from towers import Text, Vision
from words import LENGTH, UNK, vocabulary_of

NEGATIVES = 2
# Share of tokens that are hidden from the encoder of words, so that it knows what it is not to know a word.
HIDDEN = 0.03


class Batches:
    def __init__(self, stills, sense, size, seed, pieces):
        self.stills, self.sense, self.size = stills, sense, size
        self.random = np.random.default_rng(seed)
        self.swap = {pieces.index["left"]: pieces.index["right"], pieces.index["right"]: pieces.index["left"]}
        self.pieces = pieces
        self.names = {}

    def name(self, label, colour):
        key = (label, colour)
        if key not in self.names:
            words = self.stills.classes[label] if colour < 0 else f"{self.stills.colours[colour]} {self.stills.classes[label]}"
            self.names[key] = [self.pieces.ids(f"a {words}"), self.pieces.ids(words)]
        return self.names[key][self.random.integers(2)]

    def picture(self, chosen, flips, shifts):
        if self.sense == "depth":
            x = self.stills.array("depth", chosen).astype(np.float32)[..., None]
            x = np.where(x > 0, 1000 / np.maximum(x, 200), 0)
        else:
            x = self.stills.array("picture", chosen).astype(np.float32) / 255
        out = np.empty_like(x)
        for i, (flip, (dx, dy)) in enumerate(zip(flips, shifts)):
            its = x[i, :, ::-1] if flip else x[i]
            its = np.pad(its, ((8, 8), (8, 8), (0, 0)), "edge")
            out[i] = its[8 - dy : 8 - dy + HEIGHT, 8 - dx : 8 - dx + WIDTH]
        if self.sense == "picture":
            shape = (len(chosen), 1, 1, 1)
            gain = self.random.uniform(0.88, 1.12, shape) * self.random.uniform(0.96, 1.04, (len(chosen), 1, 1, 3))
            out = (out - 0.5) * gain + 0.5 + self.random.uniform(-0.06, 0.06, shape)
            noise = self.random.standard_normal(out.shape, dtype=np.float32) * self.random.uniform(0, 0.02, shape)
            out = (np.clip(out + noise, 0, 1) - 0.5) / 0.5
        return torch.from_numpy(np.ascontiguousarray(out.transpose(0, 3, 1, 2), dtype=np.float32)).contiguous(memory_format=torch.channels_last)

    def things(self, chosen, flips, shifts):
        all_of = []
        for i, (flip, (dx, dy)) in enumerate(zip(flips, shifts)):
            t = self.stills.things[chosen[i]].copy()
            if flip:
                t[:, [2, 4]] = WIDTH - t[:, [4, 2]]
            t[:, [2, 4]] += dx
            t[:, [3, 5]] += dy
            all_of.append(targets(t))
        heat, kinds = (np.stack([a[k] for a in all_of]) for k in (0, 1))
        middles = [(i * ROWS * COLUMNS + cell, box, label, colour) for i, a in enumerate(all_of) for cell, box, label, colour in a[2]]
        return torch.from_numpy(heat), torch.from_numpy(kinds), middles

    def texts(self, rows, flip):
        """A caption with its negatives, as many as there have to be; the last ones may be empty."""
        some = [rows[0], *(rows[1 + j] for j in self.random.permutation(len(rows) - 1)[:NEGATIVES])]
        out = [[self.swap.get(t, t) for t in ids] if flip else ids for ids in some]
        return out + [[]] * (1 + NEGATIVES - len(out))

    def hide(self, ids):
        hidden = (self.random.random(ids.shape) < HIDDEN) & (ids > 3)
        return torch.from_numpy(np.where(hidden, UNK, ids))

    def next(self):
        pairs = self.random.integers(len(self.stills) // 2, size=self.size // 2)
        chosen = np.stack([2 * pairs, 2 * pairs + 1], 1).ravel()
        flips = self.random.random(len(chosen)) < 0.5
        shifts = self.random.integers(-6, 7, size=(len(chosen), 2))
        x = self.picture(chosen, flips, shifts)
        heat, kinds, middles = self.things(chosen, flips, shifts)
        lists, others = [], []
        for i, flip in zip(chosen, flips):
            captions = self.stills.captions[i]
            own = [c for c in captions if c[0] == "groups" and len(c[1]) > 1]
            rest = [c for c in captions if c[0] not in ("groups", "sound") and len(c[1]) > 1]
            lists.append(self.texts(own[0][1], flip) if own else [[]] * (1 + NEGATIVES))
            others.append(self.texts(rest[self.random.integers(len(rest))][1], flip) if rest else [[]] * (1 + NEGATIVES))
        arranged = [self.hide(filled([texts[k] for k in range(1 + NEGATIVES) for texts in part])) for part in (lists, others)]
        return x, heat, kinds, middles, arranged


def focal(logits, heat):
    """Law and Deng 2018: cells beside a middle count less."""
    p = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    at = heat == 1
    gain = torch.where(at, (1 - p) ** 2 * torch.log(p), (1 - heat) ** 4 * p**2 * torch.log(1 - p))
    return -gain.sum() / at.sum().clamp(min=1)


class Losses:
    def __init__(self, batches):
        self.batches = batches
        self.scale = torch.nn.Parameter(torch.tensor([2.7, 2.7]))

    def of(self, vision, text, batch, learn_words=True):
        x, heat, kinds, middles, (lists, others) = batch
        # The trunk in half the bits, where the processor can: it takes 0.6 of the time.
        with torch.autocast("cpu", dtype=torch.bfloat16):
            grid = vision.trunk(x)
        grid = grid.float()
        middle, cells = vision.middle(grid), vision.cells(grid)
        losses = {"middle": focal(middle[:, 0], heat)}
        for name, head, wanted, weight in (("label", vision.label, kinds[:, 0], 1.0), ("colour", vision.colour, kinds[:, 1], 0.7)):
            if name == "colour" and x.shape[1] == 1:
                continue
            losses[name] = weight * F.cross_entropy(head(grid), wanted, ignore_index=-1)
        at = torch.tensor([cell for cell, *_ in middles])
        flat = lambda planes: planes.permute(0, 2, 3, 1).reshape(-1, planes.shape[1])
        losses["box"] = 2 * F.smooth_l1_loss(flat(vision.box(grid))[at], torch.tensor([box for _, box, *_ in middles]), beta=0.2)

        with torch.set_grad_enabled(learn_words and torch.is_grad_enabled()):
            embed = lambda ids: text(ids, filled=True)
            listed, told = embed(lists), embed(others)
        scale = self.scale.exp().clamp(max=60)
        n = len(x)
        picture = F.normalize(vision.pooled(grid, cells, middle), dim=1)
        there = (lists != 0).any(1)
        logits = scale[0] * picture @ listed.T
        logits = logits.masked_fill(~there[None], -1e4)
        own, own_there = torch.arange(n), there[:n]
        losses["list"] = (F.cross_entropy(logits[own_there], own[own_there]) + F.cross_entropy(logits[:, :n].T[own_there], own[own_there])) / 2
        said = (told.reshape(1 + NEGATIVES, n, -1) * picture).sum(2).T * scale[0]
        told_there = (others != 0).any(1).reshape(1 + NEGATIVES, n).T
        said = said.masked_fill(~told_there, -1e4)[told_there[:, 1]]
        losses["told"] = 0.5 * F.cross_entropy(said, torch.zeros(len(said), dtype=torch.long))

        # Every thing against the names of all things, with and without colours.
        found = F.normalize(flat(cells)[at], dim=1)
        for k, colourless in enumerate((False, True)):
            if x.shape[1] == 1 and not colourless:
                continue
            keys = [(label, -1 if colourless else colour) for *_, label, colour in middles]
            names = sorted(set(keys))
            place = {key: i for i, key in enumerate(names)}
            with torch.set_grad_enabled(learn_words and torch.is_grad_enabled()):
                named = text(torch.from_numpy(filled([self.batches.name(*key) for key in names])), filled=True)
            losses[f"name{k}"] = 0.5 * F.cross_entropy(scale[1] * found @ named.T, torch.tensor([place[key] for key in keys]))
        return losses


@torch.no_grad()
def check(vision, text, stills, sense, blocks=10):
    """Share of lists that find their picture among 100, and of things whose class and colour are told right where their middle is."""
    vision.eval(), text.eval()
    batches = Batches(stills, sense, 0, 0, stills.pieces)
    right, asked, labels, colours, things = 0, 0, 0, 0, 0
    for block in range(min(blocks, len(stills) // 100)):
        chosen = np.arange(100 * block, 100 * block + 100)
        if sense == "picture":
            x = torch.from_numpy((stills.array("picture", chosen).astype(np.float32) / 255 - 0.5) / 0.5).permute(0, 3, 1, 2)
        else:
            x = batches.picture(chosen, [False] * 100, [(0, 0)] * 100)
        grid = vision.trunk(x.contiguous(memory_format=torch.channels_last))
        embedding = F.normalize(vision.pooled(grid, vision.cells(grid), vision.middle(grid)), dim=1)
        own = [(i, c[1][0]) for i, s in enumerate(chosen) for c in stills.captions[s] if c[0] == "groups"]
        best = (text(torch.from_numpy(filled([ids for _, ids in own])), filled=True) @ embedding.T).argmax(1)
        right += sum(int(b) == i for b, (i, _) in zip(best, own))
        asked += len(own)
        label, colour = vision.label(grid).argmax(1).flatten(1), vision.colour(grid).argmax(1).flatten(1)
        for i, s in enumerate(chosen):
            for cell, _, its, hue in targets(stills.things[s])[2]:
                things += 1
                labels += int(label[i, cell]) == its
                colours += hue < 0 or int(colour[i, cell]) == hue
    vision.train(), text.train()
    return {"find": round(100 * right / asked, 1), "label": round(100 * labels / things, 1), "colour": round(100 * colours / things, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--check")
    parser.add_argument("--out", required=True)
    parser.add_argument("--sense", choices=["picture", "depth"], default="picture")
    parser.add_argument("--words", help="run whose words are kept")
    parser.add_argument("--steps", type=int, default=3900)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    os.makedirs(args.out, exist_ok=True)
    file = f"{args.out}/checkpoint.pt"
    saved = torch.load(file) if os.path.exists(file) else None
    words = torch.load(f"{args.words}/checkpoint.pt") if args.words else None
    vocabulary = (saved or words or {}).get("vocabulary") or vocabulary_of(args.data)
    stills = Stills(args.data, vocabulary)
    checked = Stills([args.check], vocabulary) if args.check else None
    text = Text(len(vocabulary), LENGTH)
    vision = Vision(1 if args.sense == "depth" else 3, len(stills.classes), len(stills.colours)).to(memory_format=torch.channels_last)
    batches = Batches(stills, args.sense, args.batch, 1, stills.pieces)
    losses = Losses(batches)
    if words:
        text.load_state_dict(words["text"])
        for its in text.parameters():
            its.requires_grad_(False)
    learned = [*vision.parameters(), *(its for its in text.parameters() if its.requires_grad), losses.scale]
    decayed = [p for p in learned if p.ndim > 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02}, {"params": [p for p in learned if p.ndim <= 1], "weight_decay": 0.0}], lr=args.rate)
    schedule = lambda step: min(1, (step + 1) / 200) * (0.5 + 0.5 * np.cos(np.pi * min(1, step / args.steps)))
    step, seconds, curve = 0, 0.0, []
    if saved:
        text.load_state_dict((words or saved)["text"]), vision.load_state_dict(saved["vision"]), optimiser.load_state_dict(saved["optimiser"])
        losses.scale.data = saved["scale"]
        step, seconds, curve = saved["step"], saved["seconds"], saved["curve"]
        batches.random = np.random.default_rng(step)
    means, began = {}, time.time()
    while step < args.steps:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * schedule(step)
        its = losses.of(vision, text, batches.next(), learn_words=not words)
        optimiser.zero_grad(set_to_none=True)
        sum(its.values()).backward()
        torch.nn.utils.clip_grad_norm_(learned, 5.0)
        optimiser.step()
        step += 1
        for name, value in its.items():
            means[name] = means.get(name, 0) + float(value)
        if step % 100 == 0 or step == args.steps:
            line = {"step": step, "seconds": round(seconds + time.time() - began), **{name: round(v / 100, 3) for name, v in means.items()}}
            if checked and (step % 500 == 0 or step == args.steps):
                line["check"] = check(vision, text, checked, args.sense)
            means = {}
            curve.append(line)
            print(json.dumps(line), flush=True)
        if step % 250 == 0 or step == args.steps:
            state = {"step": step, "seconds": seconds + time.time() - began, "curve": curve, "vocabulary": vocabulary, "scale": losses.scale.data}
            state.update(classes=stills.classes, colours=stills.colours, sense=args.sense, text=text.state_dict(), vision=vision.state_dict(), optimiser=optimiser.state_dict())
            torch.save(state, f"{file}.part")
            os.replace(f"{file}.part", file)


if __name__ == "__main__":
    main()
