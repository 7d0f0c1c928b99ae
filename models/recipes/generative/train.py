#!/usr/bin/env python3
"""Trains a bridge and the language model behind it on what frozen encoders saw and heard.

    train.py --eyes FILE [--others FILE...] --data FOLDER... --out RUN [--steps 4000] [--check FOLDER...] [--begin MODEL] [--wrong 1]

`--eyes` is the encoder that it is to speak for, `--others` are such as were never shown some of the classes, and know them by what is said of them: what they say of these is what it
will say of classes that nobody has shown it, and stands under their names. Files are of describe.py. The loss is that of the answer alone. Words of
a question that name nothing are at times hidden or left out, so that other ways of asking are understood. `--begin`: the folder of a model that ships, with
which a training begins. `--wrong`: descriptions are drawn besides, and learned by what of them is true (saying.py). A run that is begun again goes on.
"""
import argparse
import json
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

from eyes import at_once, draws_of
from saying import check_said, said_losses
from shipped import speaker_of
from sight import mirrored, open_eyes
from sights import Sights, seers_of
from speaker import SIDES, SOUNDS, Speaker
from talk import BLIND, DEAF, END, FORMS, PAD, SOUND_NAMES, UNK, Words, vocabulary_for

# Words without which a question means something else.
KEPT = (
    "left right front behind on bigger larger greater size volume voluminous more exceed above nearer closer distance distant far less shorter smaller before "
    "colour shade hue tint many number count amount quantity sound noise hear hearing heard ears side direction way where"
)
IGNORED = -100
# So often each form is asked: what is learned soon is asked less.
ASKED = {"existence": 0.2, "count": 0.16, "colour": 0.15, "comparison": 0.14, "relation": 0.23, "sound": 0.06, "direction": 0.06}
# Of what is asked so much is asked of what the encoder that it speaks for sees; the others share the rest.
OWN = 0.5
# Of stills with a picture, and without one, so many have no sound.
DEAF_SHARE, DEAF_AND_BLIND = 0.05, 0.5
# Share of questions whose things have their colours exchanged, in words and in what is seen: which colours a class was shown in is not to be learned.
EXCHANGED = 0.5
# In every so many steps descriptions are drawn, of so many stills.
SAID_EVERY, SAID = 2, 24


class Batches:
    """Questions, or requests for descriptions, with what is seen and heard of their stills."""

    def __init__(self, sights, words, names, classes, colours, used):
        self.sights, self.words = sights, words
        device = sights[0].ids.device
        tensor = lambda its: torch.tensor(its, device=device)
        index = words.index
        count = len(words.vocabulary)
        named = {i for name in names for i in words.ids(name)} | {i for i, p in enumerate(words.vocabulary) if p.startswith("##")} | {index[w] for w in KEPT.split() if w in index} | set(range(6))
        self.is_plain = torch.ones(count, dtype=torch.bool, device=device)
        self.is_plain[tensor(sorted(named))] = False
        self.plain = tensor([i for i in range(count) if i not in named and i in used])
        swap = list(range(count))
        swap[index["left"]], swap[index["right"]] = index["right"], index["left"]
        self.swap = tensor(swap)
        self.colours = tensor([index[colour] for colour in colours])
        self.articles, self.orange = tensor([index["a"], index["an"]]), index["orange"]
        self.sides = tensor([*range(SOUNDS), SOUNDS, SOUNDS + 3, SOUNDS + 2, SOUNDS + 1])
        self.deaf, self.blind = ([*words.ids(text), END] for text in (DEAF, BLIND))
        self.asked = torch.tensor([ASKED.get(form, 0.0) for form in FORMS])

    def blurred(self, heard):
        """As chances of an encoder are; sums stay one."""
        device, count = heard.device, len(heard)
        chances = lambda width: torch.softmax(torch.randn(count, width, device=device) * 3, 1)
        silent = heard[:, SOUND_NAMES.index("nothing")] == 1
        out = heard.clone()
        # Where nothing sounds, the encoder says anything of the side.
        out[:, SOUNDS:] = torch.where(silent[:, None], chances(SIDES), out[:, SOUNDS:])
        for part, width in ((slice(0, SOUNDS), SOUNDS), (slice(SOUNDS, SOUNDS + SIDES), SIDES)):
            some = 0.45 * torch.rand(count, 1, device=device) * (torch.rand(count, 1, device=device) < 0.5)
            out[:, part] = out[:, part] * (1 - some) + some * chances(width)
        return out * (heard.sum(1, keepdim=True) > 0)

    def which(self):
        """Of which of the encoders what it says is learned from next."""
        return 0 if len(self.sights) == 1 or np.random.random() < OWN else 1 + np.random.randint(len(self.sights) - 1)

    def next(self, size, has_picture=True, describes=False):
        """Looks, what is heard, tokens and what has to come after each of them."""
        its = self.sights[self.which()]
        device = its.ids.device
        chance = lambda p: torch.rand(size, device=device) < p
        if describes:
            rows = torch.cat([its.of_form[7], its.of_form[8]]) if has_picture else its.of_form[9]
            rows = rows[torch.randint(len(rows), (size,), device=device)]
            flip = its.facts[rows, 2] == 8
        else:
            counts = torch.multinomial(self.asked, size, True).bincount(minlength=len(FORMS)).tolist()
            rows = torch.cat([of[torch.randint(len(of), (n,), device=device)] for of, n in zip(its.of_form, counts) if n])
            flip = chance(0.5)
        facts, ids = its.facts[rows], its.ids[rows].long()
        stills = facts[:, 1]
        looks = [look[stills].float() for look in its.looks]
        looks = [torch.where(flip[:, None, None], there, here) for here, there in zip(looks, mirrored(*looks))]
        heard = self.blurred(its.heard[stills])
        heard = torch.where(flip[:, None], heard[:, self.sides], heard)
        if not describes:
            ids = torch.where(flip[:, None], self.swap[ids], ids)
        ids, looks = self.exchanged(ids, looks)
        deaf = chance(DEAF_SHARE if has_picture else DEAF_AND_BLIND)
        length = int((ids != PAD).sum(1).max())
        ids = ids[:, :length]
        asked = facts[:, :1]
        if not describes:
            hears = (facts[:, 2] == 5) | (facts[:, 2] == 6)
            heard = torch.where(deaf[:, None], torch.zeros_like(heard), heard)
            ids = self.answered(ids, asked, hears & deaf, self.deaf)
            if not has_picture:
                ids = self.answered(ids, asked, ~hears, self.blind)
            ids, asked = self.another(ids, asked)
        at = torch.arange(ids.shape[1], device=device)[None]
        wanted = torch.where((at >= asked) & (ids.roll(-1, 1) != PAD) & (at < ids.shape[1] - 1), ids.roll(-1, 1), torch.full_like(ids, IGNORED))
        if not describes:
            # Long answers to questions are much the same: most of them are learned as far as they tell that it cannot be told.
            wanted = torch.where((at >= asked + 3) & chance(0.8)[:, None], torch.full_like(ids, IGNORED), wanted)
        return (looks if has_picture else None), heard, ids, wanted

    def exchanged(self, ids, looks):
        labels, colours, numbers = looks
        size, count = ids.shape[0], len(self.colours)
        order = torch.rand(size, count, device=ids.device).argsort(1)
        same = (torch.rand(size, device=ids.device) > EXCHANGED)[:, None]
        order = torch.where(same, torch.arange(count, device=ids.device)[None], order)
        table = torch.arange(len(self.words.vocabulary), device=ids.device).repeat(size, 1)
        table[:, self.colours] = self.colours[order]
        # Colour i is called order[i]: its chance goes there.
        moved = torch.zeros_like(colours).scatter(2, order[:, None].expand_as(colours), colours)
        ids = table.gather(1, ids)
        # "a red", "an orange".
        coloured = (ids.roll(-1, 1)[..., None] == self.colours).any(2) & ((ids == self.articles[0]) | (ids == self.articles[1]))
        return torch.where(coloured, self.articles[(ids.roll(-1, 1) == self.orange).long()], ids), [labels, moved, numbers]

    def answered(self, ids, asked, which, answer):
        """With another answer."""
        size = ids.shape[0]
        if ids.shape[1] < int(asked.max()) + 1 + len(answer):
            ids = F.pad(ids, (0, int(asked.max()) + 1 + len(answer) - ids.shape[1]))
        at = torch.arange(ids.shape[1], device=ids.device)[None] - asked - 1
        its = torch.tensor(answer, device=ids.device)
        new = torch.where(at < 0, ids, torch.where(at < len(answer), its[at.clamp(0, len(answer) - 1)], torch.full_like(ids, PAD)))
        return torch.where(which[:, None], new, ids)

    def another(self, ids, asked):
        """Another way of asking: words that name nothing are hidden, exchanged or left out."""
        device, size = ids.device, len(ids)
        at = torch.arange(ids.shape[1], device=device)[None]
        varied = torch.rand(size, 1, device=device) < 0.6
        free = self.is_plain[ids] & (at < asked) & varied
        share = lambda most: torch.rand(size, 1, device=device) * most
        drawn = torch.rand(ids.shape, device=device)
        ids = torch.where(free & (drawn < share(0.35)), torch.full_like(ids, UNK), ids)
        drawn = torch.rand(ids.shape, device=device)
        ids = torch.where(free & (drawn < share(0.06)), self.plain[torch.randint(len(self.plain), ids.shape, device=device)], ids)
        gone = free & (torch.rand(ids.shape, device=device) < share(0.15))
        order = (at + gone * 1000).argsort(1)
        ids = torch.where(gone, torch.full_like(ids, PAD), ids).gather(1, order)
        return ids, asked - gone.sum(1, keepdim=True)


def loss_of(model, looks, heard, ids, wanted):
    chosen = wanted != IGNORED
    logits = model(ids, torch.arange(len(ids), device=ids.device), model.senses(looks, heard), chosen)
    return F.cross_entropy(logits.float(), wanted[chosen])


@torch.no_grad()
def check(model, its, batch=500):
    """Share of questions of each form that are answered right, of those about what is not known too; area under the curve of what cannot be told."""
    model.eval()
    i_word = model.words.index["i"]
    right, total, cannot, doubts = {}, {}, [], []
    rows = (its.facts[:, 2] < 7).nonzero()[:, 0]
    for part in rows.split(batch):
        facts, ids = its.facts[part], its.ids[part].long()
        ids = ids[:, : int((ids != PAD).sum(1).max())]
        looks = [look[facts[:, 1]].float() for look in its.looks]
        logits = model(ids, torch.arange(len(ids), device=ids.device), model.senses(looks, its.heard[facts[:, 1]])).float()
        at = torch.arange(ids.shape[1], device=ids.device)[None]
        wanted = ids.roll(-1, 1)
        good = ((logits.argmax(2) == wanted) | (at < facts[:, :1]) | (wanted == PAD) | (at == ids.shape[1] - 1)).all(1)
        doubt = logits[torch.arange(len(ids), device=ids.device), facts[:, 0].long()].softmax(1)[:, i_word]
        for (_, _, form, answerable, missing, strange), is_right, its_doubt in zip(facts.tolist(), good.tolist(), doubt.tolist()):
            if not missing:
                cannot.append(not answerable), doubts.append(its_doubt)
            if answerable:
                for key in (FORMS[form], "all", f"{FORMS[form]} of strange" if strange else "known"):
                    right[key], total[key] = right.get(key, 0) + is_right, total.get(key, 0) + 1
    model.train()
    return {**{key: round(100 * right[key] / total[key], 1) for key in sorted(right)}, "auroc": area(cannot, doubts)}


def area(labels, scores):
    from scipy.stats import rankdata
    labels = np.array(labels)
    ranks, n = rankdata(scores), labels.sum()
    return round(float((ranks[labels].sum() - n * (n + 1) / 2) / (n * (len(labels) - n))), 3)


def speaker_for(vocabulary, classes, colours, bridge, strange):
    """A model that knows nothing yet, but for which word is which class. `strange`: names of what is none of them."""
    words = Words(vocabulary)
    model = Speaker(len(vocabulary), len(classes), len(colours), bridge)
    model.words = words
    with torch.no_grad():
        its = lambda name: (model.tokens.weight[words.ids(name)] - model.tokens.weight.mean(0)).sum(0)
        none = torch.stack([its(name) for name in [*strange, "zzz"]]).sum(0) / 2
        model.cells.begin(torch.stack([*(its(name) for name in classes), none]), torch.stack([its(name) for name in colours]))
    return model


class Training:
    """A step at a time. `said`: of each of the encoders what descriptions are drawn of, and what a wrong fact costs."""

    def __init__(self, model, rate, said=(), wrong=0.0):
        self.said, self.wrong = said, wrong
        self.model, self.rate, self.steps, self.means, self.ready = model, rate, 0, {}, {}
        its = list(model.parameters())
        self.optimiser = torch.optim.AdamW([{"params": [p for p in its if p.ndim > 1], "weight_decay": 0.02}, {"params": [p for p in its if p.ndim <= 1], "weight_decay": 0.0}], lr=rate, betas=(0.9, 0.98), **at_once(model.head.weight.device))

    def step(self, batches, size, done):
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * min(1, (self.steps + 1) / 200) * (0.02 + 0.98 * (0.5 + 0.5 * np.cos(np.pi * min(1, done))))
        describes = self.steps % 4 == 3
        how = (self.steps % (40 if describes else 10) != (3 if describes else 6), describes)
        ready = self.ready.setdefault(how, [])
        if not ready:
            size = size // 2 if describes else size
            draws = draws_of(self.model.head.weight.device)
            looks, *its = batches.next(draws * size, *how)
            looks = zip(*(look.split(size) for look in looks)) if looks else [None] * draws
            ready.extend(zip(looks, *(part.split(size) for part in its)))
        batch = ready.pop()
        with torch.autocast(batch[2].device.type, dtype=torch.bfloat16):
            loss = loss_of(self.model, *batch)
        losses = {"describe" if describes else "ask": loss}
        if self.said and self.steps % SAID_EVERY == 0:
            losses.update(said_losses(self.model, self.said[batches.which()], SAID, self.wrong))
        self.optimiser.zero_grad(set_to_none=True)
        sum(its for its in losses.values() if its.requires_grad).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 2.0)
        self.optimiser.step()
        self.steps += 1
        for name, its in losses.items():
            self.means.setdefault(name, []).append(its.detach())

    def told(self):
        means, self.means = {key: round(float(torch.stack(its).mean()), 4) for key, its in self.means.items()}, {}
        return means


def taught(tokens):
    """Of the words of a model that ships, those that stood in its training: others are embedded as what is unknown."""
    return set((tokens != tokens[UNK]).any(1).nonzero()[:, 0].tolist()) | {UNK}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bridge", choices=["projector", "q-former", "gated-cross-attention"], default="projector")
    for name in ("eyes", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--others", nargs="*", default=[])
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--check", nargs="*", default=[])
    parser.add_argument("--begin")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--wrong", type=float, default=0.0, help="what a wrong fact of a description costs, of what a true one is worth; 0: descriptions are learned word by word alone")
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(1)
    torch.manual_seed(4), np.random.seed(4)
    os.makedirs(args.out, exist_ok=True)
    file = f"{args.out}/checkpoint.pt"
    saved = torch.load(file, map_location=device) if os.path.exists(file) else None
    described = json.load(open(f"{args.data[0]}/dataset.json"))
    classes, colours, strange = described["classes"], described["colours"], described["heldOut"]["classes"]
    first, vocabulary = speaker_of(args.begin) if args.begin else (None, vocabulary_for(args.data))
    vocabulary = saved["vocabulary"] if saved else vocabulary
    encoders = [open_eyes(name) for name in (args.eyes, *args.others)]
    seers = seers_of(encoders, classes, device)
    # What is known by description alone is far commoner than what is of no class at all: of the latter only the encoder that it speaks for is shown any.
    named = [folder for folder in args.data if not json.load(open(f"{folder}/dataset.json")).get("invented")]
    sights = [Sights(its, named if its[0][1] else args.data, vocabulary, device) for its in seers]
    checked = [Sights(its, [folder], vocabulary, device) for its in seers for folder in args.check]
    used = sorted({int(i) for its in sights for i in its.ids.unique()} | (taught(first.tokens.weight) if first else set()))
    batches = Batches(sights, Words(vocabulary), [*classes, *colours], classes, colours, set(used))
    model = speaker_for(vocabulary, classes, colours, args.bridge, strange).to(device)
    if first:
        model.load_state_dict(first.state_dict())
    of = lambda its: its.said(batches.words, classes, colours, batches.blurred)
    training = Training(model, args.rate, [of(its) for its in sights] if args.wrong else (), args.wrong)
    told = [of(its) for its in checked] if args.wrong else []
    seconds, curve = 0.0, []
    if saved:
        model.load_state_dict(saved["model"]), training.optimiser.load_state_dict(saved["optimiser"])
        training.steps, seconds, curve = saved["step"], saved["seconds"], saved["curve"]
        torch.manual_seed(training.steps), np.random.seed(training.steps)
    began = time.time()
    while training.steps < args.steps:
        training.step(batches, args.batch, training.steps / args.steps)
        is_last = training.steps == args.steps
        if training.steps % 100 and not is_last:
            continue
        line = {"step": training.steps, "seconds": round(seconds + time.time() - began), **training.told()}
        if checked and (training.steps % 400 == 0 or is_last):
            line["check"] = [{**check(model, its), **(check_said(model, told[i]) if told else {})} for i, its in enumerate(checked)]
        curve.append(line)
        print(json.dumps(line), flush=True)
        state = {"step": training.steps, "seconds": seconds + time.time() - began, "curve": curve, "vocabulary": vocabulary, "bridge": args.bridge, "used": used}
        torch.save({**state, "classes": classes, "colours": colours, "model": model.state_dict(), "optimiser": training.optimiser.state_dict()}, f"{file}.part")
        os.replace(f"{file}.part", file)


if __name__ == "__main__":
    main()
