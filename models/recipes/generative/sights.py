"""What encoders saw of stills, and what is asked about these, for the language model to learn from."""
import json

import numpy as np
import torch

from facts import Facts, Seen
from saying import Said
from sight import covered, looks_of, renamed, surely_told
from talk import FORMS, UNK, description_of, heard_of, rows_of

# How much more often a still is asked about for each thing that is known by description alone, up to so many.
OFTEN, MANY = 2, 3
# What cannot be told of colours and of where things stand is asked so often at the most, for each question of the form that can be: there is up to half as much of it, and what learned from that doubted what it saw.
# Of words that are not known at all it is asked as often as there is.
UNTOLD = 0.1


class Sights:
    """What an encoder saw of stills, what is asked about them and what is heard, on a device.

    `seers`: the encoder, and the classes that it was not shown, which have other names; of several each pair of stills is seen by the one to which most of its classes are such.
    """

    def __init__(self, seers, folders, vocabulary, device):
        parts = [self.part(seers, folder, vocabulary, device, seed) for seed, folder in enumerate(folders)]
        counts = np.cumsum([0, *(len(its[0][0]) for its in parts)])
        self.looks = [torch.cat(its) for its in zip(*(its[0] for its in parts))]
        self.heard = torch.from_numpy(np.concatenate([heard_of(folder) for folder in folders])).to(device)
        self.ids = torch.from_numpy(np.concatenate([its[1] for its in parts])).to(device)
        facts = np.concatenate([np.concatenate([f[:, :1], f[:, 1:2] + first, f[:, 2:]], 1) for first, (_, _, f, *_) in zip(counts, parts)])
        self.facts = torch.from_numpy(facts).long().to(device)
        self.truths = [truth for its in parts for truth in its[4]]
        often = torch.cat([its[3] for its in parts]).to(device)[self.facts[:, 1]] * asked_of(self.facts, self.ids)
        self.of_form = [(self.facts[:, 2] == form).nonzero()[:, 0].repeat_interleave(often[self.facts[:, 2] == form]) for form in range(len(FORMS))]

    @staticmethod
    def part(seers, folder, vocabulary, device, seed):
        pictures, classes = torch.from_numpy(np.load(f"{folder}/picture.npy")), json.load(open(f"{folder}/dataset.json"))["classes"]
        truths = [json.loads(line) for line in open(f"{folder}/stills.jsonl")]
        which = np.repeat([best_of(seers, truths[i : i + 2]) for i in range(0, len(truths), 2)], 2)[: len(truths)]
        looks = None
        for i, (eyes, _) in enumerate(seers):
            at = torch.from_numpy(np.flatnonzero(which == i))
            if len(at):
                its = looks_of(eyes, pictures[at].to(device))
                looks = looks or [torch.zeros(len(pictures), *part.shape[1:], device=device) for part in its]
                for all_of, part in zip(looks, its):
                    all_of[at] = part
        left_out = [seers[i][1] for i in which]
        ids, facts, called = rows_of(folder, vocabulary, left_out, surely_told(looks, truths, left_out, classes), seed)
        told = [{**truth, "things": [{**t, "label": names.get(t["label"], t["label"])} for t in truth["things"]]} for truth, names in zip(truths, called)]
        return [renamed(looks[0], called, classes), *looks[1:]], ids, facts, often_of(truths, left_out), told

    def said(self, pieces, classes, colours, blurred):
        """Descriptions of these stills are drawn and judged, with what is heard as `blurred` has it."""
        senses_of = lambda model, some: model.senses([look[some].float() for look in self.looks], blurred(self.heard[some]))
        return Said([Seen(truth) for truth in self.truths], [description_of(truth) for truth in self.truths], senses_of, pieces, Facts(classes, colours))


def best_of(seers, pair):
    """Which was not shown most of the classes of a pair of stills."""
    labels = {t["label"] for truth in pair for t in truth["things"] if "box" in t}
    return int(np.argmax([len(labels & set(left_out)) for _, left_out in seers]))


def often_of(truths, left_out):
    """How often each still is asked about: where several things in view are known by description alone they are to be told from one another, and such stills are few."""
    count = lambda truth, names: sum("box" in t and t["label"] in names for t in truth["things"])
    return torch.tensor([1 + OFTEN * min(count(*its), MANY) for its in zip(truths, left_out)])


def asked_of(facts, ids):
    """Which questions are asked, 1 or 0: see `UNTOLD`."""
    form, answerable, missing = facts[:, 2], facts[:, 3] == 1, facts[:, 4] == 1
    is_known = ~(ids == UNK).any(1)
    out = torch.ones_like(form)
    for which in range(len(FORMS)):
        can, cannot = ((form == which) & (answerable == flag) & ~missing for flag in (True, False))
        share = UNTOLD * can.sum() / cannot.sum().clamp(min=1)
        out[cannot & is_known & (torch.rand(len(form), device=form.device) > share)] = 0
    return out


def seers_of(encoders, classes, device):
    """Of encoders, as `open_eyes` gives them, those that `Sights` is to be made for, one after the other: each by itself, and the first as if it had not been shown each of the sets of classes that it was described with."""
    its = [[(eyes.to(device), tuple(saved["without"]))] for eyes, saved in encoders]
    own, sets = its[0][0][0], encoders[0][1].get("sets")
    return [*its, [(covered(own, some, classes), tuple(some["without"])) for some in sets]] if sets else its
