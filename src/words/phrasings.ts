import { hashOf, type StillSplit } from '../contract/index.ts';
import { CLIP_PHRASINGS } from './clip-phrasings.ts';

/**
 * Ways of saying each thing. Of each list a third is kept out of the train split and used in the test split alone: those with the
 * least hashes. They hold no name of a class: a can is a thing.
 */
const PHRASINGS = {
  thing: [
    'there is {one}.',
    'you would see {one}.',
    '{one} is in view.',
    'the picture shows {one}.',
    'i see {one}.',
    '{one} is to be seen.',
  ],
  count: [
    'there are {many}.',
    'you would see {many}.',
    '{many} are in view.',
    'the picture shows {many}.',
    'i see {many}.',
    '{many} are to be seen.',
  ],
  groups: [
    '{list}.',
    'to be seen: {list}.',
    'a view of {list}.',
    'in view: {list}.',
    'the robot sees {list}.',
    'a picture of {list}.',
  ],
  relation: [
    '{one} is {relation} {other}.',
    '{one} stands {relation} {other}.',
    'there is {one} {relation} {other}.',
    '{one} appears {relation} {other}.',
    'i see {one} {relation} {other}.',
    '{one} {relation} {other}.',
  ],
  bigger: ['{one} is bigger than {other}.', '{one} is larger than {other}.', '{one} has more size than {other}.'],
  nearer: ['{one} is nearer than {other}.', '{one} is closer than {other}.', '{one} is at less distance than {other}.'],
  sound: [
    'you would hear {sound} {side}.',
    'i hear {sound} {side}.',
    'there is the sound of {sound} {side}.',
    'listen: {sound} {side}.',
    'the robot hears {sound} {side}.',
    'to be heard: {sound} {side}.',
  ],
  silence: [
    'it is silent.',
    'nothing is to be heard.',
    'there is no sound.',
    'all is quiet.',
    'i hear nothing.',
    'the robot hears nothing.',
  ],
  'ask existence': [
    'do you see {one}?',
    'are you able to see {one}?',
    'is there {one} in view?',
    'does the picture show {one}?',
    'is {one} to be seen?',
    'have you got {one} in view?',
  ],
  'ask count': [
    'how many {plural} do you see?',
    'how many {plural} are in view?',
    'what is the number of {plural} in the picture?',
    'how many {plural} are to be seen?',
    'would you count the {plural} that you see?',
    'the picture shows how many {plural}?',
  ],
  'ask colour': [
    'what colour is {the}?',
    'what is the colour of {the}?',
    'which colour does {the} have?',
    'would you tell me the colour of {the}?',
    'of what colour is {the}?',
    '{the} has which colour?',
  ],
  'ask bigger': [
    'is {one} bigger than {other}?',
    'is {one} larger than {other}?',
    'does {one} have more size than {other}?',
    'would you say that {one} is bigger than {other}?',
  ],
  'ask nearer': [
    'is {one} nearer than {other}?',
    'is {one} closer than {other}?',
    'is {one} at less distance than {other}?',
    'would you say that {one} is nearer than {other}?',
  ],
  'ask relation': [
    'is {one} {relation} {other}?',
    'does {one} stand {relation} {other}?',
    'is it true that {one} is {relation} {other}?',
    'would you find {one} {relation} {other}?',
    'do you see {one} {relation} {other}?',
    'would you say that {one} is {relation} {other}?',
  ],
  'ask sound': [
    'what do you hear?',
    'what sound reaches you?',
    'what sound is there?',
    'what is to be heard?',
    'which sound do you pick up?',
    'what are you hearing?',
  ],
  'ask direction': [
    'where does the sound come from?',
    'from which side do you hear it?',
    'on which side is the sound?',
    'in which direction is what you hear?',
    'where is it that you hear something?',
    'which side does the sound come from?',
  ],
} as const;

const ALL = { ...PHRASINGS, ...CLIP_PHRASINGS };

/** What phrasings there are for. */
export type Phrased = keyof typeof ALL;

/** One of so many is kept for the test split. */
const KEPT = 3;

/** The phrasings of a split; none is in both. */
export function phrasingsOf(what: Phrased, split: StillSplit): readonly string[] {
  const all: readonly string[] = ALL[what];
  const kept = [...all]
    .sort((a, b) => hashOf(`phrasing ${what} ${a}`) - hashOf(`phrasing ${what} ${b}`))
    .slice(0, Math.max(1, Math.floor(all.length / KEPT)));
  return all.filter((phrasing) => kept.includes(phrasing) === (split === 'test'));
}

/** Everything that is phrased of stills, and of clips. */
export const PHRASED = Object.keys(PHRASINGS) as Phrased[];
export const CLIP_PHRASED = Object.keys(ALL) as Phrased[];

/** Puts words into a phrasing's gaps. */
export function fill(phrasing: string, words: Readonly<Record<string, string>>): string {
  return phrasing.replace(/\{(\w+)\}/g, (_, gap: string) => words[gap] ?? '');
}
