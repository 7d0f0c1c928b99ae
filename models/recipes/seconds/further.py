#!/usr/bin/env python3
"""Goes on with one of the three networks, from a run or from the folder of what ships.

    further.py listener|seer --begin RUN --data FOLDER... --out RUN2 [--steps 600] [--batch 64] [--rate 1e-3] [--minutes 60]
    further.py teller --begin RUN --data FOLDER... --out RUN2 [--hears RUN3] [--others FOLDER... --others-by RUN4] [--check FOLDER...] [--keeps 0.5] [--wrong 3]

The language model learns from what the encoders of --begin (that of sound of --hears, if it is told) say of --data, which they must not have learned from; of what they have learned
from, --others, those of an earlier run tell it. With --keeps its weights are in the end a mean of what they were and what was learned (Wortsman et al. 2022): few worlds teach it much
that is true of them alone. With --wrong descriptions are drawn and learned by what of them is true, too (saying.py). Nothing of the networks that do not learn is changed. Broken off, the same command goes on where it was: how far it is lies in RUN2.
"""
import argparse
import os
import time

import numpy as np
import torch

from clips import Clips
from learning import heard_losses, learn, looked, note, saved_run, seen_losses
from senses import Features, Listener, Seer
from shipped import renormalised, shipped
from teller import UNK, Rows, Teller, vocabulary_for
from telling import ASKED, Batches, blind_losses, check, prepared, said_of, tell_losses
# Of the generative family, whose folder teller.py has put before this one.
from saying import check_said, said_losses

NAMES = ("seer", "listener", "teller")
# Clips of a step of which descriptions are drawn.
SAID = 24


def opened(begin):
    """A run, its three networks, and features of sound; of what ships normalisations are yet to be made."""
    run = shipped(begin) if is_shipped(begin) else torch.load(f"{begin}/checkpoint.pt", map_location="cpu")
    seer, listener, teller = Seer(len(run["classes"]), len(run["colours"])), Listener(), Teller(len(run["vocabulary"]), len(run["classes"]), len(run["colours"]))
    for name, network in zip(NAMES, (seer, listener, teller)):
        network.load_state_dict(run[name])
        network.eval()
    return run, seer, listener, teller, Features()


def is_shipped(begin):
    return os.path.exists(f"{begin}/config.json")


@torch.no_grad()
def clips_in(folders, run, features, is_mirrored=True, is_seen=True):
    clips = Clips(folders, torch.device("cpu"), features, run["classes"], run["colours"], is_mirrored, is_seen)
    note(clips=len(clips), worlds=len(set(clips.worlds)))
    return clips


def looks_at(file, folders, run, seer, listener, features, ways=(False, True)):
    """What encoders say of clips, as they are and mirrored, with words about them: from a file, if they have been looked at before."""
    if not os.path.exists(file):
        clips = clips_in(folders, run, features, True in ways)
        torch.save(([(looked(seer, listener, clips, torch.arange(len(clips)), False, way), way) for way in ways], clips.words), file)
    return torch.load(file)


def widened(teller, words):
    """For more words than it had: a new one begins as what is unknown."""
    out = dict(teller)
    for name in ("tokens.weight", "head.weight"):
        its = teller[name]
        more = its[UNK] + 0.05 * torch.randn(words - len(its), its.shape[1])
        out[name] = torch.cat([its, more if name == "tokens.weight" else 0.1 * more])
    return out


def hear_or_see(args, run, networks, features, learning):
    """Goes on with an encoder."""
    seer, listener, _ = networks
    hears = args.network == "listener"
    of_what_ships = is_shipped(args.begin)
    clips = clips_in(args.data, run, features if hears or of_what_ships else None, is_seen=not hears)
    every = torch.arange(len(clips))
    if of_what_ships:
        some = lambda: every[torch.randperm(len(every))[:128]]
        renormalised(listener, lambda: listener(clips.sounds[some()].float()))
        if not hears:
            renormalised(seer, lambda: looked(seer, listener, clips, some(), False))
    if hears:
        learning(listener, lambda chosen: heard_losses(listener, clips, chosen), every, args.batch)
    else:
        learning(seer, lambda chosen: seen_losses(seer, clips, chosen, False), every, args.batch)
    saved_run(args.out, dict(zip(NAMES, networks)), **{key: run[key] for key in ("vocabulary", "classes", "colours", "used")})


def tell(args, run, networks, features, learning):
    """Goes on with the language model."""
    seer, listener, _ = networks
    if args.hears:
        listener = opened(args.hears)[2]
    looks, about = looks_at(f"{args.out}/looks.pt", args.data, run, seer, listener, features)
    if args.others:
        _, its_seer, its_listener, *_ = opened(args.others_by)
        theirs, more = looks_at(f"{args.out}/others.pt", args.others, run, its_seer, its_listener, features)
        looks = [([torch.cat(pair) for pair in zip(a, b)], way) for (a, way), (b, _) in zip(looks, theirs)]
        about = about + more
    names, device = [*run["classes"], *run["colours"]], torch.device("cpu")
    words, known = vocabulary_for(about, names), set(run["vocabulary"])
    vocabulary = [*run["vocabulary"], *(word for word in words if word not in known)]
    rows = prepared(Rows(about, vocabulary, names, np.random.default_rng(args.seed)), len(about), device, ASKED)
    batches = Batches(looks, rows, device)
    said = said_of(looks, [*args.data, *args.others], about, rows.pieces, run["classes"], run["colours"]) if args.wrong else None
    note(rows=len(rows.ids), words=len(vocabulary))
    teller = Teller(len(vocabulary), len(run["classes"]), len(run["colours"]))
    teller.load_state_dict(widened(run["teller"], len(vocabulary)))
    checks = None
    if args.check:
        [(its, _)], their = looks_at(f"{args.out}/check.pt", args.check, run, seer, listener, features, (False,))
        checks = (its, prepared(Rows(their, vocabulary, names), len(their), device, {}), False)
        told = said_of([(its, False)], args.check, their, rows.pieces, run["classes"], run["colours"])
        note(before=True, **check(teller, *checks), **check_said(teller, told))
    count = [0]

    def losses_of(_):
        count[0] += 1
        out = tell_losses(teller, batches, args.batch, args.questions, rows.pieces, False)
        if count[0] % 8 == 0:
            out.update(blind_losses(teller, batches, rows.pieces, False))
        if said:
            out.update(said_losses(teller, said, SAID, args.wrong))
        return out

    began = {name: its.clone() for name, its in teller.state_dict().items()}
    learning(teller, losses_of, torch.arange(len(about)), 1)
    teller.load_state_dict({name: args.keeps * began[name] + (1 - args.keeps) * its for name, its in teller.state_dict().items()})
    if checks:
        note(end=True, **check(teller, *checks), **check_said(teller, told))
    used = sorted({int(i) for i in rows.ids.unique().tolist()} | set(run["used"]))
    saved_run(args.out, {"seer": seer, "listener": listener, "teller": teller}, vocabulary=vocabulary, classes=run["classes"], colours=run["colours"], used=used)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=NAMES)
    for name in ("begin", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--hears")
    parser.add_argument("--others", nargs="*", default=[])
    parser.add_argument("--others-by")
    parser.add_argument("--check", nargs="*", default=[], help="of the language model: what it gets right before and after")
    parser.add_argument("--keeps", type=float, default=0.0, help="share of the language model's weights as they were in the mean that is kept")
    parser.add_argument("--wrong", type=float, default=0.0, help="descriptions are learned by what of them is true, too (saying.py): what a wrong fact costs, of what a true one is worth")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--batch", type=int, default=64, help="clips of a step")
    parser.add_argument("--questions", type=int, default=16, help="of a clip in a step of the language model")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--minutes", type=float, default=60.0, help="for the steps, at most")
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)
    os.makedirs(args.out, exist_ok=True)
    run, *networks, features = opened(args.begin)
    keep = f"{args.out}/{args.network}.pt"
    learning = lambda network, losses_of, which, batch: learn(network, losses_of, which, args.steps, batch, args.rate, args.network, time.time() + 60 * args.minutes, keep)
    (tell if args.network == "teller" else hear_or_see)(args, run, networks, features, learning)


if __name__ == "__main__":
    main()
