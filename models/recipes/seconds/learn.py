#!/usr/bin/env python3
"""Learns to answer questions about clips of recorded worlds.

    learn.py --data FOLDER... --rest GLOB --out RUN [--senses-steps 1500] [--steps 5000] [--check FOLDER...] [--seconds N] [--threads 1]

Folders are the `clips/` of `sensorium simulate --worlds N --split train`; those of --rest and --check hold `words.jsonl` of examples/clip-words.ts. Encoders of pictures and of sound learn
from --data first. What they say of --rest, which they have not learned from, tells the language model how far they are to be trusted. Then they learn from all, and the
language model from what they say then, too. further.py goes on with what this has learned. Broken off, the same command goes on where it was, and has its time again: what is learned lies in RUN.
"""
import argparse
import glob
import os
import time

import numpy as np
import torch

from clips import Clips
from learning import BEGAN, check_senses, heard_losses, learn, looked, note, saved_run, seen_losses
from senses import Features, Listener, Seer
from teller import FORMS, Rows, Teller, vocabulary_for
from telling import ASKED, Batches, blind_losses, check, prepared, tell_losses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--rest", required=True, help="a pattern of folders, looked for when the first encoders have learned")
    parser.add_argument("--check", nargs="*", default=[])
    parser.add_argument("--out", required=True)
    parser.add_argument("--senses-steps", type=int, default=1500)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--check-every", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=24, help="of a clip in a step")
    parser.add_argument("--first", type=float, default=1200.0, help="s that the first encoders may take")
    parser.add_argument("--wait", help="a file that is there once all of the rest is")
    parser.add_argument("--seconds", type=float, default=3600.0, help="s that it may take in all")
    parser.add_argument("--threads", type=int, default=1, help="of a processor")
    args = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    half = True
    if device.type == "cpu":
        torch.set_num_threads(args.threads)
    else:
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    torch.manual_seed(3)
    np.random.seed(3)
    features = Features().to(device)
    load = lambda folders, classes=None, colours=None: Clips(folders, device, features, classes, colours)
    with torch.no_grad():
        first = load(args.data)
    note(clips=len(first), worlds=len(set(first.worlds)), classes=first.classes)
    classes, colours = first.classes, first.colours
    seer = Seer(len(classes), len(colours)).to(device).to(memory_format=torch.channels_last).eval()
    listener = Listener().to(device).eval()
    every = torch.arange(len(first), device=device)
    os.makedirs(args.out, exist_ok=True)

    def learn_once(network, losses_of, which, steps, batch, rate, name, stop):
        """What has been learned before is not learned again."""
        learned, keep = (f"{args.out}/{name.replace(' ', '-')}{its}.pt" for its in ("", "-on-the-way"))
        if os.path.exists(learned):
            network.load_state_dict(torch.load(learned, map_location=device))
            note(network=name, learned_before=True)
            network.eval()
            return
        learn(network, losses_of, which, steps, batch, rate, name, stop, keep)
        torch.save(network.state_dict(), learned)
        if os.path.exists(keep):
            os.remove(keep)

    learn_once(listener, lambda chosen: heard_losses(listener, first, chosen), every, args.senses_steps, args.batch, 2e-3, "listener 1", time.time() + 0.15 * args.first)
    learn_once(seer, lambda chosen: seen_losses(seer, first, chosen, half), every, args.senses_steps, args.batch, 2e-3, "seer 1", BEGAN + args.first)
    while args.wait and not os.path.exists(args.wait):
        time.sleep(0.5)
    known = {os.path.realpath(its) for its in [*args.data, *args.check]}
    folders = [its for its in sorted(glob.glob(args.rest)) if os.path.realpath(its) not in known and os.path.exists(f"{its}/words.jsonl")]
    with torch.no_grad():
        rest = load(folders, classes, colours)
        checked = load(args.check, classes, colours) if args.check else None
    note(rest=len(rest), worlds=len(set(rest.worlds)), check=len(checked) if checked else 0)
    which = torch.arange(len(rest), device=device)
    looks = [(looked(seer, listener, rest, which, half, is_mirrored), is_mirrored) for is_mirrored in (False, True)]
    looks.append((looked(seer, listener, rest, which, half, False, True), False))
    note(of="the rest, not learned from")
    check_senses(looks[0][0], rest)
    left = args.seconds - (time.time() - BEGAN)
    rest.join(first)
    every = torch.arange(len(rest.pictures), device=device)
    learn_once(listener, lambda chosen: heard_losses(listener, rest, chosen), every, args.senses_steps, args.batch, 1.2e-3, "listener 2", time.time() + 0.06 * left)
    learn_once(seer, lambda chosen: seen_losses(seer, rest, chosen, half), every, args.senses_steps, args.batch, 1.2e-3, "seer 2", time.time() + 0.36 * left)
    looks.append((looked(seer, listener, rest, which, half), False))

    names = [*rest.classes, *rest.colours]
    vocabulary = vocabulary_for(rest.words, names)
    rows = prepared(Rows(rest.words, vocabulary, names, np.random.default_rng(7)), len(which), device, ASKED)
    note(rows=len(rows.ids), words=len(vocabulary), forms={form: int((rows.form == i).sum()) for i, form in enumerate(FORMS)})
    batches = Batches(looks, rows, device)
    checks = None
    if checked:
        its = looked(seer, listener, checked, torch.arange(len(checked), device=device), half)
        note(of="check")
        check_senses(its, checked)
        checks = (its, prepared(Rows(checked.words, vocabulary, names), len(checked), device, {}))
    model = Teller(len(vocabulary), len(rest.classes), len(rest.colours)).to(device)
    pieces = rows.pieces
    with torch.no_grad():
        mean = model.tokens.weight.mean(0)
        model.cells.begin(*(torch.stack([(model.tokens.weight[pieces.ids(name)] - mean).sum(0) for name in its]) for its in (rest.classes, rest.colours)))
    count = [0]

    def losses_of(_):
        count[0] += 1
        out = tell_losses(model, batches, args.batch // 4, args.questions, pieces, half)
        if count[0] % 8 == 0:
            out.update(blind_losses(model, batches, pieces, half))
        if checks and count[0] % args.check_every == 0:
            note(step=count[0], **check(model, *checks, half))
        return out

    learn_once(model, losses_of, which, args.steps, 1, 1.5e-3, "teller", BEGAN + 0.97 * args.seconds)
    if checks:
        note(end=True, **check(model, *checks, half))
    networks = {"seer": seer, "listener": listener, "teller": model}
    saved_run(args.out, networks, vocabulary=vocabulary, classes=rest.classes, colours=rest.colours, used=sorted(int(i) for i in rows.ids.unique().tolist()))


if __name__ == "__main__":
    main()
