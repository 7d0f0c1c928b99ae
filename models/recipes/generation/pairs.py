"""Byte-level byte pairs (Radford et al. 2019), the tokenizer of most language models, in the hub's layout, and what it has to give:
written after the paper, not with the program that reads it."""
import os
import re
import sys
from collections import Counter

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "dual-encoder"))
from words import CORPUS, LETTERS, merge  # noqa: E402

# Python's `re` knows no \p{L}: letters are what is a word's and no digit.
SPLIT = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def letters_of(word):
    return [LETTERS[byte] for byte in word.encode()]


def learn_pairs(count):
    words = Counter(tuple(letters_of(word)) for word in SPLIT.findall(CORPUS))
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


class BytePairs:
    """@param special tokens that stand for themselves, the one that ends a text first"""

    def __init__(self, special, merges=60):
        self.special = special
        self.pairs = learn_pairs(merges)
        self.rank = {pair: i for i, pair in enumerate(self.pairs)}
        pieces = [*LETTERS.values(), *(a + b for a, b in self.pairs), *special]
        self.vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}

    def ids(self, text):
        """Special tokens that are spelled out are those tokens."""
        ids = []
        for part in re.split("(" + "|".join(re.escape(token) for token in self.special) + ")", text):
            if part in self.special:
                ids.append(self.vocabulary[part])
                continue
            for word in SPLIT.findall(part):
                pieces = letters_of(word)
                while True:
                    known = [pair for pair in zip(pieces, pieces[1:]) if pair in self.rank]
                    if not known:
                        break
                    pieces = merge(pieces, min(known, key=self.rank.get))
                ids.extend(self.vocabulary[piece] for piece in pieces)
        return ids

    def text(self, ids):
        names = {i: piece for piece, i in self.vocabulary.items()}
        bytes_of = {letter: byte for byte, letter in LETTERS.items()}
        said = "".join(names[i] for i in ids if names[i] not in self.special)
        return bytes(bytes_of[letter] for letter in said).decode(errors="replace")

    def files(self, tokenizer_class, **more):
        added = [
            {"id": self.vocabulary[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for t in self.special
        ]
        level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        tokenizer = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added,
            "normalizer": None,
            "pre_tokenizer": level,
            "post_processor": level,
            "decoder": level,
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": None,
                "end_of_word_suffix": None,
                "fuse_unk": False,
                "vocab": {piece: i for piece, i in self.vocabulary.items() if piece not in self.special},
                "merges": [" ".join(pair) for pair in self.pairs],
            },
        }
        end = self.special[0]
        return tokenizer, {"tokenizer_class": tokenizer_class, "eos_token": end, "pad_token": end, "clean_up_tokenization_spaces": False, **more}
