import { Type, type Static } from '@sinclair/typebox';
import { CannotTell, SenseUsed } from './answers.ts';

export const StandingThing = Type.Object(
  {
    label: Type.String(),
    colour: Type.String(),
    ahead: Type.Number({ description: 'm ahead of the camera' }),
    left: Type.Number({ description: "m to the left of the camera's axis" }),
    score: Type.Number({ minimum: 0, maximum: 1, description: 'how sure the model is that something stands there' }),
  },
  { title: 'StandingThing', description: 'Something that stands on a table, as the model sees it.' },
);
export type StandingThing = Static<typeof StandingThing>;

const shared = {
  unknown_words: Type.Array(Type.String(), { description: 'that the model does not know' }),
  model: Type.String(),
};
const hash = Type.String({ description: 'first 12 digits' });
const standing = (description: string) => Type.Optional(Type.Array(StandingThing, { description }));

export const ImaginedPicture = Type.Object(
  {
    words: Type.String(),
    seed: Type.Integer({ description: 'the same words and seed give the same picture' }),
    picture: Type.String({ description: 'JPEG, base64' }),
    things: Type.Array(StandingThing, { description: 'from left to right, as the model sees its own picture' }),
    ...shared,
    model_sha256: hash,
  },
  { title: 'ImaginedPicture', description: 'What `imagine` comes to.' },
);
export type ImaginedPicture = Static<typeof ImaginedPicture>;

export const ProgressMade = Type.Object(
  {
    goal: Type.String({ description: 'words; `a picture` where it was one' }),
    prose: Type.String({ description: 'for people' }),
    nearness: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: '1: it is reached' })),
    remaining: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'm that things still have to go, all together; what is missing counts as some',
      }),
    ),
    missing: standing('things of the goal that are not in view'),
    wanted: standing('the goal, as the model sees it'),
    there: standing('what is in view'),
    cannot_tell: Type.Optional(CannotTell),
    senses: Type.Array(SenseUsed, { description: 'the camera' }),
    ...shared,
    model_sha256: Type.Optional(hash),
  },
  { title: 'ProgressMade', description: 'What `progress` comes to.' },
);
export type ProgressMade = Static<typeof ProgressMade>;
