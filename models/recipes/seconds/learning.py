"""What the encoders of clips learn by, how any of the networks learns, and what encoders say of clips."""
import json
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

from clips import CAMERA, EVENTS, KINDS, MOTIONS, OWN, flipped, flipped_imu, flipped_whole, painted
from senses import Sight, chances, parts

# Share of clips without what the IMU felt.
UNFELT = 0.1
# Clips whose light is varied at a time, on a processor.
AT_ONCE = 8
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
    # A processor's caches hold a few clips: all at once take four times as long.
    parts = pictures.split(AT_ONCE if pictures.device.type == "cpu" else max(1, len(pictures)))
    return torch.cat([lit(part, random) for part in parts])


def lit(pictures, random):
    """A part of `varied`."""
    n = len(pictures)
    x = pictures.float() / 255
    if random is not None:
        draw = lambda low, high, *shape: torch.empty(shape, device=x.device).uniform_(low, high)
        x = (x - 0.5) * draw(0.85, 1.15, n, 1, 1, 1, 1) * draw(0.95, 1.05, n, 1, 1, 1, 3) + 0.5 + draw(-0.07, 0.07, n, 1, 1, 1, 1)
        x = (x + torch.randn_like(x) * draw(0, 0.03, n, 1, 1, 1, 1)).clamp(0, 1)
    x = (x - 0.5) / 0.5
    return x.permute(0, 1, 4, 2, 3).reshape(n, 15, *x.shape[2:4])


def shifted(x, dx):
    """Moved aside, its edge drawn out. Never up or down: the horizon stands still, and how high a thing is, by which alone a table is told from a cabinet, hangs on where that is."""
    width = x.shape[3]
    return F.pad(x, (8, 8, 0, 0), mode="replicate")[..., 8 - dx : 8 - dx + width]


def seen_losses(seer, clips, chosen, half):
    random = np.random
    things, whole, imu, x = clips.things[chosen], clips.whole[chosen], clips.imu[chosen], varied(clips.pictures[chosen], random)
    if random.random() < 0.5:
        x, things, whole, imu = x.flip(3), flipped(things), flipped_whole(whole), flipped_imu(imu)
    dx = int(random.randint(-6, 7))
    heat, kinds, cell, box, there = painted(things, dx)
    imu = imu * (torch.rand(len(imu), 1, 1, device=imu.device) > UNFELT)
    with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=half):
        out = seer(shifted(x, dx).contiguous(memory_format=torch.channels_last), imu)
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


def learn(network, losses_of, which, steps, batch, rate, name, stop, keep=None):
    """Steps until `stop` (s since the beginning) or until there are enough; with a file to `keep` how far it has come in, it goes on where it was."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0}], lr=rate)
    network.train()
    means, first = {}, time.time()
    step, share = 0, 0.0
    if keep and os.path.exists(keep):
        kept = torch.load(keep)
        network.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
        step = kept["step"]
        share = step / steps
        note(network=name, goes_on_from=step)
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
        if keep and step % 50 == 0:
            torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, f"{keep}.new")
            os.replace(f"{keep}.new", keep)
        if step % 400 == 0 or share >= 1:
            note(network=name, step=step, processor=round(time.process_time()), **{k: float(np.mean(v)) for k, v in means.items()})
            means = {}
    return network.eval()


@torch.no_grad()
def looked(seer, listener, clips, which, half, is_mirrored=False, is_unfelt=False):
    """What encoders say of clips."""
    sight, parts_of = Sight(seer, clips.classes).to(clips.device).eval(), []
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


def saved_run(out, networks, **more):
    """A run: what is learned, in 32 bits."""
    os.makedirs(out, exist_ok=True)
    state = lambda network: {key: its.detach().float().cpu() if its.is_floating_point() else its.cpu() for key, its in network.state_dict().items()}
    torch.save({**{name: state(network) for name, network in networks.items()}, **more}, f"{out}/checkpoint.pt")
    note(saved=out)
