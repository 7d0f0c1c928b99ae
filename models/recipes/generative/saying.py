"""Descriptions learned by what of them is true.

A description that is learned from those of the truth, word by word, tells of a thing as soon as it is likelier there than not. Here some are drawn from the language model, their facts are judged, and those with
more worth than the others of the same still or clip become likelier (Rennie et al. 2017; the mean of the others is what each is compared with): one that is wrong costs more than one that is true is worth.
"""
import torch
from torch.nn import functional as F

from speaker import HEADS, WIDTH, attend, split
from talk import ANSWER, DESCRIBE, END, PAD

# Descriptions of each that are drawn, tokens of one at most, and what it weighs beside the questions.
DRAWN, MOST, WEIGHT = 8, 72, 0.1
# What a fact costs of which one could argue, or that is told again.
ARGUED = 0.5


class Said:
    """What descriptions are drawn of: what is true of each still or clip (`Seen`), how the truth describes it, and `senses_of(model, which)`, tokens of what encoders say of some of them."""

    def __init__(self, seen, descriptions, senses_of, pieces, facts):
        self.seen, self.descriptions, self.senses, self.pieces, self.facts = seen, descriptions, senses_of, pieces, facts

    def judged(self, tokens, one):
        """How many facts of a description are true, false, and such that one could argue, or told again: each counts once, or it would be said again and again."""
        told = self.told(tokens)
        verdicts = [self.seen[one].holds(fact) for fact in dict.fromkeys(told)]
        return [verdicts.count(True), verdicts.count(False), verdicts.count(None) + len(told) - len(verdicts)]

    def told(self, tokens):
        return self.facts.of(self.pieces.text([i for i in tokens if i not in (PAD, END)]))

    def missed(self, tokens, one):
        """How many facts there are to be told that are not."""
        told = set(self.told(tokens))
        return sum(self.seen[one].holds(fact) is True for fact in self.facts.of(self.descriptions[one]) if fact not in told)


@torch.no_grad()
def drawn(model, senses, prompt, ways, likeliest=False):
    """Descriptions [senses * ways, MOST], word by word; with `likeliest` no chance in it."""
    x = torch.cat([senses, model.tokens(prompt).expand(len(senses), -1, -1)], 1)
    length, rows = x.shape[1], len(senses) * ways
    device = x.device
    kept = [[torch.zeros(rows, HEADS, length + MOST, WIDTH // HEADS, device=device) for _ in range(2)] for _ in model.layers]
    place = torch.arange(length, device=device)
    mask = (place[None, :] > place[:, None]).float() * -1e4
    out, over, begin = torch.full((rows, MOST), PAD, device=device), torch.zeros(rows, dtype=torch.bool, device=device), 0
    for step in range(MOST):
        end = begin + x.shape[1]
        x = x + model.positions.weight[begin:end]
        for layer, its in zip(model.layers, kept):
            normal, *new = layer.keys(x)
            for held, part in zip(its, new):
                held[:, :, begin:end] = part if step else part.repeat_interleave(ways, 0)
            k, v = new if step == 0 else (held[:, :, :end] for held in its)
            x = x + layer.out(attend(split(layer.q(normal)), k, v, mask if step == 0 else 0.0))
            x = x + layer.down(F.relu(layer.up(layer.after(x))))
        logits = model.head(model.norm(x[:, -1]))
        if step == 0:
            logits = logits.repeat_interleave(ways, 0)
        word = logits.argmax(1) if likeliest else torch.multinomial(logits.softmax(1), 1)[:, 0]
        out[:, step] = torch.where(over, torch.full_like(word, PAD), word)
        over = over | (word == END)
        if over.all():
            break
        x, begin = model.tokens(word)[:, None], end
    return out[:, : step + 1]


def prompt_of(pieces, way, device):
    return torch.tensor([*pieces.ids(way), ANSWER], device=device)


def said_losses(model, said, size, wrong):
    """Of descriptions drawn of `size` stills or clips; a wrong fact costs `wrong` times what a true one is worth."""
    device = model.tokens.weight.device
    which = torch.randint(len(said.seen), (size,))
    prompt = prompt_of(said.pieces, DESCRIBE[int(torch.randint(len(DESCRIBE), (1,)))], device)
    senses = said.senses(model, which)
    words = drawn(model, senses.detach(), prompt, DRAWN)
    owner = torch.arange(size).repeat_interleave(DRAWN)
    counts = torch.tensor([said.judged(its, int(which[own])) for its, own in zip(words.tolist(), owner)], dtype=torch.float)
    worth = (counts @ torch.tensor([1.0, -wrong, -ARGUED])).reshape(size, DRAWN)
    better = ((worth - worth.mean(1, keepdim=True)) * DRAWN / (DRAWN - 1)).flatten()
    # Of those of which every description is worth the same nothing is learned.
    some = (better.reshape(size, DRAWN).abs().amax(1) > 1e-6).nonzero()[:, 0]
    if not len(some):
        return {}
    rows = (some[:, None] * DRAWN + torch.arange(DRAWN)).flatten()
    words, better = words[rows.to(device)], better[rows].to(device)
    ids = torch.cat([prompt.expand(len(words), -1), words[:, :-1]], 1)
    there = words != PAD
    chosen = torch.cat([torch.zeros(len(words), len(prompt) - 1, dtype=torch.bool, device=device), there], 1)
    logits = model(ids, torch.arange(len(some), device=device).repeat_interleave(DRAWN), senses[some.to(device)], chosen)
    cost = F.cross_entropy(logits, words[there], reduction="none") * better[:, None].expand_as(words)[there]
    return {"said": WEIGHT * cost.sum() / (size * DRAWN), "worth": worth.mean().detach()}


@torch.no_grad()
def check_said(model, said, batch=128):
    """Facts told that are true, of all told, and of those that are there to be told, %."""
    model.eval()
    prompt, right, wrong, missed = prompt_of(said.pieces, DESCRIBE[0], model.tokens.weight.device), 0, 0, 0
    for which in torch.arange(len(said.seen)).split(batch):
        for one, its in zip(which.tolist(), drawn(model, said.senses(model, which), prompt, 1, True).tolist()):
            true, false, _ = said.judged(its, one)
            right, wrong, missed = right + true, wrong + false, missed + said.missed(its, one)
    model.train()
    return {"true": round(100 * right / max(1, right + wrong), 1), "recall": round(100 * right / max(1, right + missed), 1)}
