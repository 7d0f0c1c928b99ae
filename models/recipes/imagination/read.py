#!/usr/bin/env python3
"""The encoder of words learns more ways of telling, from sentences alone: no picture, and no encoder of pictures, is needed.

    read.py --runs RUNS --sentences FILE --check FILE [--steps 2500] [--without "red ball" ...]

Files are those of examples/goal-words.ts. RUNS are of begun.py or train.py. What a sentence is to mean is what the encoder, as it begins, makes of the plain sentence about the same things: so prior and decoder, which go by that, stay as they are.
A run that is begun again goes on from its last checkpoint.
"""
import argparse
import json

import torch

# First, since the modules of the contrastive family, whose folder goals.py puts first, have a train.py as well.
from train import Run, of_kinds, right, told

from goals import LONGEST, SLOTS, Goals
from nets import Heads, Text


class Sentences(Goals):
    """Sentences of a file, without pictures: tokens, those of the plain sentence, slots."""

    def __init__(self, file, known, without=()):
        self.classes, self.colours = known["classes"], known["colours"]
        self.know(known["vocabulary"])
        # A word that is unknown is neither left out nor put in here.
        self.idle = self.idle[1:]
        self.truths = [json.loads(line) for line in open(file)]
        self.truths = [its for its in self.truths if not {f"{t['colour']} {t['label']}" for t in its["things"]} & set(without)]
        self.ids, self.plain = (self.tokens(key) for key in ("text", "plain"))
        self.slots = torch.tensor([len(self.classes), len(self.colours)]).repeat(len(self.truths), 3, 1)
        for n, its in enumerate(self.truths):
            for slot, t in zip(SLOTS[len(its["things"])], its["things"]):
                self.slots[n, slot] = torch.tensor([self.classes.index(t["label"]), self.colours.index(t["colour"])])
        self.many = torch.tensor([len(its["things"]) for its in self.truths])

    def tokens(self, key):
        out = torch.zeros(len(self.truths), LONGEST, dtype=torch.long)
        for n, its in enumerate(self.truths):
            ids = self.pieces.ids(its[key])[:LONGEST]
            out[n, : len(ids)] = torch.tensor(ids)
        return out


def embedded(text, ids):
    with torch.no_grad():
        return torch.cat([text(some) for some in ids.split(500)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("runs", "sentences", "check"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1e-3)
    args = parser.parse_args()
    args.out, args.seconds = args.runs, None
    torch.set_num_threads(1)
    known = torch.load(f"{args.runs}/embeddings.pt")
    sentences, held = Sentences(args.sentences, known, args.without), Sentences(args.check, known)
    text, before, heads = Text(len(known["vocabulary"])), Text(len(known["vocabulary"])), Heads(len(known["classes"]), len(known["colours"]))
    for network in (text, before):
        network.load_state_dict(known["text"])
    heads.load_state_dict(known["heads"])
    heads.requires_grad_(False)
    meant = torch.stack([embedded(before.eval(), ids) for ids in (sentences.plain, sentences.swapped[sentences.plain])])
    new = torch.tensor([any(f"{t['colour']} {t['label']}" in args.without for t in its["things"]) for its in held.truths])
    run = Run("words", args, {"text": text}, args.steps, args.rate)

    def losses_of():
        chosen, flips = torch.randint(len(sentences), (args.batch,)), torch.randint(2, (args.batch,))
        flip = flips[:, None] > 0
        ids, slots = sentences.ids[chosen], sentences.slots[chosen]
        slots = torch.where(flip[..., None], slots.flip(1), slots)
        found = text(sentences.said_otherwise(torch.where(flip, sentences.swapped[ids], ids)))
        wanted = meant[flips, chosen]
        # What the encoder misread in the plain sentence, too, is nothing to learn from.
        is_read = right(heads(wanted), slots)
        return {"told": told([its[is_read] for its in heads(found)], slots[is_read]), "near": 10 * (1 - (found * wanted).sum(1))[is_read].mean()}

    def check(means):
        good = right(heads(embedded(means["text"].eval(), held.ids)), held.slots)
        plain = right(heads(embedded(means["text"], held.plain)), held.slots)
        by_count = {f"{n} things %": round(100 * float(good[held.many == n].float().mean()), 1) for n in (1, 2, 3)}
        return {**of_kinds("sentences", good, new), **by_count, **of_kinds("plain", plain, new)}

    print(json.dumps({"before": check({"text": before})}), flush=True)
    run.go(losses_of, check, 100)


if __name__ == "__main__":
    main()
