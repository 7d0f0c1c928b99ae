import { integerIn, listOf, numberIn, oneOf, text } from '../../src/contract/index.ts';
import {
  commandSchema,
  defineDevice,
  inPlaceOf,
  processLink,
  type CommandConfig,
  type ProcessOptions,
} from '../../src/device/index.ts';
import { createSound } from './decode.ts';

export interface MicrophoneConfig extends CommandConfig {
  readonly program: 'alsa' | 'pipewire';
  readonly device: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly blockMs: number;
  readonly options: readonly string[];
}

/** Microphones through arecord or pw-record; see docs/drivers/microphone.md. */
export const microphone = defineDevice<MicrophoneConfig>({
  type: 'microphone',
  summary: 'microphones and arrays of them, through ALSA (arecord) or PipeWire (pw-record)',
  schema: {
    ...commandSchema,
    program: {
      doc: 'alsa: arecord, which tells what was lost; pipewire: pw-record, for a microphone that others listen to as well.',
      format: oneOf('alsa', 'pipewire'),
      default: 'alsa',
    },
    device: {
      doc: 'ALSA: the device, as `arecord -L` lists them (`plughw:CARD=ArrayUAC10` converts to rate and channels); PipeWire: name or serial of a node, or `default`.',
      format: text(/^[^\s-]\S*$/, 'the name of a device'),
      default: 'default',
    },
    sampleRate: {
      doc: 'Samples a second of each channel. Too small: speech above half of it is lost (16000 is what speech models take); too large: bytes for nothing.',
      format: integerIn(4000, 192_000),
      default: 16_000,
    },
    channels: {
      doc: 'How many microphones. Fewer than it has: the first ones; more: it does not open.',
      format: integerIn(1, 32),
      default: 1,
    },
    blockMs: {
      doc: 'Length of a block, ms. Too small: many frames for each stage; too large: sound comes late by as much.',
      format: numberIn(2, 1000),
      default: 20,
    },
    options: {
      doc: 'Further arguments of the program, such as `--raw` for a pw-record that has it.',
      format: listOf(text()),
      default: [],
    },
  },
  streams: ({ sampleRate, blockMs }) => [
    {
      id: 'audio',
      kind: 'audio',
      frameId: 'microphones',
      clock: { domain: 'counter', hz: sampleRate, bits: 64 },
      nominalRate: 1000 / blockMs,
      role: 'sensor',
    },
  ],
  link: (config) => processLink(inPlaceOf(commandOf(config), config)),
  session: ({ sampleRate, channels, blockMs }, output) =>
    createSound({ sampleRate, channels, blockSamples: Math.max(1, Math.round((sampleRate * blockMs) / 1000)) }, output),
});

/** The command line: raw sound, signed 16 bit, little endian, on standard output. */
export function commandOf(config: MicrophoneConfig): ProcessOptions {
  const { program, device, sampleRate, channels, blockMs, options } = config;
  const rate = `${sampleRate}`;
  if (program === 'pipewire') {
    const target = device === 'default' ? [] : ['--target', device];
    const sound = [
      '--rate',
      rate,
      '--channels',
      `${channels}`,
      '--format',
      's16',
      '--latency',
      `${Math.round(blockMs)}ms`,
    ];
    return { command: 'pw-record', package: 'pipewire-bin', args: [...sound, ...target, ...options, '-'] };
  }
  return {
    command: 'arecord',
    package: 'alsa-utils',
    args: [
      ...['--device', device, '--file-type', 'raw', '--format', 'S16_LE', '--rate', rate, '--channels', `${channels}`],
      ...[
        '--period-time',
        `${Math.round(1000 * blockMs)}`,
        '--buffer-time',
        `${Math.round(1000 * Math.max(500, 4 * blockMs))}`,
      ],
      ...options,
    ],
  };
}
