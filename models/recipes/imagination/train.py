#!/usr/bin/env python3
"""Trains what imagines, one network after the other, on folders of `sensorium simulate --goals N --split train`.

    train.py embeddings  --data FOLDER... --check FOLDER --out RUNS [--steps 700]
    train.py words       --data FOLDER... --check FOLDER --out RUNS [--steps 1500]
    train.py prior       --data FOLDER... --check FOLDER --out RUNS [--steps 1500]
    train.py decoder     --data FOLDER... --check FOLDER --out RUNS [--steps 1200]
    train.py arrangement --data FOLDER... --check FOLDER --out RUNS [--steps 900]

Words, prior and decoder need the embeddings, the prior the words too; the arrangement needs nothing but pictures. A run that is begun again goes on from its last checkpoint.
"""
import argparse
import copy
import json
import math
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

from goals import Goals, filled, pixels, vocabulary_of
from nets import DIMS, Arrangement, Picture, Prior, Text, UNet

# Share of samples to which nothing is told, so that a picture can be led away from what it would be then (Ho and Salimans 2022).
UNTOLD = 0.1
# Losses of a nearly clean picture count for no more than those of one with this ratio of signal to noise (Hang et al. 2023).
CLEANEST = 3.0
# Share of samples that are nearly all noise, and from where on: what a picture shows is settled there.
NOISIEST, FROM = 0.5, 0.7
KEPT = 0.99


def levels(t):
    """Shares of picture and of noise at a time in 0..1: a quarter of a circle (Nichol and Dhariwal 2021)."""
    return torch.cos(t * math.pi / 2), torch.sin(t * math.pi / 2)


def noisy(x, random):
    least = np.where(random.random(len(x)) < NOISIEST, FROM, 0.002)
    t = torch.from_numpy(random.uniform(least, 0.998).astype(np.float32))
    shape = (-1, *[1] * (x.ndim - 1))
    a, s = (level.reshape(shape) for level in levels(t))
    weight = (a / s).square().clamp(max=CLEANEST) + 1
    return a * x + s * torch.randn_like(x), t, weight


class Run:
    """What a training keeps, so that it can go on."""

    def __init__(self, name, out, modules, steps, rate, extra=None):
        self.file, self.name, self.modules, self.steps, self.rate = f"{out}/{name}.pt", name, modules, steps, rate
        self.parameters = [p for module in modules.values() for p in module.parameters()]
        decayed = [p for p in self.parameters if p.ndim > 1]
        rest = [p for p in self.parameters if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}], lr=rate, betas=(0.9, 0.99))
        self.means = {key: copy.deepcopy(module).eval() for key, module in modules.items()}
        self.step, self.seconds, self.cpu, self.curve, self.extra, self.losses = 0, 0.0, 0.0, [], extra or {}, {}
        os.makedirs(out, exist_ok=True)
        if os.path.exists(self.file):
            saved = torch.load(self.file)
            for key, module in modules.items():
                module.load_state_dict(saved["learned"][key])
                self.means[key].load_state_dict(saved[key])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.step, self.seconds, self.cpu, self.curve = (saved[key] for key in ("step", "seconds", "cpu", "curve"))
        self.random = np.random.default_rng(self.step + 1)
        torch.manual_seed(self.step + 1)

    def go(self, losses_of, check=lambda means: {}, every=100):
        began, cpu = time.time() - self.seconds, time.process_time() - self.cpu
        while self.step < self.steps:
            rate = self.rate * min(1, (self.step + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.step / self.steps)))
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            losses = losses_of(self.random)
            self.optimiser.zero_grad(set_to_none=True)
            sum(losses.values()).backward()
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.optimiser.step()
            self.step += 1
            kept = min(KEPT, self.step / (self.step + 10))
            with torch.no_grad():
                for key, module in self.modules.items():
                    for mean, its in zip(self.means[key].state_dict().values(), module.state_dict().values()):
                        mean.lerp_(its, 1 - kept) if mean.is_floating_point() else mean.copy_(its)
            for name, value in losses.items():
                self.losses[name] = self.losses.get(name, 0) + float(value)
            if self.step % every == 0 or self.step == self.steps:
                self.seconds, self.cpu = time.time() - began, time.process_time() - cpu
                line = {"step": self.step, "seconds": round(self.seconds), "cpu": round(self.cpu)}
                line.update({name: round(value / every, 4) for name, value in self.losses.items()}, **check(self.means))
                self.losses = {}
                self.curve.append(line)
                print(json.dumps(line), flush=True)
                self.save()

    def save(self):
        state = {key: module.state_dict() for key, module in self.means.items()}
        state.update(self.extra, learned={key: module.state_dict() for key, module in self.modules.items()}, optimiser=self.optimiser.state_dict())
        state.update(step=self.step, seconds=self.seconds, cpu=self.cpu, curve=self.curve)
        torch.save(state, f"{self.file}.part")
        os.replace(f"{self.file}.part", self.file)


def batch(goals, random, size):
    """Pictures of goals, half of them mirrored, with sentences and slots."""
    chosen = random.integers(len(goals), size=size)
    flips = random.random(size) < 0.5
    x = pixels(np.stack([goals.pictures[i][:, ::-1] if flip else goals.pictures[i] for i, flip in zip(chosen, flips)]))
    ids = [goals.text(i, flip) for i, flip in zip(chosen, flips)]
    slots = np.stack([goals.slots[i][::-1] if flip else goals.slots[i] for i, flip in zip(chosen, flips)])
    return x, ids, torch.from_numpy(slots)


def embeddings(goals, held, args):
    """
    Pictures and sentences in one space: every picture against all sentences of the batch and one of its own things in another order or colour (InfoNCE), and
    what stands in each slot, read off either embedding by one and the same linear map.
    """
    text, picture = Text(len(goals.pieces.vocabulary)), Picture()
    sides = len(goals.classes) + 1, len(goals.colours) + 1
    heads = torch.nn.Linear(DIMS, 3 * sum(sides))
    scale = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(scale.weight, 2.7)
    modules = {"text": text, "picture": picture, "heads": heads, "scale": scale}
    words = {"vocabulary": goals.pieces.vocabulary, "classes": goals.classes, "colours": goals.colours}
    run = Run("embeddings", args.out, modules, args.steps or 700, 2e-3, words)

    def read(heads, embedding):
        return heads(embedding * math.sqrt(DIMS)).reshape(len(embedding), 3, -1).split(sides, 2)

    def told(embedding, slots):
        return sum(F.cross_entropy(logits.flatten(0, 1), slots[..., k].flatten()) for k, logits in enumerate(read(heads, embedding)))

    def losses_of(random):
        x, ids, slots = batch(goals, random, 96)
        x = (x * torch.from_numpy(random.uniform(0.8, 1.2, (len(x), 1, 1, 1)).astype(np.float32))).clamp(-1, 1)
        wrong = [[goals.swap.get(t, t) for t in row] for row in ids]
        spoken = text(filled(ids + wrong, random))
        seen = picture(x)
        n = len(x)
        logits = scale.weight.exp().clamp(max=50) * seen @ spoken.T
        # Another sentence of the same meaning is no wrong one, nor is a single thing that is mirrored.
        same = (slots[:, None] == slots[None]).all(-1).all(-1)
        mirrored = (slots[:, None] == slots[None].flip(2)).all(-1).all(-1)
        alike = torch.cat([same & ~torch.eye(n, dtype=torch.bool), mirrored], 1)
        logits = logits.masked_fill(alike, -1e4)
        own = torch.arange(n)
        return {
            "nearest": 0.5 * F.cross_entropy(logits, own) + 0.5 * F.cross_entropy(logits[:, :n].T, own),
            "words told": told(spoken[:n], slots),
            "picture told": told(seen, slots),
        }

    @torch.no_grad()
    def check(means):
        slots = torch.from_numpy(held.slots)
        out = {}
        for name, embedding in (("words", means["text"](filled(held.ids))), ("picture", means["picture"](pixels(held.pictures)))):
            right = [(logits.argmax(2) == slots[..., k]).all(1) for k, logits in enumerate(read(means["heads"], embedding))]
            out[f"{name} %"] = round(100 * float((right[0] & right[1]).float().mean()), 1)
        return out

    run.go(losses_of, check)


def words(goals, held, args):
    """Sentences into the space of pictures as it is: what stands in each slot can be read off."""
    saved = torch.load(f"{args.out}/embeddings.pt")
    text, sides = Text(len(goals.pieces.vocabulary)), (len(goals.classes) + 1, len(goals.colours) + 1)
    heads = torch.nn.Linear(DIMS, 3 * sum(sides))
    heads.load_state_dict(saved["heads"])
    heads.requires_grad_(False)
    picture = opened(args.out, goals)[1]
    run = Run("words", args.out, {"text": text}, args.steps or 1500, 1.5e-3)
    with torch.no_grad():
        looks = [goals.pictures, goals.pictures[:, :, ::-1]]
        seen = torch.stack([torch.cat([picture(pixels(p[i : i + 200])) for i in range(0, len(p), 200)]) for p in looks])

    def right(found, slots):
        logits = heads(found * math.sqrt(DIMS)).reshape(len(found), 3, -1).split(sides, 2)
        return logits, [(its.argmax(2) == slots[..., k]).all(1) for k, its in enumerate(logits)]

    def losses_of(random):
        chosen, flips = random.integers(len(goals), size=128), (random.random(128) < 0.5).astype(int)
        ids = filled([goals.text(i, flip) for i, flip in zip(chosen, flips)], random)
        slots = torch.from_numpy(np.stack([goals.slots[i][::-1] if flip else goals.slots[i] for i, flip in zip(chosen, flips)]))
        found = text(ids)
        logits, _ = right(found, slots)
        told = sum(F.cross_entropy(its.flatten(0, 1), slots[..., k].flatten()) for k, its in enumerate(logits))
        return {"told": told, "near": 10 * (1 - (found * seen[flips, chosen]).sum(1)).mean()}

    @torch.no_grad()
    def check(means):
        _, both = right(means["text"](filled(held.ids)), torch.from_numpy(held.slots))
        return {"words %": round(100 * float((both[0] & both[1]).float().mean()), 1)}

    run.go(losses_of, check)


def opened(out, goals):
    """Encoder of pictures, and that of words where it has learned on."""
    saved = torch.load(f"{out}/embeddings.pt")
    picture = Picture().eval()
    picture.load_state_dict(saved["picture"])
    text = None
    if os.path.exists(f"{out}/words.pt"):
        text = Text(len(saved["vocabulary"])).eval()
        text.load_state_dict(torch.load(f"{out}/words.pt")["text"])
    return text, picture


def prior(goals, held, args):
    text, picture = opened(args.out, goals)
    run = Run("prior", args.out, {"prior": Prior()}, args.steps or 1500, 1e-3)
    with torch.no_grad():
        flipped = [[goals.text(i, flip) for i in range(len(goals))] for flip in (False, True)]
        spoken = torch.cat([torch.cat([text(filled(ids[i : i + 200])) for i in range(0, len(ids), 200)]) for ids in flipped])
        looks = [goals.pictures, goals.pictures[:, :, ::-1]]
        seen = torch.cat([torch.cat([picture(pixels(p[i : i + 200])) for i in range(0, len(p), 200)]) for p in looks])

    def losses_of(random):
        chosen = torch.from_numpy(random.integers(len(seen), size=256))
        x = seen[chosen] * math.sqrt(DIMS)
        y, t, _ = noisy(x, random)
        return {"prior": F.mse_loss(run.modules["prior"](y, t, spoken[chosen]), x)}

    run.go(losses_of, every=250)


def decoder(goals, held, args):
    _, picture = opened(args.out, goals)
    run = Run("decoder", args.out, {"unet": UNet()}, args.steps or 1200, 1.5e-3)

    def losses_of(random):
        x, *_ = batch(goals, random, 48)
        with torch.no_grad():
            embedding = picture(x)
        told = torch.from_numpy(random.random(len(x)) >= UNTOLD).float()
        # As the prior does, the embedding of a sentence may be a little off.
        embedding = F.normalize(embedding + 0.03 * torch.randn_like(embedding), dim=1) * told[:, None]
        y, t, weight = noisy(x, random)
        found = run.modules["unet"](y, t, embedding)
        return {"decoder": (weight * (found - x).square()).mean()}

    run.go(losses_of, every=50)


def arrangement(goals, held, args):
    model = Arrangement(len(goals.classes), len(goals.colours))
    run = Run("arrangement", args.out, {"arrangement": model}, args.steps or 900, 2e-3, {"classes": goals.classes, "colours": goals.colours})
    classes = len(goals.classes)
    index = {name: i for i, name in enumerate(goals.classes)}
    shade = {name: i for i, name in enumerate(goals.colours)}

    def cell(place):
        """Cell of the foot of a thing: the camera is 0.6 m above the table, its horizon 8 rows above the picture, 60 degrees wide."""
        focal = 32 / math.tan(math.pi / 6)
        u, v = 31.5 - focal * place[1] / place[0], -8.5 + focal * 0.6 / place[0] - 6
        return min(15, max(0, int(v / 4))), min(15, max(0, int(u / 4)))

    def drawn(goals, random, size):
        chosen, which = random.integers(len(goals), size=size), random.integers(-3, 12, size=size)
        flips = random.random(size) < 0.5
        look, heat, marks = [], np.zeros((size, 16, 16), np.float32), []
        for n, (i, k, flip) in enumerate(zip(chosen, which, flips)):
            picture = goals.pictures[i] if k < 0 else goals.state(i, k)
            look.append(picture[:, ::-1] if flip else picture)
            truth = goals.truths[i]
            places = [t["place"] for t in truth["things"]] if k < 0 else truth["states"][k]["places"]
            for thing, (ahead, left) in zip(truth["things"], places):
                place = (ahead, -left if flip else left)
                row, column = cell(place)
                near = np.exp(-((np.arange(16)[:, None] - row) ** 2 + (np.arange(16)[None] - column) ** 2) / 0.8)
                heat[n] = np.maximum(heat[n], near)
                heat[n, row, column] = 1
                marks.append((n * 256 + row * 16 + column, *place, index[thing["label"]], shade[thing["colour"]]))
        return pixels(np.stack(look)), torch.from_numpy(heat).flatten(1), marks

    def losses_of(random):
        x, heat, marks = drawn(goals, random, 64)
        gain = torch.from_numpy(random.uniform(0.85, 1.15, (len(x), 1, 1, 1)).astype(np.float32))
        x = ((x + 1) * gain - 1 + torch.randn_like(x) * 0.06 * float(random.random())).clamp(-1, 1)
        # In half of the pictures the channels change places: a class is the same in colours that it is never shown in. Their colours have no names.
        odd = random.random(len(x)) < 0.5
        for i in np.flatnonzero(odd):
            x[i] = x[i, random.permutation(3)]
        named = torch.tensor([not odd[m[0] // 256] for m in marks])
        found = model(x)
        p = torch.sigmoid(found[..., 0]).clamp(1e-5, 1 - 1e-5)
        at = heat == 1
        focal = torch.where(at, (1 - p) ** 2 * p.log(), (1 - heat) ** 4 * p**2 * (1 - p).log())
        its = found.flatten(0, 1)[torch.tensor([m[0] for m in marks])]
        place = torch.tensor([m[1:3] for m in marks])
        return {
            "middle": -focal.sum() / at.sum(),
            "place": 10 * F.smooth_l1_loss(its[:, 1:3], place, beta=0.05),
            "class": F.cross_entropy(its[:, 3 : 3 + classes], torch.tensor([m[3] for m in marks])),
            "colour": F.cross_entropy(its[named, 3 + classes :], torch.tensor([m[4] for m in marks])[named]),
        }

    @torch.no_grad()
    def check(means):
        x, heat, marks = drawn(held, np.random.default_rng(0), 300)
        its = means["arrangement"](x).flatten(0, 1)[torch.tensor([m[0] for m in marks])]
        off = (its[:, 1:3] - torch.tensor([m[1:3] for m in marks])).norm(dim=1)
        share = lambda right: round(100 * float(right.float().mean()), 1)
        return {
            "cm off": round(100 * float(off.median()), 1),
            "found %": share(its[:, 0] > 0),
            "class %": share(its[:, 3 : 3 + classes].argmax(1) == torch.tensor([m[3] for m in marks])),
            "colour %": share(its[:, 3 + classes :].argmax(1) == torch.tensor([m[4] for m in marks])),
        }

    run.go(losses_of, check)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["embeddings", "words", "prior", "decoder", "arrangement"])
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--check", required=True, help="a folder of the train split, of another seed")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int)
    args = parser.parse_args()
    torch.set_num_threads(1)
    vocabulary = vocabulary_of(args.data)
    goals, held = Goals(args.data, vocabulary), Goals([args.check], vocabulary)
    globals()[args.what](goals, held, args)


if __name__ == "__main__":
    main()
