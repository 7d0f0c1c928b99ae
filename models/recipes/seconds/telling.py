"""What the language model of clips learns by, of what encoders say of clips and of questions about them."""
import json

import torch
from torch.nn import functional as F

from teller import BLIND, DEAF, END, FORMS, HEARD_FORMS, PAD, UNK
# Of the generative family, whose folder teller.py has put first.
from facts import Facts, Seen
from saying import Said

# How often a form is asked, of what there is of it.
ASKED = {"existence": 0.4, "motion": 0.7, "event": 0.7, "sound": 0.6, "direction": 0.6}
# Of what cannot be told so much is asked, and of no form more than this for each question that can: of colours there is twice as much of it, and a model that learned from that doubted what it saw.
UNTOLD, UNTOLD_MOST = 0.3, 0.2
# In every second question so many of the words that tell nothing are left out: what is asked does not hang on how long it is asked.
LEFT_OUT = 0.35
# And in every second question of a step about half of so many are put in.
MOST_PUT_IN = 4


class Batches:
    """Clips with what was said of them (once or more, of each time whether they were mirrored), and their questions, on one device."""

    def __init__(self, looks, rows, device):
        self.looks = [torch.cat([its[k] for its, _ in looks]).to(device) for k in range(5)]
        self.clips = len(rows.counts)
        self.mirrored = torch.tensor([flag for _, flag in looks], device=device).repeat_interleave(self.clips)
        self.rows, self.device = rows, device

    def next(self, clips, most):
        """`most` questions of each of some clips, drawn so that every form is asked about as often as its weight says."""
        rows, device = self.rows, self.device
        which = torch.randint(len(self.looks[0]), (clips,), device=device)
        clip = which % self.clips
        row = (rows.first[clip][:, None] + (torch.rand(clips, most, device=device) * rows.counts[clip][:, None]).long()).flatten()
        owner = torch.arange(clips, device=device).repeat_interleave(most)
        is_mirrored = self.mirrored[which][owner]
        keep = (torch.rand(len(row), device=device) < rows.often[row]) & ((rows.form[row] != len(FORMS) - 1) | (rows.is_mirrored[row] == is_mirrored))
        return which, row[keep], owner[keep], is_mirrored[keep]


def prepared(rows, clips, device, asked):
    """Rows by clip, on the device."""
    order = torch.argsort(rows.owner, stable=True)
    rows.ids, rows.wanted = rows.ids[order].to(device), rows.wanted[order].to(device)
    rows.form, rows.is_mirrored = rows.form[order].to(device), rows.mirrored[order].to(device)
    rows.owner, rows.answerable = rows.owner[order].to(device), rows.answerable[order].to(device)
    rows.counts = torch.bincount(rows.owner, minlength=clips).to(device)
    rows.first = torch.cat([rows.counts.new_zeros(1), rows.counts.cumsum(0)[:-1]])
    can, cannot = (torch.bincount(rows.form[rows.answerable == flag], minlength=len(FORMS)) for flag in (True, False))
    untold = (UNTOLD_MOST * can / cannot.clamp(min=1)).clamp(max=UNTOLD)
    rows.often = torch.tensor([asked.get(form, 1.0) for form in FORMS], device=device)[rows.form] * torch.where(rows.answerable, torch.ones_like(untold)[rows.form], untold[rows.form])
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
    # Words that tell nothing are hidden at times, in questions alone: without its words, that a description is wanted is what any question could be.
    asks = (wanted == -100) & (ids != PAD) & (rows.form[row] != FORMS.index("describe"))[:, None]
    rate = torch.rand(len(ids), 1, device=device) * 0.3 * (torch.rand(len(ids), 1, device=device) < 0.6)
    ids = torch.where(asks & rows.plain[ids] & (torch.rand(ids.shape, device=device) < rate), torch.full_like(ids, UNK), ids)
    ids, wanted = shortened(ids, wanted, asks & rows.plain[ids] & (torch.rand(ids.shape, device=device) < LEFT_OUT * (torch.rand(len(ids), 1, device=device) < 0.5)))
    ids, wanted = lengthened(ids, wanted, asks.any(1) & (torch.rand(len(ids), device=device) < 0.5), rows.plain.nonzero()[:, 0])
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


def shortened(ids, wanted, out):
    """Questions without some of their words; what follows moves up."""
    order = torch.argsort(out.long(), dim=1, stable=True)
    gone = out.gather(1, order)
    return ids.gather(1, order).masked_fill(gone, PAD), wanted.gather(1, order).masked_fill(gone, -100)


def lengthened(ids, wanted, which, idle):
    """Of some questions, some words more that tell nothing, anywhere: what such a word happens to stand beside in training means nothing."""
    n, length = ids.shape
    device = ids.device
    long = (wanted != -100).float().argmax(1)[:, None]
    put = (torch.rand(n, MOST_PUT_IN, device=device) < 0.5) & which[:, None]
    more = idle[torch.randint(len(idle), (n, MOST_PUT_IN), device=device)]
    at = torch.rand(n, MOST_PUT_IN, device=device) * long - 0.5
    order = torch.argsort(torch.cat([torch.arange(length, device=device).expand(n, -1).float(), torch.where(put, at, torch.full_like(at, 1e4))], 1), dim=1)
    ids = torch.cat([ids, torch.where(put, more, torch.full_like(more, PAD))], 1).gather(1, order)
    return ids, torch.cat([wanted, wanted.new_full((n, MOST_PUT_IN), -100)], 1).gather(1, order)


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
        owner = rows.owner[some]
        clips, own = owner.unique(return_inverse=True)
        logits = model(ids, own, model.senses([its[clips] for its in seen], heard[clips]))
        good = ((logits.argmax(2) == wanted) | (wanted == -100)).all(1)
        for form in range(len(FORMS) - 1):
            for answerable in (True, False):
                its = (rows.form[some] == form) & (rows.answerable[some] == answerable)
                key = FORMS[form] if answerable else "unanswerable"
                right[key], asked[key] = right.get(key, 0) + int(good[its].sum()), asked.get(key, 0) + int(its.sum())
    model.train()
    out = {key: round(100 * right[key] / asked[key], 1) for key in right if asked[key]}
    forms = [key for key in right if key != "unanswerable"]
    out["all"] = round(100 * sum(right[k] for k in forms) / max(1, sum(asked[k] for k in forms)), 1)
    out["asked"] = {key: asked[key] for key in asked}
    return out


def said_of(looks, folders, about, pieces, classes, colours):
    """Clips that descriptions are drawn of, those of which all senses tell: what encoders say of them, mirrored or not, and what is true."""
    truths = [json.loads(line) for folder in folders for line in open(f"{folder}/stills.jsonl")]
    which = [i for i, its in enumerate(about) if its["description"]]
    parts = [torch.cat([its[k][which] for its, _ in looks]) for k in range(5)]
    seen = [Seen(truths[i], is_mirrored) for _, is_mirrored in looks for i in which]
    descriptions = [about[i]["mirrored" if is_mirrored else "description"] for _, is_mirrored in looks for i in which]

    def senses_of(model, some):
        *sights, heard = (its[some] for its in parts)
        return model.senses(sights, heard)

    return Said(seen, descriptions, senses_of, pieces, Facts(classes, colours))
