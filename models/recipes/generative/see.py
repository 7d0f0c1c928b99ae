#!/usr/bin/env python3
"""Trains the encoder of pictures.

    see.py --data FOLDER... --out FILE [--without CLASS,CLASS...] [--steps 2600] [--check FOLDER]

Folders are of `sensorium simulate --stills N --split train`, about half of them with `--invented`. Of classes `--without` nothing is learned: to such an encoder
they are what classes that are never trained are to the others. A run that is begun again goes on from its last checkpoint.
"""
import argparse
import json
import os
import time

import numpy as np
import torch

from eyes import Eyes, Scenes, Training, things_of
from sight import looks_of

# From that likelihood on a thing is there.
THERE = 0.3


@torch.no_grad()
def check(eyes, folder, classes, colours, without=()):
    """Of what is clearly in view, %: found, class and colour right; told as of no class where it is of one, of none, or of one that was left out."""
    device = eyes.shown.device
    looks = [its.cpu().numpy() for its in looks_of(eyes, torch.from_numpy(np.load(f"{folder}/picture.npy")).to(device))]
    told = {}
    add = lambda key, is_so: told.setdefault(key, []).append(bool(is_so))
    for n, line in enumerate(open(f"{folder}/stills.jsonl")):
        rows = things_of(json.loads(line), classes, colours)
        labels, hues, numbers = (its[n] for its in looks)
        sure = np.exp(4 * numbers[:, -1]) > THERE
        x, y, used = (numbers[:, 0] + 1) * 80, (numbers[:, 1] + 1) * 60, ~sure
        for label, colour, left, top, right, bottom, *_ in rows[rows[:, 8] == 1]:
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
            if colour >= 0:
                add("colour", hues[cell].argmax() == colour)
        add("more than there are", sure.sum() > (rows[:, 8] > 0).sum())
    return {key: round(100 * float(np.mean(its)), 1) for key, its in told.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--without", default="")
    parser.add_argument("--check")
    parser.add_argument("--steps", type=int, default=2600)
    parser.add_argument("--batch", type=int, default=48)
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(1)
    torch.manual_seed(1)
    described = json.load(open(f"{args.data[0]}/dataset.json"))
    classes, colours = described["classes"], described["colours"]
    without = [name for name in args.without.split(",") if name]
    left_out = [classes.index(name) for name in without]
    eyes = Eyes(len(classes), len(colours)).never_shown([*(classes.index(name) for name in described["heldOut"]["classes"]), *left_out])
    eyes = eyes.to(device, memory_format=torch.channels_last)
    training = Training(eyes, left_out)
    seconds, curve = 0.0, []
    if os.path.exists(args.out):
        saved = torch.load(args.out, map_location=device)
        eyes.load_state_dict({name: its.float() for name, its in saved["eyes"].items()}), training.optimiser.load_state_dict(saved["optimiser"])
        training.steps, seconds, curve = saved["step"], saved["seconds"], saved["curve"]
        torch.manual_seed(training.steps)
    scenes = Scenes(sum(json.load(open(f"{folder}/dataset.json"))["stills"] for folder in args.data), device)
    for folder in args.data:
        scenes.add(folder, classes, colours)
    began = time.time()
    while training.steps < args.steps:
        training.step(scenes, args.batch, training.steps / args.steps)
        is_last = training.steps == args.steps
        if training.steps % 100 and not is_last:
            continue
        line = {"step": training.steps, "seconds": round(seconds + time.time() - began), **training.told(100)}
        if args.check and (training.steps % 500 == 0 or is_last):
            line.update(check(eyes.eval(), args.check, classes, colours, without))
            eyes.train()
        curve.append(line)
        print(json.dumps(line), flush=True)
        state = {"step": training.steps, "seconds": seconds + time.time() - began, "curve": curve, "classes": classes, "colours": colours, "without": without}
        torch.save({**state, "eyes": eyes.state_dict(), "optimiser": training.optimiser.state_dict()}, f"{args.out}.part")
        os.replace(f"{args.out}.part", args.out)


if __name__ == "__main__":
    main()
