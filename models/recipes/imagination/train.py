#!/usr/bin/env python3
"""Trains what imagines, one network after the other, on folders of `sensorium simulate --goals N --split train`.

    train.py embeddings  --data FOLDER... --check FOLDER --out RUNS [--steps 2400]
    train.py words       --data FOLDER... --check FOLDER --out RUNS [--steps 1600]
    train.py prior       --data FOLDER... --check FOLDER --out RUNS [--steps 3000]
    train.py decoder     --data FOLDER... --check FOLDER --out RUNS [--steps 7000]
    train.py arrangement --data FOLDER... --check FOLDER --out RUNS [--steps 2700]

Words and prior need the embeddings, the prior the words too; decoder and arrangement need nothing but pictures. A run that is begun again goes on from its last checkpoint. It takes a GPU where there is one, and else
one thread. With --seconds it ends in time instead of after its steps. Folders that are still being written join when they are whole. --without leaves combinations
out ("red ball"), and tells besides how these fare.
"""
import argparse
import copy
import json
import math
import os
import time

import torch
from torch.nn import functional as F

from goals import DEVICE, Goals, pixels
from nets import DIMS, SIDE, Arrangement, Heads, Picture, Prior, Text, UNet, cell_of

# Share of samples to which nothing is told, so that a picture can be led away from what it would be then (Ho and Salimans 2022); and to which either classes or colours alone are told.
UNTOLD, HALF_TOLD = 0.1, 0.15
# Share of samples that are nearly all noise, and from where on: what a picture shows is settled there.
NOISIEST, FROM = 0.4, 0.7
KEPT = 0.999


def levels(t):
    """Shares of picture and of noise at a time in 0..1: a quarter of a circle (Nichol and Dhariwal 2021)."""
    return torch.cos(t * math.pi / 2), torch.sin(t * math.pi / 2)


def noisy(x):
    """Noise at some time, what is then left of x, and the weight of its losses: that of how the mixture turns (Salimans and Ho 2022), for clean ones no more than of one to one."""
    least = torch.where(torch.rand(len(x), device=x.device) < NOISIEST, FROM, 0.002)
    t = least + (0.998 - least) * torch.rand(len(x), device=x.device)
    shape = (-1, *[1] * (x.ndim - 1))
    a, s = (level.reshape(shape) for level in levels(t))
    return a * x + s * torch.randn_like(x), t, s.square().clamp(min=0.1).reciprocal()


class Run:
    """What a training keeps, so that it can go on."""

    def __init__(self, name, args, modules, steps, rate, extra=None, half=False):
        """half: on a GPU half of the bits will do for what is multiplied"""
        self.file, self.name, self.rate, self.half = f"{args.out}/{name}.pt", name, args.rate or rate, half and DEVICE == "cuda"
        self.steps, self.limit = args.steps or steps, args.seconds
        self.modules = {key: module.to(DEVICE) for key, module in modules.items()}
        self.parameters = [p for module in modules.values() for p in module.parameters()]
        decayed = [p for p in self.parameters if p.ndim > 1]
        rest = [p for p in self.parameters if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}], lr=rate, betas=(0.9, 0.99))
        self.means = {key: copy.deepcopy(module).eval() for key, module in self.modules.items()}
        self.step, self.seconds, self.cpu, self.curve, self.extra, self.losses = 0, 0.0, 0.0, [], extra or {}, {}
        os.makedirs(args.out, exist_ok=True)
        if os.path.exists(self.file):
            saved = torch.load(self.file, map_location=DEVICE)
            for key, module in modules.items():
                module.load_state_dict(saved["learned"][key])
                self.means[key].load_state_dict(saved[key])
            # Weights that come along (begun.py) are all that there is of their training.
            if "optimiser" in saved:
                self.optimiser.load_state_dict(saved["optimiser"])
                self.step, self.seconds, self.cpu, self.curve = (saved[key] for key in ("step", "seconds", "cpu", "curve"))
        torch.manual_seed(self.step + 1)

    def go(self, losses_of, check=lambda means: {}, every=100, goals=None):
        began, cpu = time.time() - self.seconds, time.process_time() - self.cpu
        done, looked = 0.0, time.time()
        while done < 1:
            done = (time.time() - began) / self.limit if self.limit else self.step / self.steps
            rate = self.rate * min(1, (self.step + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, done))))
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            with torch.autocast(DEVICE, torch.bfloat16, enabled=self.half):
                losses = losses_of()
            self.optimiser.zero_grad(set_to_none=True)
            sum(losses.values()).backward()
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.optimiser.step()
            self.step += 1
            self.average()
            for name, value in losses.items():
                self.losses[name] = self.losses.get(name, 0) + value.detach()
            done = (time.time() - began) / self.limit if self.limit else self.step / self.steps
            if self.step % every == 0 or done >= 1:
                self.seconds, self.cpu = time.time() - began, time.process_time() - cpu
                line = {"step": self.step, "seconds": round(self.seconds), "cpu": round(self.cpu)}
                line.update({name: round(float(value) / ((self.step - 1) % every + 1), 4) for name, value in self.losses.items()}, **check(self.means))
                self.losses = {}
                self.curve.append(line)
                print(self.name, json.dumps(line), flush=True)
                self.save()
            if goals is not None and time.time() - looked > 4:
                looked = time.time()
                if goals.more():
                    print(self.name, len(goals), "goals", flush=True)

    @torch.no_grad()
    def average(self):
        """What is kept are the means of weights over the last steps."""
        kept = min(KEPT, (self.step + 1) / (self.step + 10))
        for key, module in self.modules.items():
            pairs = zip(self.means[key].state_dict().values(), module.state_dict().values())
            means, its = zip(*((a, b) for a, b in pairs if a.is_floating_point()))
            torch._foreach_mul_(means, kept)
            torch._foreach_add_(means, its, alpha=1 - kept)

    def save(self):
        state = {key: module.state_dict() for key, module in self.means.items()}
        state.update(self.extra, learned={key: module.state_dict() for key, module in self.modules.items()}, optimiser=self.optimiser.state_dict())
        state.update(step=self.step, seconds=self.seconds, cpu=self.cpu, curve=self.curve)
        torch.save(state, f"{self.file}.part")
        os.replace(f"{self.file}.part", self.file)


def told(read, slots):
    return sum(F.cross_entropy(logits.flatten(0, 1).float(), slots[..., k].flatten()) for k, logits in enumerate(read))


def right(read, slots):
    """Of each goal whether classes and colours of all places are read aright."""
    return torch.stack([(its.argmax(2) == slots[..., k]).all(1) for k, its in enumerate(read)]).all(0)


def share(of):
    return round(100 * float(of.float().mean()), 1) if len(of) else None


def of_kinds(name, good, new):
    """Shares of what is good among all, and among what has a combination that was left out."""
    return {f"{name} %": share(good[~new]), **({f"{name}, new %": share(good[new])} if new.any() else {})}


def embeddings(goals, held, args):
    """
    Pictures and sentences in one space: every picture against all sentences of the batch and one of its own things in another order (InfoNCE), and what stands in each
    place, read off either embedding by one and the same linear map.
    """
    text, picture, heads = Text(len(goals.pieces.vocabulary)), Picture(), Heads(len(goals.classes), len(goals.colours))
    scale = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(scale.weight, 2.7)
    modules = {"text": text, "picture": picture, "heads": heads, "scale": scale}
    words = {"vocabulary": goals.pieces.vocabulary, "classes": goals.classes, "colours": goals.colours}
    run = Run("embeddings", args, modules, 2400, 2e-3, words)

    def losses_of():
        x, ids, slots = goals.batch(args.batch or 96)
        n = len(x)
        x = (x * (0.8 + 0.4 * torch.rand(n, 1, 1, 1, device=DEVICE))).clamp(-1, 1)
        spoken = text(goals.said_otherwise(torch.cat([ids, goals.swapped[ids]])))
        seen = picture(x)
        logits = scale.weight.exp().clamp(max=50) * seen.float() @ spoken.float().T
        # Another sentence of the same meaning is no wrong one, nor is a single thing that is mirrored.
        same = (slots[:, None] == slots[None]).flatten(2).all(2)
        mirrored = (slots[:, None] == slots[None].flip(2)).flatten(2).all(2)
        alike = torch.cat([same & ~torch.eye(n, dtype=torch.bool, device=DEVICE), mirrored], 1)
        logits = logits.masked_fill(alike, -1e4)
        own = torch.arange(n, device=DEVICE)
        return {
            "nearest": 0.5 * F.cross_entropy(logits, own) + 0.5 * F.cross_entropy(logits[:, :n].T, own),
            "words told": told(heads(spoken[:n]), slots),
            "picture told": told(heads(seen), slots),
            "near": 5 * (1 - (seen * spoken[:n]).sum(1)).mean(),
        }

    @torch.no_grad()
    def check(means):
        new = unseen(held, args)
        out = {}
        for name, embedding in (("words", means["text"](held.ids)), ("picture", means["picture"](pixels(held.pictures)))):
            out.update(of_kinds(name, right(means["heads"](embedding), held.slots), new))
        return out

    run.go(losses_of, check, args.every or 100, goals)


def words(goals, held, args):
    """Sentences into the space of pictures as it is: the encoder of words learns on alone, which is quick."""
    text, picture, heads = opened(goals, args)
    run = Run("words", args, {"text": text.requires_grad_(True)}, 1600, 1e-3)
    with torch.no_grad():
        parts = range(0, len(goals), 500)
        seen = torch.stack([torch.cat([picture(pixels(goals.pictures[i : i + 500].flip(dims))) for i in parts]) for dims in ((), (3,))])

    def losses_of():
        chosen, flips = (torch.randint(most, (args.batch or 128,), device=DEVICE) for most in (len(goals), 2))
        flip = flips[:, None] > 0
        ids, slots = goals.ids[chosen], goals.slots[chosen]
        found = text(goals.said_otherwise(torch.where(flip, goals.swapped[ids], ids)))
        slots = torch.where(flip[..., None], slots.flip(1), slots)
        return {"told": told(heads(found), slots), "near": 10 * (1 - (found * seen[flips, chosen]).sum(1)).mean()}

    @torch.no_grad()
    def check(means):
        return of_kinds("words", right(heads(means["text"](held.ids)), held.slots), unseen(held, args))

    run.go(losses_of, check, args.every or 50)


def unseen(held, args):
    """Of each goal whether it holds a combination that was left out."""
    return torch.tensor([any(f"{t['colour']} {t['label']}" in args.without for t in truth["things"]) for truth in held.truths], device=DEVICE)


def opened(goals, args):
    """Encoders of words, as it has learned on alone where it has, and of pictures, and what reads their embeddings."""
    saved = torch.load(f"{args.out}/embeddings.pt", map_location=DEVICE)
    its = {"text": Text(len(saved["vocabulary"])), "picture": Picture(), "heads": Heads(len(goals.classes), len(goals.colours))}
    later = f"{args.out}/words.pt"
    if os.path.exists(later):
        saved["text"] = torch.load(later, map_location=DEVICE)["text"]
    for name, module in its.items():
        module.load_state_dict(saved[name])
        module.to(DEVICE).eval().requires_grad_(False)
    return its.values()


def prior(goals, held, args):
    text, picture, heads = opened(goals, args)
    run = Run("prior", args, {"prior": Prior()}, 3000, 1e-3)
    with torch.no_grad():
        parts = range(0, len(goals), 500)
        spoken = torch.cat([text(ids[i : i + 500]) for ids in (goals.ids, goals.swapped[goals.ids]) for i in parts])
        seen = torch.cat([picture(pixels(goals.pictures[i : i + 500].flip(dims))) for dims in ((), (3,)) for i in parts])
        slots = torch.cat([goals.slots, goals.slots.flip(1)])

    def losses_of():
        chosen = torch.randint(len(seen), (256,), device=DEVICE)
        x = seen[chosen] * math.sqrt(DIMS)
        y, t, weight = noisy(x)
        found = run.modules["prior"](y, t, spoken[chosen])
        # What was said has to be left in it.
        return {"prior": (weight[:, None] * (found - x).square()).mean(), "told": 0.1 * told(heads(F.normalize(found.float(), dim=1)), slots[chosen])}

    @torch.no_grad()
    def check(means):
        words = text(held.ids)
        x = torch.randn(words.shape, generator=torch.Generator().manual_seed(0)).to(DEVICE)
        found = F.normalize(sampled(lambda y, t: means["prior"](y, t, words), x, 10, 6), dim=1)
        return of_kinds("read", right(heads(found), held.slots), unseen(held, args))

    run.go(losses_of, check, args.every or 250)


def sampled(denoise, x, steps, bound):
    """What src/hub/diffusion.ts does."""
    for step in range(steps):
        now, then = (torch.full((len(x),), 0.998 * (1 - k / steps), device=x.device) for k in (step, step + 1))
        (a, s), (b, r) = ((level.reshape(-1, *[1] * (x.ndim - 1)) for level in levels(t)) for t in (now, then))
        clean = denoise(x, now).float().clamp(-bound, bound)
        x = b * clean + r * (x - a * clean) / s
    return x


def decoder(goals, held, args):
    sides = len(goals.classes) + 1, len(goals.colours) + 1
    run = Run("decoder", args, {"unet": UNet(*(side - 1 for side in sides))}, 7000, 1e-3, {"classes": goals.classes, "colours": goals.colours}, half=True)

    def shares_of(slots):
        """As they are read off the embedding of a sentence: not quite sure."""
        n = len(slots)
        which = torch.rand(n, 1, 1, device=DEVICE)
        out = []
        for k, side in enumerate(sides):
            doubt = 0.1 * torch.rand(n, 3, 1, device=DEVICE)
            one = (1 - doubt) * torch.eye(side, device=DEVICE)[slots[..., k]] + doubt * torch.randn(n, 3, side, device=DEVICE).mul(2).softmax(2)
            kept = (which > UNTOLD + HALF_TOLD) | (which > UNTOLD + HALF_TOLD / 2 * (1 - k)) & (which < UNTOLD + HALF_TOLD / 2 * (2 - k))
            out.append(one * kept)
        return out

    def losses_of():
        x, _, slots = goals.batch(args.batch or 32)
        label, shade = shares_of(slots)
        y, t, weight = noisy(x)
        found = run.modules["unet"](y, t, label, shade)
        return {"decoder": (weight[:, None, None, None] * (found.float() - x).square()).mean()}

    run.go(losses_of, every=args.every or 50, goals=goals)


def recoloured(x):
    """Pictures of false colours, channels exchanged, faded, turned to negatives: a class is the same in colours that it is never shown in."""
    n = len(x)
    drawn = lambda least, most, *sides: least + (most - least) * torch.rand(n, *sides, 1, 1, device=x.device)
    v = (x + 1) / 2
    order = torch.rand(n, 3, device=x.device).argsort(1)
    v = v.gather(1, order[:, :, None, None].expand(-1, -1, SIDE, SIDE))
    fade = drawn(-0.3, 1, 1)
    v = (fade * v.mean(1, keepdim=True) + (1 - fade) * v).clamp(1e-3, 1) ** drawn(-0.8, 0.8, 3).exp()
    v = torch.where(drawn(0, 1, 1) < 0.25, 1 - v, v)
    return (2 * v * drawn(0.7, 1.2, 1) - 1 + 0.06 * drawn(0, 1, 1) * torch.randn_like(x)).clamp(-1, 1)


def arrangement(goals, held, args):
    model = Arrangement(len(goals.classes), len(goals.colours))
    run = Run("arrangement", args, {"arrangement": model}, 2700, 2e-3, {"classes": goals.classes, "colours": goals.colours}, half=True)
    classes = len(goals.classes)
    grid = torch.arange(16, device=DEVICE)

    def at_things(found, slots, places):
        """Of every thing what its cell says, its place, class and colour; and of each picture how near its cells are to one of a thing (1: they are)."""
        there = slots[..., 0] < classes
        row, column = cell_of(places[..., 0].clamp(min=0.1), places[..., 1])
        near = torch.exp(-((grid[:, None] - row[..., None, None]) ** 2 + (grid - column[..., None, None]) ** 2) / 0.8)
        its = found.gather(1, (row * 16 + column)[..., None].expand(-1, -1, found.shape[2]))
        return its[there], places[there], slots[there], (near * there[..., None, None]).amax(1).flatten(1)

    def losses_of():
        x, slots, places = goals.views(args.batch or 64)
        true = ((x + 1) * (0.85 + 0.3 * torch.rand(len(x), 1, 1, 1, device=DEVICE)) - 1 + 0.03 * torch.randn_like(x)).clamp(-1, 1)
        found = model(recoloured(x), true).float()
        its, place, names, heat = at_things(found, slots, places)
        p = torch.sigmoid(found[..., 0]).clamp(1e-5, 1 - 1e-5)
        focal = torch.where(heat == 1, (1 - p) ** 2 * p.log(), (1 - heat) ** 4 * p**2 * (1 - p).log())
        return {
            "middle": -focal.sum() / len(its),
            "place": 10 * F.smooth_l1_loss(its[:, 1:3], place, beta=0.05),
            "class": F.cross_entropy(its[:, 3 : 3 + classes], names[:, 0]),
            "colour": F.cross_entropy(its[:, 3 + classes :], names[:, 1]),
        }

    @torch.no_grad()
    def check(means):
        out = []
        # Goals themselves, and states on the way there.
        for k in (0, 2, 5, 8):
            x = held.pictures if k == 0 else held.states[:, k - 1].permute(0, 3, 1, 2)
            its, place, names, _ = at_things(means["arrangement"](pixels(x)), held.slots, held.places[:, k])
            new = torch.tensor([f"{held.colours[c]} {held.classes[l]}" in args.without for l, c in names.tolist()], device=DEVICE)
            right = [its[:, i : i + n].argmax(1) == names[:, k] for k, (i, n) in enumerate([(3, classes), (3 + classes, len(held.colours))])]
            out.append([its[:, 0] > 0, *right, (its[:, 1:3] - place).norm(dim=1), new])
        there, label, colour, off, new = (torch.cat(each) for each in zip(*out))
        return {"cm off": round(100 * float(off.median()), 1), **of_kinds("found", there, new), **of_kinds("class", label, new), **of_kinds("colour", colour, new)}

    run.go(losses_of, check, args.every or 100, goals)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["embeddings", "words", "prior", "decoder", "arrangement"])
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--check", required=True, help="a folder of the train split, of another seed")
    parser.add_argument("--out", required=True)
    parser.add_argument("--without", nargs="*", default=[])
    for name in ("steps", "seconds", "batch", "every"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--rate", type=float)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.backends.cudnn.benchmark = True
    known = f"{args.out}/embeddings.pt"
    vocabulary = torch.load(known, map_location="cpu")["vocabulary"] if os.path.exists(known) else None
    goals = Goals(args.data, vocabulary, args.without, states=args.what == "arrangement")
    held = Goals([args.check], goals.pieces.vocabulary, states=args.what == "arrangement")
    globals()[args.what](goals, held, args)


if __name__ == "__main__":
    main()
