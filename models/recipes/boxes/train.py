"""Trains the network of models/boxes: is a sentence true of a picture of three boxes?

    train.py OUT --minutes 20 [--seed 1]       OUT/config.json, OUT/onnx/model.onnx, OUT/curve.txt; goes on from OUT/state.pt

It sees what pictures are cut up into, thing by thing (colour, box, how much of it is filled), and words; scenes and sentences are drawn
at random by sentences.py, each is shown once. No sentence of a person is among them, and no truth but the grammar's.
"""
import argparse
import json
import os
import random
import re
import time

import torch
from torch import nn
from torch.nn import functional as F

from sentences import SIDE, example

WORDS = 32
THINGS = 24
FEATURES = 10
RGB = ((255, 255, 0), (0, 0, 0), (0, 153, 255))
FILLS = (0.78, 0.53, 1.0)
SPECIAL = ("<pad>", "<unk>")


def split(text):
    return re.findall(r"[a-z]+|[0-9]+", text.lower())


def vocabulary():
    r = random.Random(0)
    counts = {}
    for _ in range(20000):
        for word in split(example(r)[1]):
            counts[word] = counts.get(word, 0) + 1
    return list(SPECIAL) + sorted(counts)


def measured(r, thing):
    """What is seen of a thing: colour (3), box (4), width, height, share of the box that it fills."""
    jitter = lambda: r.choice((0, 0, 0, -1, 1)) if thing.shape != 2 else 0
    x0, y0 = max(0, thing.x + abs(jitter())), max(0, thing.y + abs(jitter()))
    x1, y1 = min(SIDE, thing.x + thing.size + jitter()), min(SIDE, thing.y + thing.size + jitter())
    fill = FILLS[thing.shape] + (r.gauss(0, 0.03) if thing.shape != 2 else 0)
    return [c / 255 for c in RGB[thing.colour]] + [x0 / SIDE, y0 / SIDE, x1 / SIDE, y1 / SIDE, (x1 - x0) / SIDE, (y1 - y0) / SIDE, min(1, fill)]


def batch(r, count, index, kind=None):
    """Padded to the longest sentence and the most things of the batch. @param kind all of one: towers take fewer things"""
    ids, rows, boxes, truth, about = [], [], [], [], []
    for _ in range(count):
        scene, text, is_true, its = example(r, kind)
        ids.append([1 if r.random() < 0.02 else index.get(word, 1) for word in split(text)[:WORDS]])
        flat = sum(scene, [])[:THINGS]
        r.shuffle(flat)
        meant = {id(one) for one in its}
        rows.append([measured(r, thing) for thing in flat])
        boxes.append([thing.box for thing in flat])
        about.append([float(id(thing) in meant) if its else -1.0 for thing in flat])
        truth.append(float(is_true))
    long, many = max(map(len, ids)), max(map(len, rows))
    fill = lambda lists, size, nothing: [one + [nothing] * (size - len(one)) for one in lists]
    return (torch.tensor(fill(ids, long, 0)), torch.tensor(fill(rows, many, [0.0] * FEATURES)), F.one_hot(torch.tensor(fill(boxes, many, 3)), 4)[..., :3].float(),
            torch.tensor(truth), torch.tensor(fill(about, many, -1.0)))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ask, self.tell, self.out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)

    def forward(self, x, y, mask):
        b, n, w = x.shape
        cut = lambda t: t.view(b, -1, self.heads, w // self.heads).transpose(1, 2)
        q = cut(self.ask(x))
        k, v = [cut(t) for t in self.tell(y).chunk(2, -1)]
        scores = q @ k.transpose(2, 3) / (w // self.heads) ** 0.5 + mask
        return self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, w))


class Layer(nn.Module):
    def __init__(self, width, heads, cross):
        super().__init__()
        self.own = Attention(width, heads)
        self.other = Attention(width, heads) if cross else None
        self.more = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))

    def forward(self, x, mask, words=None, word_mask=None):
        y = self.norms[0](x)
        x = x + self.own(y, y, mask)
        if self.other is not None:
            x = x + self.other(self.norms[1](x), words, word_mask)
        return x + self.more(self.norms[2](x))


class Boxes(nn.Module):
    """Words ask things; gates say which things are meant; their numbers in each box, and in all, are compared with what is said."""

    def __init__(self, words, width=48, gates=8, most=8):
        super().__init__()
        self.word, self.place = nn.Embedding(words, width), nn.Parameter(torch.randn(WORDS, width) * 0.02)
        nn.init.normal_(self.word.weight, std=0.05)
        self.reads = nn.ModuleList(Layer(width, 4, False) for _ in range(2))
        self.thing = nn.Sequential(nn.Linear(FEATURES + 4, width), nn.ReLU(), nn.Linear(width, width))
        self.looks = nn.ModuleList(Layer(width, 4, True) for _ in range(2))
        self.gate = nn.Linear(width, gates)
        self.summary = nn.Linear(width, 1)
        self.most, self.gates = most, gates
        self.box = nn.Sequential(nn.Linear(gates * most + 3 * width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width), nn.ReLU())
        self.judge = nn.Sequential(nn.Linear(gates * most + 4 * width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width), nn.ReLU())
        self.truth = nn.Linear(width, 1)

    def forward(self, ids, things, boxes):
        there = (ids > 0).float()
        word_mask = ((1 - there) * -1e4)[:, None, None]
        words = self.word(ids) + self.place[:ids.shape[1]]
        for read in self.reads:
            words = read(words, word_mask)
        said = ((self.summary(words).squeeze(-1) + (1 - there) * -1e4).softmax(-1)[:, None] @ words)[:, 0]
        seen = boxes.sum(-1)
        # Edges are a matter of a pixel, which such numbers do not show by themselves.
        sides = torch.cat([things[..., 3:5], 1 - things[..., 5:7]], -1)
        x = self.thing(torch.cat([things, torch.exp(-sides * 50)], -1))
        same = boxes @ boxes.transpose(1, 2)
        mask = ((1 - same) * -1e4)[:, None]
        for look in self.looks:
            x = look(x, mask, words, word_mask)
        gates = torch.sigmoid(self.gate(x)) * seen[..., None]
        counts = boxes.transpose(1, 2) @ gates
        steps = torch.arange(self.most, dtype=torch.float32)
        coded = lambda c: (c[..., None] - steps).clamp(0, 1).flatten(-2)
        mean = (boxes.transpose(1, 2) @ x) / (boxes.sum(1)[..., None] + 1e-3)
        best = torch.stack([(x + (1 - boxes[..., b])[..., None] * -1e4).max(1).values for b in range(3)], 1).clamp(min=-50)
        each = self.box(torch.cat([coded(counts), said[:, None].expand(-1, 3, -1), mean, best], -1))
        both = torch.cat([coded(counts.sum(1)), each.sum(1), each.max(1).values, each.min(1).values, said], -1)
        joint = self.judge(both)
        return self.truth(joint).squeeze(-1), joint, gates


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("out")
    ask.add_argument("--minutes", type=float, default=20, help="of the processor; the rate of learning falls to nothing by then")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--batch", type=int, default=128)
    its = ask.parse_args()
    torch.manual_seed(its.seed)
    os.makedirs(its.out, exist_ok=True)
    tokens = vocabulary()
    index = {word: i for i, word in enumerate(tokens)}
    net = Boxes(len(tokens))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01)
    state, done, spent = os.path.join(its.out, "state.pt"), 0, 0.0
    if os.path.exists(state):
        saved = torch.load(state)
        net.load_state_dict(saved["net"]), optimiser.load_state_dict(saved["optimiser"])
        done, spent = saved["step"], saved["seconds"]
    check = batch(random.Random(999), 1000, index)
    r, begun, losses = random.Random(its.seed * 1000003 + done), time.process_time() - spent, []
    curve = open(os.path.join(its.out, "curve.txt"), "a")

    def keep(step):
        net.eval()
        with torch.no_grad():
            right = torch.cat([(net(*(t[i:i + 500] for t in check[:3]))[0] > 0) == (check[3][i:i + 500] > 0.5) for i in range(0, 1000, 500)]).float().mean()
        net.train()
        line = f"{step} {time.process_time() - begun:.0f} s loss {sum(losses) / max(1, len(losses)):.4f} check {100 * right:.1f}"
        print(line, flush=True), curve.write(line + "\n"), curve.flush(), losses.clear()
        torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "seconds": time.process_time() - begun, "tokens": tokens}, state)

    step = done
    while time.process_time() - begun < its.minutes * 60:
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 200) * max(0.02, 1 - (time.process_time() - begun) / (its.minutes * 60))
        ids, things, boxes, truth, about = batch(r, its.batch, index, r.choice(("towers", "scatter")))
        logit, _, gates = net(ids, things, boxes)
        known = about >= 0
        hint = F.binary_cross_entropy(gates[..., 0][known].clamp(1e-5, 1 - 1e-5), about[known])
        loss = F.binary_cross_entropy_with_logits(logit, truth)
        optimiser.zero_grad(), (loss + 0.5 * hint).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
        step += 1
        if step % 500 == 0:
            keep(step)
    keep(step)
    export(net.eval(), tokens, its.out)


def export(net, tokens, out):
    class Judge(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, ids, things, boxes):
            logit, joint, _ = self.net(ids, things, boxes)
            return logit, joint

    os.makedirs(os.path.join(out, "onnx"), exist_ok=True)
    given = (torch.ones(1, WORDS, dtype=torch.long), torch.zeros(1, THINGS, FEATURES), torch.zeros(1, THINGS, 3))
    names = {"input_names": ["input_ids", "things", "boxes"], "output_names": ["logits", "joint"]}
    torch.onnx.export(Judge(), given, os.path.join(out, "onnx", "model.onnx"), opset_version=14, **names)
    config = {"model_type": "boxes", "words": WORDS, "things": THINGS, "width": net.truth.in_features, "vocabulary": tokens}
    with open(os.path.join(out, "config.json"), "w") as file:
        json.dump(config, file)
        file.write("\n")


if __name__ == "__main__":
    main()
