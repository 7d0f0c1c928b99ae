"""Tokenizers in the hub's layout, and what they have to give: written after the papers, not with the program that reads them.

CLIP: byte pairs of lower-case text (Radford et al. 2021, section 2.4; Sennrich et al. 2016), a word's last piece marked.
SigLIP: a unigram model (Kudo 2018) of text without capitals and punctuation (Zhai et al. 2023).
"""
import math
import re
import unicodedata
from collections import Counter

CORPUS = """a photo of a red mug on the table. a photo of a blue box beside the door. two chairs stand near the window of the
kitchen. the robot sees a green ball under the chair. a person walks through the room. a picture of a cat on a sofa, of a dog in the
garden, of a bus in the street. the small yellow cube is left of the large red cylinder. nothing lies on the floor of the corridor.
somebody's bottle stands between the lamp and the plant. it's the third of seven bins; they're grey.""".replace("\n", " ")

START, END = "<|startoftext|>", "<|endoftext|>"
ENDINGS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
SPACE = "\u2581"


def byte_letters():
    """A printable letter for every byte (Radford et al. 2019): itself where it is one, else one above 255."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain}
    for byte in range(256):
        letters.setdefault(byte, chr(256 + len([b for b in letters if b not in plain])))
    return letters


LETTERS = byte_letters()


def words_of(text):
    """Pieces of lower-case text: endings of English, runs of letters, single digits, runs of anything else."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).lower()
    kind = lambda c: "space" if c.isspace() else unicodedata.category(c)[0] if unicodedata.category(c)[0] in "LN" else "other"
    at, words = 0, []
    while at < len(text):
        ending = next((e for e in ENDINGS if text.startswith(e, at)), None)
        first = kind(text[at])
        stop = at + (len(ending) if ending else 1)
        while not ending and first in ("L", "other") and stop < len(text) and kind(text[stop]) == first:
            stop += 1
        if first != "space":
            words.append(text[at:stop])
        at = stop
    return words


def letters_of(word):
    letters = [LETTERS[byte] for byte in word.encode()]
    return [*letters[:-1], letters[-1] + "</w>"]


def learn_pairs(count):
    words = Counter(tuple(letters_of(word)) for word in words_of(CORPUS))
    pairs = []
    for _ in range(count):
        seen = Counter()
        for word, times in words.items():
            for pair in zip(word, word[1:]):
                seen[pair] += times
        best = min(seen, key=lambda pair: (-seen[pair], pair))
        pairs.append(best)
        words = Counter({tuple(merge(list(word), best)): times for word, times in words.items()})
    return pairs


def merge(pieces, pair):
    out, at = [], 0
    while at < len(pieces):
        if at + 1 < len(pieces) and (pieces[at], pieces[at + 1]) == pair:
            out.append(pieces[at] + pieces[at + 1])
            at += 2
        else:
            out.append(pieces[at])
            at += 1
    return out


class BytePairs:
    """CLIP's."""

    length = 77

    def __init__(self, merges=120):
        self.pairs = learn_pairs(merges)
        self.rank = {pair: i for i, pair in enumerate(self.pairs)}
        pieces = [*LETTERS.values(), *(letter + "</w>" for letter in LETTERS.values()), *(a + b for a, b in self.pairs), START, END]
        self.vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}

    def ids(self, text):
        ids = []
        for word in words_of(text):
            pieces = letters_of(word)
            while True:
                known = [pair for pair in zip(pieces, pieces[1:]) if pair in self.rank]
                if not known:
                    break
                pieces = merge(pieces, min(known, key=self.rank.get))
            ids.extend(self.vocabulary[piece] for piece in pieces)
        # What is too long loses its end, never the token that says where it ends.
        return [self.vocabulary[START], *ids[: self.length - 2], self.vocabulary[END]]

    def files(self):
        special = [
            {"id": self.vocabulary[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": True, "special": True}
            for t in (START, END)
        ]
        split = {"Regex": r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"}
        tokenizer = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": special,
            "normalizer": {
                "type": "Sequence",
                "normalizers": [{"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "}, {"type": "Lowercase"}],
            },
            "pre_tokenizer": {
                "type": "Sequence",
                "pretokenizers": [
                    {"type": "Split", "pattern": split, "behavior": "Removed", "invert": True},
                    {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
                ],
            },
            "post_processor": {
                "type": "RobertaProcessing",
                "sep": [END, self.vocabulary[END]],
                "cls": [START, self.vocabulary[START]],
                "trim_offsets": False,
                "add_prefix_space": False,
            },
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": END,
                "continuing_subword_prefix": "",
                "end_of_word_suffix": "</w>",
                "fuse_unk": False,
                "vocab": self.vocabulary,
                "merges": [" ".join(pair) for pair in self.pairs],
            },
        }
        config = {
            "tokenizer_class": "CLIPTokenizer",
            "bos_token": START,
            "eos_token": END,
            "pad_token": END,
            "unk_token": END,
            "model_max_length": self.length,
            "do_lower_case": True,
        }
        return tokenizer, config


class Unigrams:
    """SigLIP's: the most probable way to cut a text into known pieces, filled up to 64 with the end."""

    length = 64

    def __init__(self):
        words = Counter(self.plain(CORPUS).split(" "))
        pieces = Counter()
        for word, times in words.items():
            marked = SPACE + word
            for start in range(len(marked)):
                for stop in range(start + 1, min(len(marked), start + 6) + 1):
                    pieces[marked[start:stop]] += times
        single = {piece: times for piece, times in pieces.items() if len(piece) == 1}
        common = dict(sorted(((p, t) for p, t in pieces.items() if len(p) > 1), key=lambda item: (-item[1] * len(item[0]), item[0]))[:150])
        total = sum(single.values()) + sum(common.values())
        scores = [(p, math.log(t / total)) for p, t in sorted({**single, **common}.items(), key=lambda item: (-item[1], item[0]))]
        self.scores = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *scores]
        self.vocabulary = {piece: i for i, (piece, _) in enumerate(self.scores)}

    @staticmethod
    def plain(text):
        text = "".join(c for c in text.lower() if c not in PUNCTUATION)
        return re.sub(r"\s+", " ", text).strip()

    def ids(self, text):
        plain = self.plain(text)
        marked = SPACE + plain.replace(" ", SPACE) if plain else ""
        lowest = min(score for _, score in self.scores) - 10
        best = [(0.0, [])] + [(-math.inf, [])] * len(marked)
        for stop in range(1, len(marked) + 1):
            for start in range(stop):
                piece = marked[start:stop]
                known = piece in self.vocabulary and self.vocabulary[piece] > 2
                if not known and stop - start > 1:
                    continue
                score = best[start][0] + (self.scores[self.vocabulary[piece]][1] if known else lowest)
                if score > best[stop][0]:
                    best[stop] = (score, [*best[start][1], self.vocabulary[piece] if known else 2])
        # What is unknown in a row is one unknown piece.
        ids = [i for n, i in enumerate(best[-1][1]) if i != 2 or n == 0 or best[-1][1][n - 1] != 2]
        ids = [*ids[: self.length - 1], 1]
        return ids + [1] * (self.length - len(ids))

    def files(self):
        special = [
            {"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i, t in enumerate(["<pad>", "</s>", "<unk>"])
        ]
        tokenizer = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": special,
            "normalizer": {
                "type": "Sequence",
                "normalizers": [
                    {"type": "Lowercase"},
                    {"type": "Replace", "pattern": {"Regex": "[" + re.escape(PUNCTUATION) + "]"}, "content": ""},
                    {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
                    {"type": "Strip", "strip_left": True, "strip_right": True},
                ],
            },
            "pre_tokenizer": {"type": "Metaspace", "replacement": SPACE, "add_prefix_space": True, "prepend_scheme": "always"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}},
            },
            "decoder": {"type": "Metaspace", "replacement": SPACE, "add_prefix_space": True, "prepend_scheme": "always"},
            "model": {"type": "Unigram", "unk_id": 2, "vocab": self.scores},
        }
        config = {
            "tokenizer_class": "SiglipTokenizer",
            "eos_token": "</s>",
            "pad_token": "</s>",
            "unk_token": "<unk>",
            "model_max_length": self.length,
        }
        return tokenizer, config
