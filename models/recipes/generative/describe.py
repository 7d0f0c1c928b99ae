#!/usr/bin/env python3
"""Gives an encoder of pictures the classes that it was never shown, by what `lexicon.csv` says of their names.

    describe.py --eyes FILE...|MODEL --data FOLDER... --out FILE [--steps 600] [--folds 6] [--sets 24]

FILE is of see.py (of several the mean of their weights is taken), MODEL the folder of a model that ships. Described is what the encoder was trained `--without`; if that is nothing, the classes that no training still has. The encoder stays as it
is; what is learned are maps of cells and of meanings into a common space, from classes that it was shown, and from further ones (`simulate --further`): of some at a time the right name is to be found among their names, and things of no class are to be none of
them. `--sets`: so many times 13 of the classes that it was shown are covered besides, and described by maps that were not learned from them: for `train.py`, which learns from these how far descriptions are to be trusted. `--folds`: how well that holds for classes which the maps, though not the encoder, were not learned from, each fold a share of those that were shown. Broken off, the same command goes on after the sets that it had.
"""
import argparse
import json
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from described import DIMENSIONS, SHARP, SPACES, Described
from eyes import COLUMNS, ROWS, STRIDE, pixels_of, things_of
from lexicon import further_than, meanings
from recolour import PALETTE
from see import begun
from sight import SURE, open_eyes

# Names that are compared at a time, cells of a step, and the share of them that are of no class.
TOGETHER, CELLS, NONE = 13, 640, 0.08
RATE, DECAY = 3e-3, 0.02
# Width of the map of meanings: with some 250 names to learn from it gains by not being linear, with 65 it did not.
INNER = 128
# Things of classes that are covered are less often taken for none of those described (6 %) than things of classes that an encoder was never shown (31 %): so much at most is added to that.
COVERED = 2.5
# What is blurred: meanings (of size one), how many of their numbers are left out, and cells (of size one).
BLUR, LEFT_OUT, BLUR_CELLS = 0.2, 0.2, 0.1


@torch.no_grad()
def cells_of(eyes, folder, nouns, batch=128):
    """What is compared with descriptions at the middle of each thing [things, features], and its class, one of `nouns` (the last: none of these)."""
    pictures = torch.from_numpy(np.load(f"{folder}/picture.npy"))
    truths = [things_of(json.loads(line), nouns, list(PALETTE)) for line in open(f"{folder}/stills.jsonl")]
    cells, classes = [], []
    for at in range(0, len(pictures), batch):
        grid = eyes.trunk(pixels_of(pictures[at : at + batch]).contiguous(memory_format=torch.channels_last)).float()
        its = eyes.described_by(grid, eyes.middle(grid), eyes.box(grid))
        for n, rows in enumerate(truths[at : at + batch]):
            clear = rows[rows[:, 8] == 1]
            column = np.clip((clear[:, 2] + clear[:, 4]) / 2 // STRIDE, 0, COLUMNS - 1)
            row = np.clip((clear[:, 3] + clear[:, 5]) / 2 // STRIDE, 0, ROWS - 1)
            cells.append(its[n, :, row.astype(int), column.astype(int)].T), classes.append(clear[:, 0])
    return torch.cat(cells), torch.from_numpy(np.concatenate(classes)).long()


class Space(nn.Module):
    """One common space."""

    def __init__(self, features, numbers):
        super().__init__()
        self.look = nn.Linear(features, DIMENSIONS)
        self.meaning = nn.Sequential(nn.Linear(numbers, INNER), nn.ReLU(), nn.Linear(INNER, DIMENSIONS))

    def forward(self, cells, means):
        return F.normalize(self.look(cells), dim=-1) @ F.normalize(self.meaning(means), dim=-1).T * SHARP


def learned(cells, classes, means, known, steps, seed):
    """A space, and what is none of the names that are compared (a linear map), from classes that are `known`. Cells are of size one; means [writers, classes, numbers]."""
    torch.manual_seed(seed)
    space, other = Space(cells.shape[1], means.shape[2]), nn.Linear(cells.shape[1], 1)
    parameters = [*space.parameters(), *other.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=DECAY)
    of = {label: (classes == label).nonzero()[:, 0] for label in [*known, means.shape[1]]}
    drawn = lambda label, count: of[label][torch.randint(len(of[label]), (count,))]
    each = int(CELLS * (1 - NONE)) // TOGETHER
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
        names = [known[i] for i in torch.randperm(len(known))[:TOGETHER]]
        chosen = torch.cat([*(drawn(label, each) for label in names), drawn(means.shape[1], CELLS - each * TOGETHER)])
        target = torch.arange(CELLS).div(each, rounding_mode="floor").clamp(max=TOGETHER)
        weights = torch.rand(len(means)) ** 2
        its = (means[:, names] * (weights / weights.sum())[:, None, None]).sum(0)
        its = (its + BLUR * torch.randn_like(its)) * (torch.rand(1, its.shape[1]) > LEFT_OUT)
        x = cells[chosen] + BLUR_CELLS * torch.randn(CELLS, cells.shape[1])
        loss = F.cross_entropy(torch.cat([space(x, its), other(x)], 1), target)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
    return space.requires_grad_(False), other.requires_grad_(False)


def all_learned(cells, classes, means, known, steps):
    """All spaces, each from another beginning."""
    return [learned(cells, classes, means, known, steps, seed) for seed in range(SPACES)]


def folds_of(cells, classes, means, known, learned_from, steps, count):
    """Of classes (`known`) that the spaces were not learned from, by class, each as heavy: right among the names of their fold, %; nearer than one other of these, %."""
    right, nearer = {}, {}
    order = np.random.default_rng(3).permutation(known)
    for fold in range(count):
        out = order[fold::count].tolist()
        pairs = all_learned(cells, classes, means, [label for label in learned_from if label not in out], steps)
        for i, label in enumerate(out):
            scores = sum(space(cells[classes == label], means[:, out].mean(0)) for space, _ in pairs)
            right[label] = (scores.argmax(1) == i).float().mean().item()
            nearer[label] = ((scores[:, i : i + 1] > scores).float().sum(1) / (len(out) - 1)).mean().item()
    return {"right among the names of a fold": round(100 * np.mean(list(right.values())), 1), "nearer than another": round(100 * np.mean(list(nearer.values())), 1)}, right


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eyes", nargs="+", required=True)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--sets", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    dataset = json.load(open(f"{args.data[0]}/dataset.json"))
    names, kept = dataset["classes"], dataset["heldOut"]["classes"]
    if os.path.isdir(args.eyes[0]):
        eyes = begun(args.eyes[0], args.data[0], "cpu").eval().requires_grad_(False)
        saved = {"classes": names, "further": further_than(names)[: len(eyes.label.weight) - len(names) - 1], "colours": dataset["colours"], "without": []}
    else:
        eyes, saved = open_eyes(*args.eyes)
    eyes = eyes.to(memory_format=torch.channels_last)
    nouns = [*names, *further_than(names)]
    parts = [cells_of(eyes, folder, nouns) for folder in args.data]
    seen, classes = (torch.cat(its) for its in zip(*parts))
    mean, deviation = seen.mean(0), seen.std(0) + 1e-6
    cells = (seen - mean) / deviation
    means = torch.from_numpy(meanings(nouns))
    learned_from = [i for i, name in enumerate(nouns) if name not in kept and name not in saved["without"] and (classes == i).any()]
    known = [i for i in learned_from if i < len(names)]
    if args.folds:
        told, right = folds_of(cells, classes, means, known, learned_from, args.steps, args.folds)
        print(json.dumps({**told, "by class": {nouns[label]: round(100 * its) for label, its in sorted(right.items(), key=lambda its: -its[1])}}))
    on_the_way = f"{args.out}.sets"
    sets = torch.load(on_the_way) if os.path.exists(on_the_way) else []
    for number in range(len(sets), args.sets):
        some = sorted(np.random.default_rng(number).permutation(known)[:TOGETHER].tolist())
        pairs = all_learned(cells, classes, means, [label for label in learned_from if label not in some], args.steps // 2)
        described = set_by(pairs, some, len(names), means, mean, deviation)
        described.other.bias += COVERED * np.random.default_rng(number).random()
        sets.append({"without": [names[label] for label in some], "described": described.state_dict()})
        torch.save(sets, f"{on_the_way}.part")
        os.replace(f"{on_the_way}.part", on_the_way)
        print(json.dumps({"set": number, **told_apart(described, seen, classes, some)}), flush=True)
    its = [names.index(name) for name in saved["without"] or kept]
    eyes.described = set_by(all_learned(cells, classes, means, learned_from, args.steps), its, len(names), means, mean, deviation)
    if saved["without"]:
        print(json.dumps(told_apart(eyes.described, seen, classes, its)))
    torch.save({**saved, "eyes": eyes.state_dict(), "sets": sets}, args.out)
    if os.path.exists(on_the_way):
        os.remove(on_the_way)


@torch.no_grad()
def set_by(pairs, labels, count, means, mean, deviation):
    """What tells classes (`labels`, of so many) by their descriptions, of spaces that were learned."""
    out = Described(len(mean), count)
    put(out.look, torch.cat([space.look.weight for space, _ in pairs]), torch.cat([space.look.bias for space, _ in pairs]), mean, deviation)
    put(out.other, sum(other.weight for _, other in pairs) / SPACES, sum(other.bias for _, other in pairs) / SPACES, mean, deviation)
    out.names.weight.zero_()
    for label in labels:
        out.names.weight[label] = torch.cat([F.normalize(space.meaning(means[:, label].mean(0)), dim=0) for space, _ in pairs]) * SHARP / SPACES
        out.names.bias[label] = 0
    return out.requires_grad_(False)


def put(layer, weight, bias, mean, deviation):
    """A linear map of what is of size one, into a layer that is given what is not."""
    weight = weight / deviation
    layer.weight.copy_(weight), layer.bias.copy_(bias - weight @ mean)


@torch.no_grad()
def told_apart(described, cells, classes, labels):
    """Of things of classes (`labels`) that the encoder was not shown, or that are covered: right among those described, each class as heavy; told as none of them; how many it is sure of, and right of these, %."""
    of = torch.isin(classes, torch.tensor(labels))
    chances, classes = described(cells[of][None])[0], classes[of]
    best, label = chances[:, :-1].max(1)
    is_right, share = label == classes, lambda its: round(100 * its.float().mean().item(), 1)
    by_class = [is_right[classes == c].float().mean().item() for c in classes.unique()]
    return {"right": round(100 * np.mean(by_class), 1), "none of them": share(chances[:, -1] > best), "sure of": share(best > SURE), "of these right": share(is_right[best > SURE])}


if __name__ == "__main__":
    main()
