import { describe, expect, it } from 'vitest';
import { createStills } from '../../drivers/simulation/stills/stills.ts';
import { descriptionOf, factsIn, holds } from '../../src/words/index.ts';

const source = createStills(17, 'test');
const truths = Array.from({ length: 400 }, (_, still) => source.truth(still));

describe('descriptions', () => {
  it('say nothing that is false, and each fact that is read out of them is in the still', () => {
    const abouts = new Set<string>();
    for (const truth of truths) {
      for (const fact of factsIn(descriptionOf(truth), source.vocabulary)) {
        abouts.add(fact.about);
        expect(holds(fact, truth), `${truth.still}: ${JSON.stringify(fact)}`).not.toBe(false);
      }
    }
    expect([...abouts].sort()).toEqual(['comparison', 'count', 'relation', 'sound', 'thing']);
  });

  it('are false of most other stills', () => {
    const wrong = truths.slice(1).map((truth, i) => {
      const facts = factsIn(descriptionOf(truths[i]), source.vocabulary);
      return facts.filter((fact) => holds(fact, truth) === false).length / facts.length;
    });
    expect(wrong.reduce((sum, share) => sum + share, 0) / wrong.length).toBeGreaterThan(0.5);
  });

  it('are read word by word', () => {
    const text =
      'From left to right I see a red mug, a plant and a red mug. The plant is the nearest. I hear a voice on the left.';
    const [mug, red, plant] = [{ label: 'mug' }, { label: 'mug', colour: 'red' }, { label: 'plant' }];
    expect(factsIn(text, source.vocabulary)).toEqual([
      { about: 'thing', noun: mug },
      { about: 'thing', noun: plant },
      { about: 'thing', noun: red },
      { about: 'count', noun: red, count: 2 },
      { about: 'count', noun: plant, count: 1 },
      { about: 'relation', relation: 'left', one: red, other: plant },
      { about: 'relation', relation: 'left', one: plant, other: red },
      { about: 'comparison', by: 'nearer', one: plant, other: red },
      { about: 'sound', label: 'voice' },
      { about: 'sound', label: 'voice', side: 'left' },
    ]);
    expect(factsIn('i hear nothing. from left to right i see a zebra. whatever.', source.vocabulary)).toEqual([
      { about: 'sound', label: 'nothing' },
    ]);
  });

  it('tell no fact more by telling it again', () => {
    const [one, other] = ['i hear a voice on the left.', 'from left to right i see a red mug, a plant and a red mug.'];
    const facts = (text: string) => factsIn(text, source.vocabulary);
    expect(facts(`${one} ${one}`)).toEqual(facts(one));
    expect(facts(`${other} ${one} ${other}`)).toEqual(facts(`${other} ${one}`));
  });

  it('tell people by what they wear', () => {
    const classes = ['door', 'person'].map((label) => ({ ...source.vocabulary.classes[0], label }));
    const [person, red, door] = [{ label: 'person' }, { label: 'person', colour: 'red' }, { label: 'door' }];
    const text = 'from left to right i see a door and a person in red. the person in red is the nearest.';
    expect(factsIn(text, { ...source.vocabulary, classes })).toEqual([
      { about: 'thing', noun: door },
      { about: 'thing', noun: person },
      { about: 'thing', noun: red },
      { about: 'count', noun: door, count: 1 },
      { about: 'count', noun: red, count: 1 },
      { about: 'relation', relation: 'left', one: door, other: red },
      { about: 'comparison', by: 'nearer', one: red, other: door },
    ]);
  });
});
