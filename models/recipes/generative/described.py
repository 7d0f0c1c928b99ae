"""Classes that an encoder of pictures was never shown, told by what words say of them.

What a cell shows and what a lexicon says of a noun have each a map into a common space; the maps are learned from classes that were shown, and hold for the others as far as
words do (Akata et al. 2013, Label-Embedding for Attribute-Based Classification). What the encoder calls none of the classes it knows is shared out among those that are described, and what is none of them either.
"""
import torch
from torch import nn

# Dimensions of the common space, how many such spaces there are (each learned by itself, from another beginning), and how sharp a likeness is.
DIMENSIONS, SPACES, SHARP = 48, 4, 8.0
ABSENT = -1e4


class Described(nn.Module):
    """What cells have in common with names [n, cells, features] -> [n, cells, classes + 1]: chances of the classes that are described, and of none of them."""

    def __init__(self, features, classes):
        super().__init__()
        self.look, self.other = nn.Linear(features, SPACES * DIMENSIONS), nn.Linear(features, 1)
        # What is described is set by `describe.py`: until then nothing is, and all is other.
        self.names = nn.Linear(SPACES * DIMENSIONS, classes)
        nn.init.constant_(self.names.bias, ABSENT)

    def forward(self, cells):
        its = self.look(cells)
        its = its.reshape(*its.shape[:2], SPACES, DIMENSIONS)
        its = (its / torch.sqrt((its * its).sum(3, keepdim=True) + 1e-6)).flatten(2)
        return torch.cat([self.names(its), self.other(cells)], 2).softmax(2)


def shared_out(known, described):
    """Chances of classes, the last: none of them, where what is none is shared out by what is described, both [n, cells, classes + 1]."""
    return torch.cat([known[..., :-1], torch.zeros_like(known[..., -1:])], 2) + known[..., -1:] * described
