"""Clips of recorded worlds (`sensorium simulate --worlds`): what the senses gave, and what is true, as tensors on one device.

Beside each folder's own files lies `words.jsonl`, of examples/clip-words.ts: questions of many draws and descriptions.
"""
import json
import os
import sys

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "contrastive"))

from stills import COLUMNS, HEIGHT, ROWS, STRIDE, WIDTH  # noqa: E402

PICTURES, STEPS, NUMBERS = 5, 20, 12
MOTIONS = ["nearer", "away", "left", "right", "still"]
OWN = ["forward", "turn left", "turn right", "still"]
EVENTS = ["approach", "collision", "door", "dropped object"]
SOUNDS = ["voice", "music", "footsteps", "door", "metal", "ceramic", "wood", "nothing"]
KINDS = ["voice", "music", "footsteps", "door", "metal", "ceramic", "wood", "soft", "knock", "blow", "motors"]
SIDES = ["front", "left", "behind", "right"]
CAMERA, MICROPHONES = ["well", "frozen", "gone"], ["well", "muffled", "gone"]
UNKNOWN = -1
# Things of a clip that are targets, at most, and what is to be seen of them at least (share of the picture, share that nothing hides).
MOST, LEAST_SHARE, LEAST_VISIBLE = 14, 0.004, 0.25
# A row of a thing: class, colour, box, distance, how far along and across the line of sight, whether it moves so, whether an event is about it.
ROW = 2 + 4 + 1 + 2 + 5 + 3
# Classes of which no colour is told.
UNCOLOURED = ["cabinet", "door", "lamp", "plant", "table"]
# From what loudness on a sound of any kind is one to be heard.
LOUD = 0.01


def flags(values):
    """yes 1, no 0, one could argue -1."""
    return [UNKNOWN if v is None else float(v) for v in values]


def moves(thing, clip):
    """Along (away) and across (left) the line of sight, m, and whether it moves in each way: the rules of src/words/motions.ts."""
    its = next((m for m in clip["movements"] if m["id"] == thing["id"]), None)
    if its is None or its["seen"] < 3:
        return [0, 0, *[UNKNOWN] * 5]
    (x, y), (rx, ry) = its["went"], thing["relative"][:2]
    way, distance = np.hypot(x, y), max(0.1, np.hypot(rx, ry))
    away, left = (x * rx + y * ry) / distance, (y * rx - x * ry) / distance
    found = [True if along >= 0.4 and along >= 1.5 * abs(across) else False if along <= 0.1 else None for along, across in ((-away, left), (away, left), (left, away), (-left, away))]
    return [away, left, *flags([*found, True if way <= 0.1 else False if way >= 0.4 else None])]


def own_motions(moved):
    way, turned = np.hypot(moved["forward"], moved["left"]), moved["turned"]
    still = True if way <= 0.04 and abs(turned) <= 0.04 else False if way >= 0.3 or abs(turned) >= 0.3 else None
    turn = lambda t: True if t >= 0.3 else False if t <= 0.1 else None
    return flags([True if way >= 0.3 else False if way <= 0.04 else None, turn(turned), turn(-turned), still])


def events_of(clip):
    """Whether each happened: not known where no sense can have told, or one is missing."""
    if clip["senses"] != {"camera": "well", "microphones": "well"}:
        return [UNKNOWN] * len(EVENTS)
    found = lambda name: [e["sensed"] for e in clip["events"] if e["event"] == name]
    return flags([True if any(its) else None if its else False for its in map(found, EVENTS)])


class Clips:
    """All of some folders. Pictures [n, 5, 120, 160, 3] of bytes, which are most of the memory: none for who only hears; features of sound, of `hear` (a network; none for who only sees), in halves."""

    def __init__(self, folders, device, hear, classes=None, colours=None, is_mirrored=True, is_seen=True):
        self.device = device
        self.truths, self.worlds, self.words = [], [], []
        pictures, sounds, mirrored, imu = [], [], [], []
        for folder in folders:
            truths = [json.loads(line) for line in open(f"{folder}/stills.jsonl")]
            self.truths += truths
            self.worlds += [f"{folder} {t['clip']['recording']}" for t in truths]
            if os.path.exists(f"{folder}/words.jsonl"):
                self.words += [json.loads(line) for line in open(f"{folder}/words.jsonl")]
            last, before, sound = (np.load(f"{folder}/{name}.npy", mmap_mode="r") for name in ("picture", "before", "sound"))
            imu.append(np.load(f"{folder}/imu.npy"))
            for i in range(0, len(truths), 64):
                if is_seen:
                    pictures.append(np.concatenate([before[i : i + 64], last[i : i + 64, None]], 1))
                if hear is None:
                    continue
                clip = torch.from_numpy(np.array(sound[i : i + 64])).to(device).float().transpose(1, 2) / 32768
                sounds.append(hear(clip).half())
                # Left and right swapped: microphones are front, left, back, right.
                mirrored.append(hear(clip[:, [0, 3, 2, 1]]).half() if is_mirrored else sounds[-1])
        description = json.load(open(f"{folders[0]}/dataset.json"))
        self.classes = classes or sorted({t["label"] for truth in self.truths for t in truth["things"]})
        self.colours = colours or description["colours"]
        self.pictures = joined(pictures, device) if is_seen else None
        self.sounds, self.mirrored = (torch.cat(sounds), torch.cat(mirrored)) if hear else (None, None)
        self.imu = torch.from_numpy(np.concatenate(imu)).to(device)
        self.targets()

    def __len__(self):
        return len(self.truths)

    def join(self, other):
        """With those of another one behind them; questions are asked of the first alone."""
        for name in ("pictures", "sounds", "mirrored", "imu", "things", "whole", "heard"):
            setattr(self, name, torch.cat([getattr(self, name), getattr(other, name)]))

    def targets(self):
        n = len(self)
        things, whole = np.full((n, MOST, ROW), UNKNOWN, np.float32), []
        heard = np.full((n, 2 + len(KINDS)), UNKNOWN, np.float32)
        for i, truth in enumerate(self.truths):
            clip = truth["clip"]
            rows = [self.row(t, clip) for t in self.seen(truth)][-MOST:]
            if clip["senses"]["camera"] == "well" and rows:
                things[i, : len(rows)] = rows
            moved = clip["moved"]
            state = (CAMERA.index(clip["senses"]["camera"]), MICROPHONES.index(clip["senses"]["microphones"]))
            whole.append([*own_motions(moved), *events_of(clip), moved["forward"], moved["left"], moved["turned"], *state])
            sound = truth.get("sound")
            if sound:
                heard[i, :2] = SOUNDS.index(sound["label"]), SIDES.index(sound["side"]) if "side" in sound else UNKNOWN
            if clip["senses"]["microphones"] == "well":
                loud = {s["label"]: s["loudness"] for s in clip["sounds"]}
                heard[i, 2:] = [loud.get(kind, 0) >= LOUD for kind in KINDS]
        to = lambda a: torch.from_numpy(np.asarray(a, np.float32)).to(self.device)
        self.things, self.whole, self.heard = to(things), to(whole), to(heard)

    def seen(self, truth):
        """The farthest first."""
        its = [t for t in truth["things"] if "box" in t and t["label"] in self.classes and t["share"] >= LEAST_SHARE and t["visible"] >= LEAST_VISIBLE]
        return sorted(its, key=lambda t: -t["relative"][0])

    def row(self, t, clip):
        colour = self.colours.index(t["colour"]) if "colour" in t else UNKNOWN
        about = [float(any(t["id"] in e["objects"] and e["event"] == name for e in clip["events"])) for name in ("approach", "door", "dropped object")]
        return [self.classes.index(t["label"]), colour, *t["box"], max(0.2, t["relative"][0]), *moves(t, clip), *about]


def joined(parts, device):
    """One behind the other, on a device; the parts are let go on the way, since all of them twice are more than there may be memory for."""
    out = torch.empty((sum(map(len, parts)), *parts[0].shape[1:]), dtype=torch.uint8, device=device)
    end = len(out)
    while parts:
        part = parts.pop()
        out[end - len(part) : end] = torch.from_numpy(part).to(device)
        end -= len(part)
    return out


def flipped(things):
    """Left and right swapped."""
    out = things.clone()
    there = things[..., 0] >= 0
    out[..., 2], out[..., 4] = WIDTH - things[..., 4], WIDTH - things[..., 2]
    out[..., 8] = -things[..., 8]
    out[..., 11], out[..., 12] = things[..., 12], things[..., 11]
    return torch.where(there[..., None], out, things)


def flipped_imu(imu):
    """Of an x, y, z of forward, left and up: turns about x and z, and force along y, change their signs; deviations do not."""
    return imu * imu.new_tensor([-1, 1, -1, 1, -1, 1, 1, 1, 1, 1, 1, 1])


def flipped_whole(whole):
    out = whole.clone()
    out[:, 1], out[:, 2] = whole[:, 2], whole[:, 1]
    out[:, 9:11] = -whole[:, 9:11]
    return out


def painted(things, dx):
    """Of things [n, most, row], moved aside by pixels: heat of middles, class and colour of each cell, and of each thing its cell and box."""
    device = things.device
    there = things[..., 0] >= 0
    left, top, right, bottom = (things[..., 2 + k] + d for k, d in enumerate((dx, 0, dx, 0)))
    cx, cy, w, h = (left + right) / 2, (top + bottom) / 2, (right - left).clamp(min=2), (bottom - top).clamp(min=2)
    column, row = (cx // STRIDE).clamp(0, COLUMNS - 1), (cy // STRIDE).clamp(0, ROWS - 1)
    y, x = torch.meshgrid(torch.arange(float(ROWS), device=device), torch.arange(float(COLUMNS), device=device), indexing="ij")
    x, y = x * STRIDE + STRIDE / 2, y * STRIDE + STRIDE / 2
    at = lambda v: v[..., None, None]
    spread = (0.12 * (w * h).sqrt()).clamp(min=4)
    middle_x, middle_y = column * STRIDE + STRIDE / 2, row * STRIDE + STRIDE / 2
    heat = torch.exp(-((x - at(middle_x)) ** 2 + (y - at(middle_y)) ** 2) / (2 * at(spread) ** 2)) * at(there)
    own = (x == at(middle_x)) & (y == at(middle_y)) & at(there)
    inner = ((x - at(cx)).abs() <= 0.3 * at(w)) & ((y - at(cy)).abs() <= 0.3 * at(h)) & at(there) | own
    kinds = torch.full((len(things), 2, ROWS, COLUMNS), UNKNOWN, dtype=torch.long, device=device)
    for mask in (inner, own):
        for k in range(things.shape[1]):
            label = things[:, k, :2].long()[:, :, None, None]
            kinds = torch.where(mask[:, None, k], label, kinds)
    box = torch.stack([cx / STRIDE - column - 0.5, cy / STRIDE - row - 0.5, torch.log(w / 24), torch.log(h / 24), torch.log(things[..., 6].clamp(min=0.2) / 1.5)], 2)
    return heat.amax(1), kinds, (row * COLUMNS + column).long(), box, there
