#!/usr/bin/env python3
"""Trains the encoder of pictures.

    see.py --data FOLDER... --out FILE [--without CLASS,CLASS...] [--steps 2600] [--check FOLDER...] [--begin FILE|MODEL] [--keep trunk.stem,...] [--rate 2e-3] [--seed 1] [--threads 1]

Folders are of `sensorium simulate --stills N --split train`, some of them with `--invented`, some with `--further`. Of classes `--without` nothing is learned: to such an encoder
they are what classes that are never trained are to the others; with `--begin` and `--steps 0` it says what the other says of all but these. `--begin`: what it begins with, a FILE that this wrote or the folder of a model that ships; `--keep`:
layers that stay as they are. A run that is begun again goes on from its last checkpoint.
"""
import argparse
import json
import os
import time

import numpy as np
import torch

from eyes import MOST, Eyes, Scenes, Training, in_view, pixels_of, things_of
from lexicon import further_than
from recolour import owners_of, palette_of, recoloured
from shipped import eyes_of
from sight import looks_of, open_eyes

# From that likelihood on a thing is there.
THERE = 0.3


# Pictures from which batch norms of an encoder that ships are made.
NORMED = 200


@torch.no_grad()
def check(eyes, folder, classes, colours, without=()):
    """Of what is clearly in view, %: found, class and colour right; told as of no class where it is of one, of none, or of one that was left out. The same of things whose colour was made another one."""
    device = eyes.shown.device
    truths = [things_of(json.loads(line), classes, colours) for line in open(f"{folder}/stills.jsonl")]
    pictures = torch.from_numpy(np.load(f"{folder}/picture.npy"))
    told = counted(looks_of(eyes, pictures.to(device)), truths, classes, without)
    its = torch.tensor(np.stack(truths)).long()
    with torch.random.fork_rng():
        torch.manual_seed(5)
        x, which, _ = recoloured(pictures.permute(0, 3, 1, 2).float() / 255, torch.from_numpy(owners_of(folder, in_view, MOST)), its[..., 0], its[..., 1], palette_of(colours, "cpu"))
    x = (255 * x + 0.5).byte().permute(0, 2, 3, 1)
    others = counted(looks_of(eyes, x.to(device)), truths, classes, without, which.numpy())
    told.update({f"in another colour: {key}": its for key, its in others.items()})
    return {key: round(100 * float(np.mean(its)), 1) for key, its in told.items()}


def counted(looks, truths, classes, without, which=None):
    """`which`: only those things [n, things], and not their colours."""
    told = {}
    add = lambda key, is_so: told.setdefault(key, []).append(bool(is_so))
    looks = [its.cpu().numpy() for its in looks]
    for n, rows in enumerate(truths):
        labels, hues, numbers = (its[n] for its in looks)
        sure = np.exp(4 * numbers[:, -1]) > THERE
        x, y, used = (numbers[:, 0] + 1) * 80, (numbers[:, 1] + 1) * 60, ~sure
        for row, (label, colour, left, top, right, bottom, _, _, state) in enumerate(rows):
            if state != 1 or which is not None and not which[n, row]:
                continue
            far = np.hypot(x - (left + right) / 2, y - (top + bottom) / 2) + 1000 * used
            cell = int(far.argmin())
            found = far[cell] < max(8, 0.3 * (right - left))
            add("found", found)
            if not found:
                continue
            used[cell] = True
            best = labels[cell].argmax()
            if label == len(classes):
                add("of none: told so", best == label)
            elif classes[int(label)] in without:
                add("left out: told as none", best == len(classes))
            else:
                add("class", best == label), add("of one: told as none", best == len(classes))
            if colour >= 0 and which is None:
                add("colour", hues[cell].argmax() == colour)
        if which is None:
            add("more than there are", sure.sum() > (rows[:, 8] > 0).sum())
    return told


def begun(where, folder, device):
    """The encoder that a training begins with."""
    if os.path.isfile(where):
        return open_eyes(where)[0].requires_grad_(True).to(device)
    return eyes_of(where, pixels_of(torch.from_numpy(np.load(f"{folder}/picture.npy", mmap_mode="r")[:NORMED].copy()))).to(device)


@torch.no_grad()
def with_further(eyes, count):
    """The same, for so many further classes: what it has not been shown any of begins as a part of none."""
    known, old = eyes.classes + 1, eyes.label
    if len(old.weight) == known + count:
        return eyes
    out = Eyes(eyes.classes, len(eyes.colour.weight), count).to(old.weight.device)
    state = {name: its for name, its in eyes.state_dict().items() if name != "shown"}
    # What was there keeps its place: nouns are put behind the others of the lexicon.
    new = known + count - len(old.weight)
    state["label.weight"] = torch.cat([old.weight, old.weight[known - 1 : known].expand(new, -1, -1, -1)])
    state["label.bias"] = torch.cat([old.bias, old.bias[known - 1 : known].expand(new)])
    for row in (known - 1, *range(len(old.weight), known + count)):
        state["label.bias"][row] -= np.log(new + 1)
    out.load_state_dict({**out.state_dict(), **state})
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--without", default="")
    parser.add_argument("--check", nargs="*", default=[])
    parser.add_argument("--begin")
    parser.add_argument("--keep", default="")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--steps", type=int, default=2600)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    described = json.load(open(f"{args.data[0]}/dataset.json"))
    classes, colours = described["classes"], described["colours"]
    without = [name for name in args.without.split(",") if name]
    left_out = [classes.index(name) for name in without]
    further = further_than(classes)
    eyes = with_further(begun(args.begin, args.data[0], device), len(further)) if args.begin else Eyes(len(classes), len(colours), len(further))
    eyes = eyes.never_shown([*(classes.index(name) for name in described["heldOut"]["classes"]), *left_out])
    eyes = eyes.to(device, memory_format=torch.channels_last)
    training = Training(eyes, left_out, args.rate, tuple(name for name in args.keep.split(",") if name))
    seconds, curve = 0.0, []
    if os.path.exists(args.out):
        saved = torch.load(args.out, map_location=device)
        eyes.load_state_dict({name: its.float() for name, its in saved["eyes"].items()}), training.optimiser.load_state_dict(saved["optimiser"])
        training.steps, seconds, curve = saved["step"], saved["seconds"], saved["curve"]
        torch.manual_seed(training.steps)
    scenes = Scenes(sum(json.load(open(f"{folder}/dataset.json"))["stills"] for folder in args.data), device, classes, further, colours, described["heldOut"]["combinations"])
    for folder in args.data:
        scenes.add(folder)
    began = time.time()

    def save():
        state = {"step": training.steps, "seconds": seconds + time.time() - began, "curve": curve, "classes": classes, "further": further, "colours": colours, "without": without}
        torch.save({**state, "eyes": eyes.state_dict(), "optimiser": training.optimiser.state_dict()}, f"{args.out}.part")
        os.replace(f"{args.out}.part", args.out)

    if args.steps == 0:
        save()
    while training.steps < args.steps:
        training.step(scenes, args.batch, training.steps / args.steps)
        is_last = training.steps == args.steps
        if training.steps % 100 and not is_last:
            continue
        line = {"step": training.steps, "seconds": round(seconds + time.time() - began), **training.told(100)}
        if args.check and (training.steps % 500 == 0 or is_last):
            line["check"] = [check(eyes.eval(), folder, classes, colours, without) for folder in args.check]
        curve.append(line)
        print(json.dumps(line), flush=True)
        save()


if __name__ == "__main__":
    main()
