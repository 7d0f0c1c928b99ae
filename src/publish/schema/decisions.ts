import { Type, type Static } from '@sinclair/typebox';
import { Count, Counts, Provenance, Time, head } from './common.ts';
import { SpokenAnswer } from './answers.ts';
import { ImaginedPicture, ProgressMade } from './goals.ts';
import { Answer, Lesson } from './recall.ts';

const Probability = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

export const ClassProbability = Type.Object(
  { label: Type.String({ description: 'class, a word of the model' }), probability: Probability('calibrated') },
  { title: 'ClassProbability', description: 'A class, and how likely it is.' },
);

export const ModalityShare = Type.Object(
  {
    stream: Type.String(),
    present: Probability('share of the steps of the window in which something was measured; 0: absent'),
    unplugged: Type.Boolean({ description: 'masked because of the command `unplug`' }),
    contribution: Type.Number({
      description: 'by how many nats the decision is another one without this modality; 0 where it is absent',
    }),
    inputs: Type.Optional(
      Type.Object(
        { first: Type.Integer({ minimum: 1 }), last: Type.Integer({ minimum: 1 }), count: Count('how many') },
        { description: 'its inputs, as in the log; left out where nothing came' },
      ),
    ),
  },
  { title: 'ModalityShare', description: 'What one modality had to do with a decision.' },
);

export const Decision = Type.Object(
  {
    ...head,
    start: Type.Object(Time.properties, { description: 'beginning of the window' }),
    head: Type.String({ description: 'name in `fusion.heads`' }),
    model: Type.String(),
    model_sha256: Type.String({ description: 'first 12 digits of the SHA-256 of its network' }),
    label: Type.String({ description: 'the likeliest class' }),
    confidence: Probability('its probability'),
    probabilities: Type.Array(ClassProbability, { description: 'of every class, in the order of the model' }),
    uncertainty: Probability('entropy over its greatest; of an evidential head classes over Dirichlet strength'),
    modalities: Type.Array(ModalityShare, { description: 'in the order of the configuration' }),
    provenance: Provenance,
  },
  {
    title: 'Decision',
    description:
      'What a fusion head decided about a window; timestamp is the end of the window. provenance.inputs has the last input of each ' +
      'modality that gave something.',
  },
);
export type Decision = Static<typeof Decision>;

export const Reply = Type.Object(
  {
    ...head,
    id: Type.Optional(Type.String({ description: '`id` of the command, where it has one' })),
    verb: Type.String(),
    status: Type.Union([Type.Literal('done'), Type.Literal('refused')]),
    what: Type.String({ description: 'what it came to, or why it is refused' }),
    answer: Type.Optional(Answer),
    said: Type.Optional(SpokenAnswer),
    lesson: Type.Optional(Lesson),
    imagined: Type.Optional(ImaginedPicture),
    progress: Type.Optional(ProgressMade),
    provenance: Provenance,
  },
  { title: 'Reply', description: 'What became of a command.' },
);
export type Reply = Static<typeof Reply>;

export const HeadState = Type.Object(
  {
    head: Type.String(),
    model: Type.Optional(Type.String({ description: 'who decides now; left out where nobody does' })),
    asked: Count('windows given to the model'),
    answered: Type.Integer({ minimum: 0 }),
    passed_over: Count('windows that came while one was being decided about'),
    empty: Count('windows in which nothing was measured'),
    late: Counts('frames that came after their step was over, by stream'),
    failed: Counts('answers that came to nothing, by reason'),
  },
  { title: 'HeadState', description: 'How a fusion head fares.' },
);

export const HeadDiagnostics = Type.Object(
  {
    ...head,
    heads: Type.Array(HeadState),
    unplugged: Type.Array(Type.String(), { description: 'streams that are masked because of a command' }),
    provenance: Provenance,
  },
  { title: 'HeadDiagnostics', description: 'How the fusion heads fare: the same in every replay of the recording.' },
);
export type HeadDiagnostics = Static<typeof HeadDiagnostics>;
