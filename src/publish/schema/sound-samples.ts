import type { Publication } from '../../contract/index.ts';
import { stampOf, type Stamp } from '../../frame/index.ts';
import { publication } from '../encode.ts';
import type { Origin, ToTime } from '../message/common.ts';
import { soundsMessage } from '../message/sounds.ts';
import { speechMessage } from '../message/speech.ts';

const at = (seconds: number): Stamp => stampOf(Math.round(seconds * 1e9));

/** Messages about what is heard: see {@link samples}. */
export function soundSamples(toTime: ToTime, origin: Origin): readonly Publication[] {
  const heard = {
    start: at(11.52),
    end: at(12.495),
    frameId: 'microphones',
    stream: 'microphones',
    model: 'yamnet',
    modelHash: '0a266465c467',
    voice: { score: 0.91, active: true },
    events: [
      { label: 'Speech', score: 0.91 },
      { label: 'Music', score: 0.34 },
    ],
    origin,
  };
  const said = {
    start: at(11.44),
    end: at(13.1),
    frameId: 'microphones',
    stream: 'microphones',
    model: 'onnx-community/whisper-tiny',
    modelHash: '5b0c1d9e02aa',
    text: 'where is the red mug',
    language: 'en',
    confidence: 0.81,
    ended: 'end',
    cut: 'pause',
    channels: 4,
    origin,
  } as const;
  return [
    publication('sounds/microphones', 'Sounds', heard.start, 25, soundsMessage(toTime, heard)),
    publication('speech/microphones', 'Speech', said.start, 3, speechMessage(toTime, said)),
  ];
}
