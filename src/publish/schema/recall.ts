import { Type, type Static } from '@sinclair/typebox';
import { Count, Provenance, Time, Vector3, head } from './common.ts';

const Cosine = (description: string) => Type.Number({ minimum: -1.001, maximum: 1.001, description });

export const PlaceSeen = Type.Object(
  {
    frame_id: Type.String(),
    position: Type.Object(Vector3.properties, { description: 'm' }),
    deviation: Type.Number({ minimum: 0, description: 'standard deviation in each direction, m' }),
    age: Type.Number({ minimum: 0, description: 's between the picture and the measurement of depth' }),
    is_of_thing: Type.Optional(
      Type.Boolean({ description: "that of the thing itself; left out: of what lies in the picture's middle" }),
    ),
  },
  { title: 'PlaceSeen', description: 'Where something was, as far as depth or a scan, and the pose, told.' },
);

const Box = Type.Array(Type.Number(), {
  minItems: 4,
  maxItems: 4,
  description:
    "left, top, right, bottom of the thing, in shares of the picture's sides, where the encoder tells of things",
});

export const FoundThing = Type.Object(
  {
    from: Type.Union([Type.Literal('live'), Type.Literal('memory')]),
    id: Type.Optional(Type.Integer({ minimum: 0, description: 'number in the memory, for `forget`' })),
    stream: Type.String(),
    timestamp: Type.Object(Time.properties, { description: 'of the picture' }),
    age: Type.Number({ description: 's' }),
    similarity: Cosine('cosine of the embeddings'),
    confidence: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          '1 less the chance that the best of as many pictures, of usual similarity, is as similar; left out where less than 20 are remembered',
      }),
    ),
    box: Type.Optional(Box),
    place: Type.Optional(PlaceSeen),
    thumbnail: Type.Optional(Type.String({ description: 'JPEG, base64' })),
  },
  { title: 'FoundThing', description: 'A picture that may show what was asked for.' },
);

export const Answer = Type.Object(
  {
    answer: Type.String({ description: 'in words' }),
    count: Count('pictures told that show it: those of confidence 0.5 or more'),
    found: Type.Array(FoundThing, { description: 'best first, those of now before those of the memory' }),
    senses: Type.Array(Type.String(), { description: 'streams that it rests on' }),
    unknown_words: Type.Array(Type.String(), { description: 'that the model does not know, where it can tell' }),
    remembered: Count('pictures that the memory holds'),
    examples: Type.Optional(Count('that taught what is asked for; left out: it is found by words')),
  },
  {
    title: 'Answer',
    description: 'What `find` comes to. Streams that should show something now and do not are `provenance.absent`.',
  },
);

export const Lesson = Type.Object(
  {
    learnt: Type.Optional(
      Type.Object(
        {
          name: Type.String(),
          examples: Count('that there are by now; the newest 8 are kept'),
          stream: Type.Optional(Type.String({ description: 'left out: it came in a file' })),
          id: Type.Optional(Type.Integer({ minimum: 0, description: 'of a picture in the memory' })),
          age: Type.Optional(Type.Number({ description: 's, of the picture' })),
          box: Type.Optional(Box),
          place: Type.Optional(PlaceSeen),
          alike: Type.Optional(
            Type.Object(
              { name: Type.String(), similarity: Cosine('with what its examples have in common') },
              { description: 'another sort that it would have been taken for' },
            ),
          ),
        },
        { description: 'what was taught now' },
      ),
    ),
    taught: Type.Array(
      Type.Object({
        name: Type.String(),
        examples: Count('of it'),
        is_of_encoder: Type.Boolean({ description: 'false: of another encoder, to this one it means nothing' }),
      }),
      { description: 'all that is taught' },
    ),
    threshold: Cosine('from which on a thing counts as one of a sort; below it, it is of none'),
    sought: Type.Optional(
      Type.Object(
        {
          encoder: Type.String({ description: 'SHA-256, hex' }),
          embedding: Type.String({ description: 'base64 of single precision numbers' }),
          kind: Type.Optional(
            Type.String({ description: 'that of what says the sort of thing, where the encoder tells' }),
          ),
        },
        {
          description:
            'what the examples of the `name` that `taught` was asked for have in common: as `find` and `watch` take it',
        },
      ),
    ),
  },
  { title: 'Lesson', description: 'What `teach` and `taught` come to.' },
);

export const Sighting = Type.Object(
  {
    ...head,
    name: Type.String({ description: 'of the watch' }),
    words: Type.String({ description: 'what is watched for' }),
    similarity: Cosine('cosine of the embeddings'),
    threshold: Cosine('from which on it is told'),
    stream: Type.String(),
    box: Type.Optional(Box),
    place: Type.Optional(PlaceSeen),
    provenance: Provenance,
  },
  {
    title: 'Sighting',
    description:
      'Something that is watched for may be in view; timestamp is that of the picture. Once in 10 s at the most.',
  },
);
export type Sighting = Static<typeof Sighting>;
