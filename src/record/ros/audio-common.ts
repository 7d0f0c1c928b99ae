import type { Measurement } from '../../frame/index.ts';
import { sensor, type Decoder } from './decode.ts';
import { soundOf } from './payload.ts';

/**
 * Sound as ROS's audio_common has it (http://wiki.ros.org/audio_common): blocks of bytes on one topic; what they are stands in
 * a message of its own on a topic beside it (`/audio/audio`, `/audio/audio_info`), sent once.
 */

/** Plain type of what says how sound is to be read. */
export const AUDIO_INFO = 'audio_common_msgs/AudioInfo';

interface AudioInfo {
  readonly channels: number;
  readonly sample_rate: number;
  readonly sample_format: string;
  readonly coding_format: string;
}

/** The sound of a log. */
export interface AudioCommon {
  /** Takes an AudioInfo. */
  info(topic: string, message: unknown): void;
  /** Decoder of a topic of sound; `undefined` for other types. */
  decoderOf(topic: string, type: string): Decoder | undefined;
}

const BYTES: Readonly<Record<string, (message: never) => Uint8Array>> = {
  'audio_common_msgs/AudioData': ({ data }: { data: Uint8Array }) => data,
  'audio_common_msgs/AudioDataStamped': ({ audio }: { audio: { data: Uint8Array } }) => audio.data,
};

export function createAudioCommon(): AudioCommon {
  const infos = new Map<string, AudioInfo>();
  const infoOf = (topic: string): AudioInfo => {
    const info = infos.get(folderOf(topic)) ?? (infos.size === 1 ? [...infos.values()][0] : undefined);
    if (info === undefined) throw new Error(`no ${AUDIO_INFO} before it says what the bytes are`);
    return info;
  };
  return {
    info: (topic, message) => void infos.set(folderOf(topic), message as AudioInfo),
    decoderOf(topic, type) {
      const bytesOf = BYTES[type] as ((message: never) => Uint8Array) | undefined;
      if (bytesOf === undefined) return undefined;
      return sensor('audio', (message: never): Measurement => {
        const { channels, sample_rate: sampleRate, sample_format: sample, coding_format: coding } = infoOf(topic);
        const isPcm = /^(wave|pcm)$/i.test(coding) && /^S16LE$/i.test(sample);
        const format = isPcm ? 'pcm-s16' : [coding, sample].filter((text) => text !== '').join(' ');
        return soundOf({ format, sampleRate, channels, data: bytesOf(message) });
      });
    },
  };
}

function folderOf(topic: string): string {
  return topic.slice(0, topic.lastIndexOf('/') + 1);
}
