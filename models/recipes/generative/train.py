#!/usr/bin/env python3
"""Trains a bridge and the language model behind it on what frozen encoders saw and heard.

    train.py --bridge projector --pictures RUN --data FOLDER... --seen FILE.npz... --out RUN2 [--steps 6000] [--check FOLDER --check-seen FILE.npz]

Files are of sight.py, one a folder, and may be followed by the mirrored ones. The loss is that of the answer alone. Words of a question that name
nothing are at times hidden, left out or put in between, so that other ways of asking are understood. A run that is begun again goes on.
"""
import argparse
import json
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

from sight import open_vision
from speaker import SIDES, SOUNDS, Speaker
from talk import ANSWER, BLIND, DEAF, DESCRIBE, END, HEARD, PAD, STRANGE_NAME, UNK, Questions, description_of, vocabulary_for

SENSES = ("features", "labels", "colours", "numbers")
# Words without which a question means something else.
KEPT = (
    "left right front behind on bigger larger greater size volume voluminous more exceed above nearer closer distance distant far less shorter smaller before "
    "colour shade hue tint many number count amount quantity sound noise hear hearing heard ears side direction way where"
)
IGNORED = -100
# Share of the questions of each form that are asked: what is learned soon is asked less.
ASKED = {"existence": 0.6, "count": 1, "colour": 0.5, "comparison": 1, "relation": 1, "sound": 0.7, "direction": 0.7}
# So often what is asked is asked again in the words of another question of its form: ways of asking are many, and these name one class at most.
AGAIN = {"sound": 3, "direction": 3, "count": 2, "colour": 1}
# Share of pairs with things that become strange.
STRANGE = 0.35
# A class that was never trained is not given by the encoder: the logit is that much below the likeliest other one's.
BELOW = 3.0
# Of stills with a picture, and without one, so many have no sound.
DEAF_SHARE, DEAF_AND_BLIND = 0.04, 0.5
SOUND_NAMES = ["voice", "music", "footsteps", "door", "metal", "ceramic", "wood", "nothing"]
SIDE_NAMES = ["front", "left", "behind", "right"]


class Looks:
    """What was seen and heard of stills, in memory; mirrored ones come after all others."""

    def __init__(self, files, heard):
        parts = [np.load(file) for file in files]
        self.arrays = [np.concatenate([part[name] for part in parts]) for name in SENSES]
        self.heard = heard

    def __len__(self):
        return len(self.arrays[0])

    def of(self, indices):
        return [torch.from_numpy(a[indices].astype(np.float32)) for a in self.arrays]


def heard_of(truths):
    """What there is to be heard, as chances of sounds and of sides. Rows of zeros: nothing can be heard.

    The encoder of sounds is trained by itself, so this stands in for it, and is blurred as its chances are.
    """
    out = np.zeros((len(truths), SOUNDS + SIDES), np.float32)
    for i, truth in enumerate(truths):
        its = truth.get("sound")
        if its:
            out[i, SOUND_NAMES.index(its["label"])] = 1
            out[i, SOUNDS:] = np.eye(SIDES)[SIDE_NAMES.index(its["side"])] if "side" in its else 1 / SIDES
    return out


def blurred(heard, random):
    """Sums of chances stay one."""
    out = heard.copy()
    # Where nothing sounds, the encoder says anything of the side.
    silent = heard[:, SOUND_NAMES.index("nothing")] == 1
    out[silent, SOUNDS:] = random.dirichlet(np.full(SIDES, 0.3), int(silent.sum()))
    for part in (slice(0, SOUNDS), slice(SOUNDS, SOUNDS + SIDES)):
        width = part.stop - part.start
        some = random.dirichlet(np.full(width, 0.3), len(out)) * random.uniform(0, 0.45, (len(out), 1)) * (random.random((len(out), 1)) < 0.5)
        out[:, part] = out[:, part] * (1 - some.sum(1, keepdims=True)) + some
    return out.astype(np.float32)


class Batches:
    def __init__(self, questions, looks, size, seed, label):
        """`label`: the encoder's layer that names classes."""
        self.questions, self.looks, self.size = questions, looks, size
        self.weight, self.bias = label.weight.flatten(1), label.bias
        self.random = np.random.default_rng(seed)
        pieces = questions.pieces
        index = pieces.index
        self.swap = {index["left"]: index["right"], index["right"]: index["left"]}
        names = {i for word in questions.names for i in pieces.ids(word)} | {i for i, p in enumerate(pieces.vocabulary) if p.startswith("##")}
        self.names = names | {index[w] for w in KEPT.split() if w in index}
        self.plain = [i for i in range(6, len(pieces.vocabulary)) if i not in self.names and i in questions.used]
        self.strange = [[UNK], *(pieces.ids(name) for name in questions.strange)]
        self.classes = [pieces.ids(name) for name in questions.classes]
        self.frames = {form: [] for form in AGAIN}
        for rows in questions.rows[::3]:
            for row in rows:
                if row[2] in AGAIN:
                    self.frames[row[2]].append(row)
        self.named = {}
        self.deaf, self.blind = pieces.ids(DEAF), pieces.ids(BLIND)
        self.is_plain = np.ones(len(pieces.vocabulary), bool)
        self.is_plain[list(self.names)] = False

    def asked(self, ids):
        """Another way of asking: words that name nothing are hidden, left out, put in between."""
        random = self.random
        if random.random() < 0.4:
            return ids
        hidden, gone, more = random.random(3) * (0.35, 0.15, 0.08)
        out = []
        for i in ids:
            if random.random() < more:
                out.append(self.plain[random.integers(len(self.plain))] if random.random() < 0.6 else UNK)
            if self.is_plain[i]:
                if random.random() < gone:
                    continue
                i = UNK if random.random() < hidden else i
            out.append(i)
        return out

    def name_in(self, row):
        """The class that a question names, as tokens: the longest name; none where it names none, or only as a plural of its own."""
        key = id(row)
        if key not in self.named:
            ids = row[0]
            found = [name for name in self.classes if any(ids[i : i + len(name)] == name for i in range(len(ids)))]
            self.named[key] = max(found, key=len, default=None)
        return self.named[key]

    def otherwise(self, row):
        """What a question asks, in the words of another one of its form."""
        form = row[2]
        other = self.frames[form][self.random.integers(len(self.frames[form]))]
        if form in HEARD:
            return other[0]
        name, its = self.name_in(row), self.name_in(other)
        return row[0] if name is None or its is None else replaced(other[0], its, name)

    def estranged(self, chosen, looks, turned):
        """Things of some classes become such as were never seen: what speaks for their class is taken out of their features, so that they are likest to others.

        `turned`: of each still the number of the class.
        """
        features, labels, _, numbers = looks
        sure, best = numbers[:, :, -1] > -0.3, labels.argmax(2)
        random = self.random
        for first in range(0, len(chosen), 2):
            if random.random() > STRANGE:
                continue
            there = sorted({int(c) for n in (first, first + 1) for c in best[n][sure[n]]})
            if not there:
                continue
            label = there[random.integers(len(there))]
            its = self.weight[label]
            for n in (first, first + 1):
                turned[n] = label
                for cell in (best[n] == label).nonzero()[:, 0]:
                    logits = self.weight @ features[n, cell] + self.bias
                    others = torch.cat([logits[:label], logits[label + 1 :]]).max()
                    features[n, cell] -= its * ((logits[label] - others + BELOW) / (its @ its))
                    labels[n, cell] = (self.weight @ features[n, cell] + self.bias).softmax(0)

    def next(self, has_picture=True, describes=False):
        """What is seen and heard, and rows of question, answer, whose they are; an answer may be cut off."""
        count, random, pieces = len(self.questions.rows), self.random, self.questions.pieces
        # Both of a pair: they are asked the same, and answer otherwise.
        pairs = random.integers(len(self.looks) // 2, size=self.size // 2)
        chosen = np.stack([2 * pairs, 2 * pairs + 1], 1).ravel()
        heard = self.looks.heard[chosen]
        silent = heard.sum(1) == 0
        heard = blurred(heard, random)
        deaf = random.random(self.size) < (DEAF_SHARE if has_picture else DEAF_AND_BLIND)
        heard[deaf | silent] = 0
        looks = self.looks.of(chosen)
        turned = [None] * len(chosen)
        if has_picture:
            self.estranged(chosen, looks, turned)
        strange = [self.strange[random.integers(len(self.strange))] for _ in pairs]
        rows = []
        for n, look in enumerate(chosen):
            still, mirrored = look % count, look >= count
            if describes:
                truth = self.questions.truths[still]
                if turned[n] is not None:
                    truth = renamed(truth, self.questions.names[turned[n]], STRANGE_NAME)
                text = description_of(mirror(truth) if mirrored else truth, has_picture, not deaf[n])
                how = pieces.ids(DESCRIBE[random.integers(len(DESCRIBE))])
                # Without a word or two these would be questions.
                rows.append((how, [*pieces.ids(text), END], n))
                continue
            turn = (lambda ids: [self.swap.get(i, i) for i in ids]) if mirrored else (lambda ids: ids)
            for row in self.questions.rows[still]:
                _, answer, form, _ = row
                if random.random() > ASKED[form]:
                    continue
                if form in HEARD:
                    answer = self.deaf if deaf[n] else turn(answer)
                elif not has_picture:
                    answer = self.blind
                for ids in [row[0], *(self.otherwise(row) for _ in range(AGAIN.get(form, 0)))]:
                    if turned[n] is not None:
                        ids = replaced(ids, self.classes[turned[n]], strange[n // 2])
                    rows.append((self.asked(turn(ids)), shortened([*answer, END], random), n))
        return looks, torch.from_numpy(heard), rows


def replaced(ids, old, new):
    """With other words in the place of some."""
    for i in range(len(ids) - len(old) + 1):
        if ids[i : i + len(old)] == old:
            return [*ids[:i], *new, *replaced(ids[i + len(old) :], old, new)]
    return ids


def renamed(truth, old, new):
    """With things of a class called something else."""
    return {**truth, "things": [{**t, "label": new} if t["label"] == old else t for t in truth["things"]]}


def mirror(truth):
    out = json.loads(json.dumps(truth))
    for t in out["things"]:
        if "box" in t:
            left, top, right, bottom = t["box"]
            t["box"] = [160 - right, top, 160 - left, bottom]
    sound = out.get("sound")
    if sound and sound.get("side") in ("left", "right"):
        sound["side"] = {"left": "right", "right": "left"}[sound["side"]]
    return out


def shortened(answer, random):
    """Long answers to questions are much the same: most of them are learned as far as they tell that it cannot be told."""
    return answer[:3] if len(answer) > 3 and random.random() < 0.8 else answer


def arranged(rows):
    """Tokens [n, length], what has to come after each of them (the answers' alone), and whose they are."""
    length = max(len(question) + len(answer) for question, answer, _ in rows)
    ids, wanted = np.full((len(rows), length), PAD, np.int64), np.full((len(rows), length), IGNORED, np.int64)
    for i, (question, answer, _) in enumerate(rows):
        ids[i, : len(question) + len(answer)] = [*question, ANSWER, *answer[:-1]]
        wanted[i, len(question) : len(question) + len(answer)] = answer
    return torch.from_numpy(ids), torch.from_numpy(wanted), torch.tensor([owner for *_, owner in rows])


def loss_of(model, senses, rows):
    """In two parts, the shorter ones first: less has to be filled up."""
    rows = sorted(rows, key=lambda row: len(row[0]) + len(row[1]))
    half, losses, count = len(rows) * 2 // 3, 0.0, 0
    for part in (rows[:half], rows[half:]):
        if not part:
            continue
        ids, wanted, owner = arranged(part)
        chosen = wanted != IGNORED
        losses = losses + F.cross_entropy(model(ids, owner, senses, chosen).float(), wanted[chosen], reduction="sum")
        count += int(chosen.sum())
    return losses / count


@torch.no_grad()
def check(model, questions, looks, batch=50):
    """Share of answers that are right, of each form; of first tokens. Area under the curve of what cannot be told."""
    model.eval()
    right, asked, cannot, doubts, plain = {}, {}, [], [], []
    pieces = questions.pieces
    i_word = pieces.index["i"]
    for start in range(0, len(questions.rows), batch):
        chosen = np.arange(start, min(start + batch, len(questions.rows)))
        senses = model.senses(looks.of(chosen), torch.from_numpy(looks.heard[chosen]))
        rows = [(row, n) for n, s in enumerate(chosen) for row in questions.rows[s]]
        ids, wanted, owner = arranged([(row[0], [*row[1], END], n) for row, n in rows])
        logits = model(ids, owner, senses).float()
        good = ((logits.argmax(2) == wanted) | (wanted == IGNORED)).all(1)
        for r, (row, _) in enumerate(rows):
            its = row[3]
            at = len(row[0])
            chances = logits[r, at].softmax(0)
            if its.get("why") != "no sense":
                cannot.append(not its["answerable"])
                doubts.append(float(chances[i_word]))
                plain.append(1 - float(chances.max()))
            if its["answerable"]:
                for key in (its["form"], "all", f"kind {its['kind']}"):
                    right[key] = right.get(key, 0) + int(good[r])
                    asked[key] = asked.get(key, 0) + 1
    model.train()
    share = {key: round(100 * right[key] / asked[key], 1) for key in sorted(right)}
    return {**share, "auroc": area(cannot, doubts), "softmax": area(cannot, plain)}


def area(labels, scores):
    from scipy.stats import rankdata
    labels = np.array(labels)
    ranks, n = rankdata(scores), labels.sum()
    return round(float((ranks[labels].sum() - n * (n + 1) / 2) / (n * (len(labels) - n))), 3)


def begin_with(model, vocabulary, earlier):
    """Weights of an earlier run. A word that is new begins as one that is unknown, and as one that is never said."""
    model.load_state_dict({**model.state_dict(), **{name: its for name, its in earlier["model"].items() if name not in ("tokens.weight", "head.weight")}})
    index = {piece: i for i, piece in enumerate(earlier["vocabulary"])}
    for name in ("tokens.weight", "head.weight"):
        its = earlier["model"][name]
        new = its[UNK] if name == "tokens.weight" else its[index["would"]]
        rows = torch.stack([its[index[piece]] if piece in index else new + 0.05 * torch.randn(len(new)) for piece in vocabulary])
        model.state_dict()[name].copy_(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bridge", choices=["projector", "q-former", "gated-cross-attention"], default="projector")
    for name in ("pictures", "out"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("data", "seen"):
        parser.add_argument(f"--{name}", nargs="+", required=True)
    parser.add_argument("--begin", help="a run whose weights it begins with, under words that may be more")
    parser.add_argument("--check")
    parser.add_argument("--check-seen")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(4)
    os.makedirs(args.out, exist_ok=True)
    vision, pictures = open_vision(args.pictures)
    file = f"{args.out}/checkpoint.pt"
    saved = torch.load(file) if os.path.exists(file) else None
    vocabulary = saved["vocabulary"] if saved else vocabulary_for(args.data)
    questions = Questions(args.data, vocabulary)
    described = json.load(open(f"{args.data[0]}/dataset.json"))
    questions.classes, questions.strange = pictures["classes"], described["heldOut"]["classes"]
    questions.names = [*pictures["classes"], *pictures["colours"]]
    questions.used = {i for rows in questions.rows for row in rows for i in row[0]}
    heard = lambda truths: np.concatenate([heard_of(truths), heard_of([mirror(truth) for truth in truths])])
    batches = Batches(questions, Looks(args.seen, heard(questions.truths)), args.batch, 1, vision.label)
    checked = None
    if args.check:
        asked = Questions([args.check], vocabulary)
        checked = (asked, Looks([args.check_seen], heard(asked.truths)))
    model = Speaker(len(vocabulary), len(pictures["classes"]), len(pictures["colours"]), args.bridge)
    with torch.no_grad():
        # Chances of classes and colours begin as their words.
        model.cells.begin(*(torch.stack([(model.tokens.weight[questions.pieces.ids(name)] - model.tokens.weight.mean(0)).sum(0) for name in pictures[key]]) for key in ("classes", "colours")))
        if args.begin and not saved:
            begin_with(model, vocabulary, torch.load(f"{args.begin}/checkpoint.pt"))
    decayed = [p for p in model.parameters() if p.ndim > 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02}, {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0}], lr=args.rate, betas=(0.9, 0.98))
    step, seconds, curve = 0, 0.0, []
    if saved:
        model.load_state_dict(saved["model"]), optimiser.load_state_dict(saved["optimiser"])
        step, seconds, curve = saved["step"], saved["seconds"], saved["curve"]
        batches.random = np.random.default_rng(step)
    began, mean, processor = time.time(), {}, time.process_time()
    while step < args.steps:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 200) * (0.02 + 0.98 * (0.5 + 0.5 * np.cos(np.pi * step / args.steps)))
        describes, has_picture = step % 4 == 3, step % 10 != 6
        its, sound, rows = batches.next(has_picture, describes)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = loss_of(model, model.senses(its if has_picture else None, sound), rows)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        step += 1
        key = "describe" if describes else "ask"
        mean.setdefault(key, []).append(float(loss))
        if step % 100 == 0 or step == args.steps:
            line = {"step": step, "seconds": round(seconds + time.time() - began), "cpu": round(time.process_time() - processor), **{k: round(float(np.mean(v)), 3) for k, v in mean.items()}}
            if checked and (step % 400 == 0 or step == args.steps):
                line.update(check(model, *checked))
            mean = {}
            curve.append(line)
            print(json.dumps(line), flush=True)
        if step % 100 == 0 or step == args.steps:
            state = {"step": step, "seconds": seconds + time.time() - began, "curve": curve, "vocabulary": vocabulary, "bridge": args.bridge}
            state.update(classes=pictures["classes"], colours=pictures["colours"], used=sorted(questions.used), model=model.state_dict(), optimiser=optimiser.state_dict())
            torch.save(state, f"{file}.part")
            os.replace(f"{file}.part", file)


if __name__ == "__main__":
    main()
