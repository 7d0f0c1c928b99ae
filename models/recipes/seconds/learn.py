#!/usr/bin/env python3
"""Learns to answer questions about clips of recorded worlds.

    learn.py --data FOLDER... --rest GLOB --out RUN [--senses-steps 1500] [--steps 5000] [--check FOLDER...] [--seconds N]

Folders are the `clips/` of `sensorium simulate --worlds N --split train`; those of --rest and --check hold `words.jsonl` of examples/clip-words.ts. Encoders of pictures and of sound learn
from --data first. What they say of --rest, which they have not learned from, tells the language model how far they are to be trusted. Then they learn from all, and the
language model from what they say then, too. Without --data the encoders of --begin stay, and the language model goes on with what they say of --rest.
"""
import argparse
import glob
import json
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

from clips import CAMERA, EVENTS, KINDS, MOTIONS, OWN, ROWS, COLUMNS, Clips, flipped, flipped_imu, flipped_whole, painted
from senses import Features, Listener, Seer, Sight, chances, parts
from teller import BLIND, CELLS, DEAF, FORMS, HEARD_FORMS, END, PAD, UNK, Rows, Teller, vocabulary_for

# Share of clips without what the IMU felt.
UNFELT = 0.1
BEGAN = time.time()


def note(**what):
    print(json.dumps({"seconds": round(time.time() - BEGAN), **{k: round(v, 3) if isinstance(v, float) else v for k, v in what.items()}}), flush=True)


def known_only(logits, truth, weight=1.0):
    """Cross-entropy where yes or no is known."""
    known = (truth >= 0).float()
    loss = F.binary_cross_entropy_with_logits(logits, truth.clamp(min=0), reduction="none")
    return weight * (loss * known).sum() / known.sum().clamp(min=1)


def focal(logits, heat):
    """Law and Deng 2018: cells beside a middle count less."""
    p = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    at = heat == 1
    gain = torch.where(at, (1 - p) ** 2 * torch.log(p), (1 - heat) ** 4 * p**2 * torch.log(1 - p))
    return -gain.sum() / at.sum().clamp(min=1)


def varied(pictures, random):
    """Bytes [n, 5, 120, 160, 3] to [n, 15, 120, 160], in another light, all five the same; `random` none: as they are."""
    n = len(pictures)
    x = pictures.float() / 255
    if random is not None:
        draw = lambda low, high, *shape: torch.empty(shape, device=x.device).uniform_(low, high)
        x = (x - 0.5) * draw(0.85, 1.15, n, 1, 1, 1, 1) * draw(0.95, 1.05, n, 1, 1, 1, 3) + 0.5 + draw(-0.07, 0.07, n, 1, 1, 1, 1)
        x = (x + torch.randn_like(x) * draw(0, 0.03, n, 1, 1, 1, 1)).clamp(0, 1)
    x = (x - 0.5) / 0.5
    return x.permute(0, 1, 4, 2, 3).reshape(n, 15, *x.shape[2:4])


def shifted(x, dx, dy):
    """Moved, its edges drawn out."""
    height, width = x.shape[2:]
    return F.pad(x, (8, 8, 8, 8), mode="replicate")[:, :, 8 - dy : 8 - dy + height, 8 - dx : 8 - dx + width]


def seen_losses(seer, clips, chosen, half):
    random = np.random
    things, whole, imu, x = clips.things[chosen], clips.whole[chosen], clips.imu[chosen], varied(clips.pictures[chosen], random)
    if random.random() < 0.5:
        x, things, whole, imu = x.flip(3), flipped(things), flipped_whole(whole), flipped_imu(imu)
    dx, dy = (int(d) for d in random.randint(-6, 7, 2))
    heat, kinds, cell, box, there = painted(things, dx, dy)
    imu = imu * (torch.rand(len(imu), 1, 1, device=imu.device) > UNFELT)
    with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=half):
        out = seer(shifted(x, dx, dy).contiguous(memory_format=torch.channels_last), imu)
    middle, label, colour, boxes, move, said = (its.float() for its in out)
    well = whole[:, 11] == CAMERA.index("well")
    losses = {"middle": focal(middle[well, 0], heat[well])}
    if not well.any():
        return {}
    for name, logits, wanted in (("label", label, kinds[:, 0]), ("colour", colour, kinds[:, 1])):
        losses[name] = F.cross_entropy(logits, wanted, ignore_index=-1)
    of = lambda planes: planes.flatten(2).transpose(1, 2).gather(1, cell[:, :, None].expand(-1, -1, planes.shape[1]))[there]
    losses["box"] = 2 * F.smooth_l1_loss(of(boxes), box[there], beta=0.2)
    moving, rows = of(move), things[there]
    known = rows[:, 9:14] >= 0
    its = known.any(1)
    if its.any():
        losses["along"] = F.smooth_l1_loss(moving[its, :2], rows[its, 7:9], beta=0.3)
        losses["move"] = known_only(moving[:, 2 : 2 + len(MOTIONS)], rows[:, 9:14])
    losses["about"] = known_only(moving[:, 2 + len(MOTIONS) :], rows[:, 14:])
    first = len(OWN) + len(EVENTS)
    losses["own"] = known_only(said[:, : len(OWN)], whole[:, : len(OWN)])
    losses["event"] = known_only(said[:, len(OWN) : first], whole[:, len(OWN) : first])
    losses["moved"] = F.smooth_l1_loss(said[:, first : first + 3], whole[:, 8:11], beta=0.2)
    losses["camera"] = 0.3 * F.cross_entropy(said[:, first + 3 :], whole[:, 11].long())
    return losses


def heard_losses(listener, clips, chosen):
    is_mirrored = np.random.random() < 0.5
    x = (clips.mirrored if is_mirrored else clips.sounds)[chosen].float()
    n, bands = len(x), 64
    noise = lambda *shape: torch.empty(shape, device=x.device).uniform_(-1, 1)
    x = torch.cat([x[:, :bands] + 0.15 * noise(n, 1, 1) + 0.08 * noise(n, bands, 1), x[:, bands:]], 1)
    label, side, kinds, events, state = parts(listener(x, 0.2))
    truth, whole = clips.heard[chosen], clips.whole[chosen]
    sides = truth[:, 1].long()
    if is_mirrored:
        sides = torch.where(sides == 1, 3, torch.where(sides == 3, 1, sides))
    zero = label.sum() * 0
    losses = {"kinds": known_only(kinds, truth[:, 2:]), "events": known_only(events, whole[:, 4:8]), "state": 0.3 * F.cross_entropy(state, whole[:, 12].long())}
    losses["sound"] = F.cross_entropy(label, truth[:, 0].long(), ignore_index=-1) if (truth[:, 0] >= 0).any() else zero
    losses["side"] = F.cross_entropy(side, sides, ignore_index=-1) if (sides >= 0).any() else zero
    return losses


def learn(network, losses_of, which, steps, batch, rate, name, stop):
    """Steps until `stop` (s since the beginning) or until there are enough."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0}], lr=rate)
    network.train()
    means, first = {}, time.time()
    step, share = 0, 0.0
    while share < 1:
        share = max((step + 1) / steps, (time.time() - first) / max(1.0, stop - first))
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 100) * (0.01 + 0.99 * (0.5 + 0.5 * np.cos(np.pi * min(1, share))))
        chosen = which[torch.randint(len(which), (batch,), device=which.device)]
        its = losses_of(chosen)
        if not its:
            continue
        optimiser.zero_grad(set_to_none=True)
        sum(its.values()).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        step += 1
        if step % 20 == 0:
            for key, value in its.items():
                means.setdefault(key, []).append(float(value.detach()))
        if step % 400 == 0 or share >= 1:
            note(network=name, step=step, **{k: float(np.mean(v)) for k, v in means.items()})
            means = {}
    return network.eval()


@torch.no_grad()
def looked(seer, listener, clips, which, half, is_mirrored=False, is_unfelt=False):
    """What encoders say of clips."""
    sight, parts_of = Sight(seer).to(clips.device).eval(), []
    for some in which.split(128):
        x, imu = varied(clips.pictures[some], None), clips.imu[some]
        sound = (clips.mirrored if is_mirrored else clips.sounds)[some].float()
        if is_mirrored:
            x, imu = x.flip(3), flipped_imu(imu)
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=half):
            its = sight(x.contiguous(memory_format=torch.channels_last), imu * 0 if is_unfelt else imu)
        heard = chances(listener(sound))
        # Microphones that are gone say nothing, and nothing is shown of them.
        heard = heard * (clips.whole[some, 12] != 2).float()[:, None]
        parts_of.append([*its, heard])
    return [torch.cat([part[k] for part in parts_of]) for k in range(5)]


@torch.no_grad()
def check_senses(looks, clips):
    """Balanced accuracies of what the whole says of own motion and events, of the two senses; of sounds and sides."""
    *_, said, heard = looks
    out = {}
    pairs = [(f"own {name}", said[:, i], clips.whole[:, i]) for i, name in enumerate(OWN)]
    pairs += [(f"event {name}", said[:, 4 + i], clips.whole[:, 4 + i]) for i, name in enumerate(EVENTS)]
    first = 8 + 4 + len(KINDS)
    pairs += [(f"heard {name}", heard[:, first + i], clips.whole[:, 4 + i]) for i, name in enumerate(EVENTS)]
    for name, logits, truth in pairs:
        sides = [((logits > 0).float() == truth)[truth == v].float() for v in (0, 1)]
        out[name] = [round(100 * float(s.mean()), 1) if len(s) else None for s in sides]
    for name, part, k in (("sound", heard[:, :8], 0), ("side", heard[:, 8:12], 1)):
        its = clips.heard[:, k] >= 0
        out[name] = round(100 * float((part.argmax(1)[its] == clips.heard[its, k]).float().mean()), 1)
    note(check=out)


class Batches:
    """Clips with what was said of them, and their questions, on one device."""

    def __init__(self, looks, rows, device):
        self.looks = [its.to(device) for its in looks]
        self.clips = len(rows.counts)
        self.rows, self.device = rows, device

    def next(self, clips, most):
        """`most` questions of each of some clips, drawn so that every form is asked about as often as its weight says."""
        rows, device = self.rows, self.device
        which = torch.randint(len(self.looks[0]), (clips,), device=device)
        clip = which % self.clips
        row = (rows.first[clip][:, None] + (torch.rand(clips, most, device=device) * rows.counts[clip][:, None]).long()).flatten()
        owner = torch.arange(clips, device=device).repeat_interleave(most)
        is_mirrored = self.mirrored[which][owner]
        keep = (torch.rand(len(row), device=device) < rows.asked[rows.form[row]]) & ((rows.form[row] != len(FORMS) - 1) | (rows.is_mirrored[row] == is_mirrored))
        return which, row[keep], owner[keep], is_mirrored[keep]


def prepared(rows, clips, device, asked):
    """Rows by clip, on the device."""
    order = torch.argsort(rows.owner, stable=True)
    rows.ids, rows.wanted = rows.ids[order].to(device), rows.wanted[order].to(device)
    rows.form, rows.is_mirrored = rows.form[order].to(device), rows.mirrored[order].to(device)
    rows.counts = torch.bincount(rows.owner, minlength=clips).to(device)
    rows.first = torch.cat([rows.counts.new_zeros(1), rows.counts.cumsum(0)[:-1]])
    rows.asked = torch.tensor([asked.get(form, 1.0) for form in FORMS], device=device)
    rows.plain, rows.swap = rows.plain.to(device), rows.swap.to(device)
    rows.heard = torch.tensor([form in HEARD_FORMS for form in FORMS], device=device)
    return rows


def tell_losses(model, batches, clips, most, pieces, half):
    rows, device = batches.rows, batches.device
    which, row, owner, is_mirrored = batches.next(clips, most)
    looks = [its[which] for its in batches.looks]
    ids, wanted = rows.ids[row].long(), rows.wanted[row].long()
    length = int((ids != PAD).sum(1).max())
    ids, wanted = ids[:, :length], wanted[:, :length]
    swapped = rows.swap[ids]
    ids = torch.where(is_mirrored[:, None], swapped, ids)
    wanted = torch.where(is_mirrored[:, None] & (wanted >= 0), rows.swap[wanted.clamp(min=0)], wanted)
    # Words that tell nothing are hidden at times, in questions alone.
    asks = (wanted == -100) & (ids != PAD)
    rate = torch.rand(len(ids), 1, device=device) * 0.3 * (torch.rand(len(ids), 1, device=device) < 0.6)
    ids = torch.where(asks & rows.plain[ids] & (torch.rand(ids.shape, device=device) < rate), torch.full_like(ids, UNK), ids)
    # Of some clips nothing is heard: what is asked of sounds cannot be told then, and of events nobody asks.
    deaf = torch.rand(clips, device=device) < 0.05
    *seen, heard = looks
    gone = deaf & (heard.abs().sum(1) > 0)
    heard = heard * (~gone).float()[:, None]
    sounding, form = rows.heard[rows.form[row]], rows.form[row]
    keep = ~(gone[owner] & ~sounding & (form >= FORMS.index("event")))
    change = gone[owner] & sounding
    if change.any():
        wanted = replaced(ids, wanted, change, pieces.ids(DEAF))
    chosen = (wanted != -100) & keep[:, None]
    with torch.autocast(device.type if hasattr(device, "type") else device, dtype=torch.bfloat16, enabled=half):
        logits = model(ids, owner, model.senses(seen, heard), chosen)
    return {"told": F.cross_entropy(logits.float(), wanted[chosen])}


def replaced(ids, wanted, change, answer):
    """Only the first three words of another answer: they tell that it cannot be told, and what comes after hangs on them."""
    begins = (wanted != -100).float().argmax(1)
    out = torch.where(change[:, None], torch.full_like(wanted, -100), wanted)
    rows = change.nonzero()[:, 0]
    out[rows, begins[rows]] = answer[0]
    return out


def blind_losses(model, batches, pieces, half, count=256):
    """Neither picture nor, mostly, sound: every question is answered so."""
    rows, device = batches.rows, batches.device
    row = torch.randint(len(rows.ids), (count,), device=device)
    row = row[rows.form[row] != len(FORMS) - 1]
    ids, wanted = rows.ids[row].long(), rows.wanted[row].long()
    at = (wanted != -100).float().argmax(1)
    heard = rows.heard[rows.form[row]]
    ids, wanted = ids.tolist(), []
    texts = {flag: [*pieces.ids(DEAF if flag else BLIND), END] for flag in (True, False)}
    for r, (begin, flag) in enumerate(zip(at.tolist(), heard.tolist())):
        answer = texts[flag]
        ids[r] = [*ids[r][: begin + 1], *answer[:-1]]
        wanted.append([*[-100] * begin, *answer])
    length = max(map(len, ids))
    fill = lambda its, value: torch.tensor([[*one, *[value] * (length - len(one))] for one in its], device=device)
    ids, wanted = fill(ids, PAD), fill(wanted, -100)
    senses = model.senses(None, torch.zeros(1, batches.looks[-1].shape[1], device=device))
    chosen = wanted != -100
    logits = model(ids, torch.zeros(len(ids), dtype=torch.long, device=device), senses, chosen)
    return {"blind": 0.3 * F.cross_entropy(logits.float(), wanted[chosen])}


@torch.no_grad()
def check(model, looks, rows, half, batch=512):
    """Share of answers that are right, by form."""
    model.eval()
    right, asked = {}, {}
    device = rows.ids.device
    *seen, heard = looks
    for some in torch.arange(len(rows.ids), device=device).split(batch):
        ids, wanted = rows.ids[some].long(), rows.wanted[some].long()
        owner = rows.owner_sorted[some]
        clips, own = owner.unique(return_inverse=True)
        logits = model(ids, own, model.senses([its[clips] for its in seen], heard[clips]))
        good = ((logits.argmax(2) == wanted) | (wanted == -100)).all(1)
        for form in range(len(FORMS) - 1):
            for answerable in (True, False):
                its = (rows.form[some] == form) & (rows.answerable_sorted[some] == answerable)
                key = FORMS[form] if answerable else "unanswerable"
                right[key], asked[key] = right.get(key, 0) + int(good[its].sum()), asked.get(key, 0) + int(its.sum())
    model.train()
    out = {key: round(100 * right[key] / asked[key], 1) for key in right if asked[key]}
    forms = [key for key in right if key != "unanswerable"]
    out["all"] = round(100 * sum(right[k] for k in forms) / max(1, sum(asked[k] for k in forms)), 1)
    out["asked"] = {key: asked[key] for key in asked}
    return out


def widened(teller, words):
    """Of an earlier run, for more words than it had: a new one begins as what is unknown."""
    out = dict(teller)
    for name in ("tokens.weight", "head.weight"):
        its = teller[name].float()
        more = its[UNK] + 0.05 * torch.randn(words - len(its), its.shape[1], device=its.device)
        out[name] = torch.cat([its, more if name == "tokens.weight" else 0.1 * more])
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="*", default=[], help="none: the encoders stay as they were in --begin, and the language model alone learns")
    parser.add_argument("--rest", required=True, help="a pattern of folders, looked for when the first encoders have learned")
    parser.add_argument("--check", nargs="*", default=[])
    parser.add_argument("--out", required=True)
    parser.add_argument("--senses-steps", type=int, default=1500)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--check-every", type=int, default=1000)
    parser.add_argument("--plain", action="store_true", help="without --data: no clip is mirrored")
    parser.add_argument("--questions", type=int, default=24, help="of a clip in a step")
    parser.add_argument("--first", type=float, default=1200.0, help="s that the first encoders may take")
    parser.add_argument("--wait", help="a file that is there once all of the rest is")
    parser.add_argument("--seconds", type=float, default=3600.0, help="s that it may take in all")
    parser.add_argument("--begin", help="a run whose weights it begins with")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="of the language model")
    args = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    half = True
    if device.type == "cpu":
        torch.set_num_threads(1)
    else:
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    torch.manual_seed(3)
    np.random.seed(3)
    saved = opened(args.begin, device) if args.begin else None
    features = Features().to(device)
    load = lambda folders, classes=None, colours=None: Clips(folders, device, features, classes, colours, not args.plain)
    first = None
    if args.data:
        with torch.no_grad():
            first = load(args.data, saved and saved["classes"], saved and saved["colours"])
        note(clips=len(first), worlds=len(set(first.worlds)), classes=first.classes)
    classes, colours = (first.classes, first.colours) if first else (saved["classes"], saved["colours"])
    seer = Seer(len(classes), len(colours)).to(device).to(memory_format=torch.channels_last).eval()
    listener = Listener().to(device).eval()
    if saved:
        seer.load_state_dict(saved["seer"])
        if "listener" in saved:
            listener.load_state_dict(saved["listener"])
    if first:
        every = torch.arange(len(first), device=device)
        learn(listener, lambda chosen: heard_losses(listener, first, chosen), every, args.senses_steps, args.batch, 2e-3, "listener 1", time.time() + 0.15 * args.first)
        learn(seer, lambda chosen: seen_losses(seer, first, chosen, half), every, args.senses_steps, args.batch, 2e-3, "seer 1", BEGAN + args.first)
    while args.wait and not os.path.exists(args.wait):
        time.sleep(0.5)
    known = {os.path.realpath(its) for its in [*args.data, *args.check]}
    folders = [its for its in sorted(glob.glob(args.rest)) if os.path.realpath(its) not in known and os.path.exists(f"{its}/words.jsonl")]
    with torch.no_grad():
        rest = load(folders, classes, colours)
        checked = load(args.check, classes, colours) if args.check else None
    note(rest=len(rest), worlds=len(set(rest.worlds)), check=len(checked) if checked else 0)
    which = torch.arange(len(rest), device=device)
    looks = [(looked(seer, listener, rest, which, half, is_mirrored), is_mirrored) for is_mirrored in ((False,) if args.plain else (False, True))]
    if first:
        looks.append((looked(seer, listener, rest, which, half, False, True), False))
    note(of="the rest, not learned from")
    check_senses(looks[0][0], rest)
    left = args.seconds - (time.time() - BEGAN)
    if first:
        rest.join(first)
        every = torch.arange(len(rest.pictures), device=device)
        learn(listener, lambda chosen: heard_losses(listener, rest, chosen), every, args.senses_steps, args.batch, 1.2e-3, "listener 2", time.time() + 0.06 * left)
        learn(seer, lambda chosen: seen_losses(seer, rest, chosen, half), every, args.senses_steps, args.batch, 1.2e-3, "seer 2", time.time() + 0.36 * left)
        looks.append((looked(seer, listener, rest, which, half), False))

    names = [*rest.classes, *rest.colours]
    vocabulary = vocabulary_for(rest.words, names)
    if saved:
        vocabulary = [*saved["vocabulary"], *(word for word in vocabulary if word not in set(saved["vocabulary"]))]
    asked = {"existence": 0.4, "motion": 0.7, "event": 0.7, "sound": 0.6, "direction": 0.6}
    rows = prepared(Rows(rest.words, vocabulary, names, np.random.default_rng(7)), len(which), device, asked)
    note(rows=len(rows.ids), words=len(vocabulary), forms={form: int((rows.form == i).sum()) for i, form in enumerate(FORMS)})
    batches = Batches([torch.cat([its[k] for its, _ in looks]) for k in range(5)], rows, device)
    batches.mirrored = torch.cat([torch.full((len(which),), flag, dtype=torch.bool, device=device) for _, flag in looks])
    checks = None
    if checked:
        its = looked(seer, listener, checked, torch.arange(len(checked), device=device), half)
        note(of="check")
        check_senses(its, checked)
        theirs = Rows(checked.words, vocabulary, names)
        order = torch.argsort(theirs.owner, stable=True)
        owner, answerable = theirs.owner[order].to(device), theirs.answerable[order].to(device)
        theirs = prepared(theirs, len(checked), device, {})
        theirs.owner_sorted, theirs.answerable_sorted = owner, answerable
        checks = (its, theirs)
    model = Teller(len(vocabulary), len(rest.classes), len(rest.colours)).to(device)
    pieces = rows.pieces
    with torch.no_grad():
        mean = model.tokens.weight.mean(0)
        model.cells.begin(*(torch.stack([(model.tokens.weight[pieces.ids(name)] - mean).sum(0) for name in its]) for its in (rest.classes, rest.colours)))
    if saved:
        model.load_state_dict(widened(saved["teller"], len(vocabulary)))
    count = [0]

    def losses_of(_):
        count[0] += 1
        out = tell_losses(model, batches, args.batch // 4, args.questions, pieces, half)
        if count[0] % 8 == 0:
            out.update(blind_losses(model, batches, pieces, half))
        if checks and count[0] % args.check_every == 0:
            note(step=count[0], **check(model, *checks, half))
        return out

    learn(model, losses_of, which, args.steps, 1, args.rate, "teller", BEGAN + 0.97 * args.seconds)
    if checks:
        note(end=True, **check(model, *checks, half))
    os.makedirs(args.out, exist_ok=True)
    state = lambda network: {key: its.detach().float().cpu() if its.is_floating_point() else its.cpu() for key, its in network.state_dict().items()}
    used = sorted({int(i) for i in rows.ids.unique().tolist()} | set(saved["used"] if saved else []))
    torch.save({"seer": state(seer), "listener": state(listener), "teller": state(model), "vocabulary": vocabulary, "classes": rest.classes, "colours": rest.colours, "used": used}, f"{args.out}/checkpoint.pt")
    note(saved=args.out)


def opened(run, device):
    """The weights of an earlier run: as they are, or as whole numbers of 8 bits with a factor for each output."""
    saved = torch.load(run, map_location=device)
    for name in ("seer", "teller"):
        saved[name] = {key: (its[0].float() * its[1] if isinstance(its, (tuple, list)) else its) for key, its in saved[name].items()}
    return saved


if __name__ == "__main__":
    main()
