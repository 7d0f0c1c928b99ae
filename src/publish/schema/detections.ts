import { Type, type Static } from '@sinclair/typebox';
import { Provenance, head } from './common.ts';

export const DetectedObject = Type.Object(
  {
    label: Type.String({ description: 'class of the object, a word of the model' }),
    score: Type.Number({ minimum: 0, maximum: 1 }),
    box: Type.Array(Type.Number(), { minItems: 4, maxItems: 4, description: 'left, top, right, bottom in pixels' }),
  },
  { title: 'DetectedObject', description: 'Something seen in a picture.' },
);
export type DetectedObject = Static<typeof DetectedObject>;

export const Detections = Type.Object(
  {
    ...head,
    frame_id: Type.String({ description: 'coordinate frame of the camera' }),
    stream: Type.String(),
    model: Type.String(),
    model_sha256: Type.String({ description: 'first 12 digits of the SHA-256 of its network' }),
    objects: Type.Array(DetectedObject, { description: 'best score first' }),
    provenance: Provenance,
  },
  { title: 'Detections', description: 'What a detector found in one picture; timestamp is that of the picture.' },
);
export type Detections = Static<typeof Detections>;
