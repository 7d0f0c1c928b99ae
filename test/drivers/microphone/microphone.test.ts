import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commandOf, microphone, type MicrophoneConfig } from '../../../drivers/microphone/driver.ts';
import type { Section } from '../../../src/config/index.ts';
import type { AudioMeasurement } from '../../../src/frame/index.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { configOf, createDecoding } from '../device/decoding.ts';
import { describeProgram, QUICK, realPathOf } from '../programs/conformance.ts';
import { standIn, type StandIns } from '../programs/stand-in.ts';
import { createHost } from '../support/host.ts';

const CHANNELS = 4;
const RATE = 16_000;
/** Numbers that tell channel and sample. */
const samples = (count: number): Int16Array =>
  Int16Array.from({ length: CHANNELS * count }, (_, i) => 1 + (i % 30_000));

const decoding = (config: Section = {}) => createDecoding(microphone, { channels: CHANNELS, ...config });
const soundOf = (frames: readonly { readonly measurement: unknown }[]): number[] =>
  frames.flatMap(({ measurement }) => [...(measurement as AudioMeasurement).data]);

describe('sound', () => {
  it('is cut into blocks, the same however its bytes come', () => {
    const sound = samples(3200);
    const bytes = new Uint8Array(sound.buffer);
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 7001 })), (lengths) => {
        const { session, decoded } = decoding();
        for (let at = 0; at < bytes.length;) {
          const length = lengths.next().value as number;
          session.bytes(bytes.slice(at, at + length));
          at += length;
        }
        expect(decoded.frames.map(({ device }) => device)).toEqual(
          Array.from({ length: 10 }, (_, i) => BigInt(320 * i)),
        );
        expect(soundOf(decoded.frames)).toEqual([...sound]);
      }),
      { numRuns: 20 },
    );
  });

  it('says what an overrun took, where it did, and goes on from there', () => {
    // samples  0 .... 320 .... 500 [lost 1975] 2475 .... 2795
    const { session, decoded } = decoding();
    const sound = samples(820);
    const bytes = new Uint8Array(sound.buffer);
    session.bytes(bytes.subarray(0, 500 * 2 * CHANNELS));
    session.said?.('overrun!!! (at least 123.456 ms long)');
    session.bytes(bytes.subarray(500 * 2 * CHANNELS));
    const frames = decoded.frames.map(({ device, measurement }) => {
      if (measurement.kind !== 'audio') throw new Error('no sound');
      return [Number(device), measurement.data.length / CHANNELS, measurement.missing];
    });
    expect(frames).toEqual([
      [0, 320, 0],
      [320, 180, 0],
      [2475, 320, 1975],
    ]);
    expect(decoded.dropped).toEqual({ overrun: 7 });
    expect(soundOf(decoded.frames)).toEqual([...sound]);
  });

  it.each(['überlauf!!! (mindestens 20,000 ms lang)', 'overrun!!! (at least 20.000 ms long)'])(
    'understands %s',
    (line) => {
      const { session, decoded } = decoding();
      session.said?.(line);
      session.said?.("Recording raw data 'stdin' : Signed 16 bit Little Endian, Rate 16000 Hz, Channels 4");
      session.bytes(new Uint8Array(samples(320).buffer));
      expect(decoded.frames[0]).toMatchObject({ device: 320n, measurement: { missing: 320 } });
      expect(decoded.broken).toEqual([]);
    },
  );

  it('survives whatever arecord says', () => {
    const words = fc.constantFrom('overrun!!! (at least ', '9'.repeat(400), '1.5', ',', ' ms long)', '= 1 Hz', '\0');
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string())), (said) => {
        const { session, decoded } = decoding();
        session.bytes(new Uint8Array(100));
        session.said?.(said.join(''));
        session.bytes(new Uint8Array(samples(320).buffer));
        expect(decoded.frames.length).toBeGreaterThan(0);
      }),
      { examples: [[['overrun!!! (at least ', '9'.repeat(400), ' ms long)']]] },
    );
  });

  it('is refused at another rate than was asked for', () => {
    const { session, decoded } = decoding();
    session.said?.('Warning: rate is not accurate (requested = 16000Hz, got = 48000Hz)');
    expect(decoded.broken).toEqual(['it gives 48000 Hz, not 16000: a device plughw:… converts']);
  });

  it('is no sound where there is nothing but zeros', () => {
    const { session, decoded } = decoding({ channels: 1 });
    session.bytes(new Uint8Array(2 * RATE * 4));
    session.bytes(new Uint8Array(samples(160).buffer));
    expect(decoded.troubles).toEqual(['digital silence: is it muted?', undefined]);
  });
});

describe('the command line', () => {
  const lineOf = (said: Partial<MicrophoneConfig>): string => {
    const { command, args } = commandOf({ ...(configOf(microphone) as MicrophoneConfig), ...said });
    return [command, ...args].join(' ');
  };

  it('of arecord and pw-record', () => {
    expect(lineOf({ device: 'plughw:CARD=ArrayUAC10', channels: 6 })).toBe(
      'arecord --device plughw:CARD=ArrayUAC10 --file-type raw --format S16_LE --rate 16000 --channels 6 --period-time 20000 --buffer-time 500000',
    );
    expect(lineOf({ program: 'pipewire', device: 'alsa_input.usb', sampleRate: 48_000, options: ['--raw'] })).toBe(
      'pw-record --rate 48000 --channels 1 --format s16 --latency 20ms --target alsa_input.usb --raw -',
    );
  });
});

describeWithTools(['arecord', 'ffmpeg', 'mkfifo'], 'a microphone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-sound-'));
  const before = process.env['ALSA_CONFIG_PATH'];
  let fed: StandIns | undefined;
  let programs: StandIns | undefined;

  /** ALSA without hardware: a device that reads a file or a pipe (alsa-lib, pcm_file.c). */
  const alsa = (name: string, from: string): string =>
    `pcm.${name} { type file; slave.pcm { type null }; file /dev/null; infile ${from}; format raw }\n`;
  /** Each arecord has a pipe of its own. */
  const PIPE = '{ @func getenv vars [ SENSORIUM_TEST_PIPE ] default "" }';

  beforeAll(() => {
    writeFileSync(join(folder, 'sound.raw'), new Uint8Array(samples(RATE).buffer));
    writeFileSync(join(folder, 'asound.conf'), alsa('paced', PIPE) + alsa('recorded', join(folder, 'sound.raw')));
    process.env['ALSA_CONFIG_PATH'] = join(folder, 'asound.conf');
    // What the pipe is fed with comes at its own pace.
    const feed = `${realPathOf('ffmpeg')} -v quiet -nostdin -re -f lavfi -i anoisesrc=r=16000 -ac 4 -f s16le -flush_packets 1`;
    fed = standIn({
      arecord: `export SENSORIUM_TEST_PIPE=${folder}/$$; rm -f $SENSORIUM_TEST_PIPE; mkfifo $SENSORIUM_TEST_PIPE\n${feed} -y $SENSORIUM_TEST_PIPE >/dev/null 2>&1 &\nexec ${realPathOf('arecord')} "$@"\n`,
    });
  });
  afterEach(() => {
    programs?.close();
    programs = undefined;
  });
  afterAll(() => {
    fed?.close();
    if (before === undefined) delete process.env['ALSA_CONFIG_PATH'];
    else process.env['ALSA_CONFIG_PATH'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  describeProgram({
    driver: microphone,
    config: { device: 'paced', channels: CHANNELS },
    program: 'arecord',
    package: 'alsa-utils',
  });

  const some = async (config: Section, count: number) => {
    const host = createHost();
    const running = microphone.create('device', configOf(microphone, { channels: CHANNELS, ...QUICK, ...config }));
    await running.start(host, new AbortController().signal);
    await host.until(() => host.frames().length >= count);
    await running.close();
    return host;
  };

  it('is heard as it is', async () => {
    const host = await some({ device: 'recorded' }, 20);
    expect(soundOf(host.frames().slice(0, 20))).toEqual([...samples(20 * 320)]);
  });

  it('has a gap where arecord says that it lost something, between what it wrote before and after', async () => {
    programs = standIn({
      arecord: `head -c 6000 ${folder}/sound.raw\nsleep 0.2\necho 'overrun!!! (at least 50.000 ms long)' >&2\nsleep 0.2\ntail -c +6001 ${folder}/sound.raw\nsleep 9\n`,
    });
    const host = await some({}, 5);
    const frames = host.frames().map(({ device, measurement }) => {
      if (measurement.kind !== 'audio') throw new Error('no sound');
      return [Number(device), measurement.data.length / CHANNELS, measurement.missing];
    });
    expect(frames.slice(0, 4)).toEqual([
      [0, 320, 0],
      [320, 320, 0],
      [640, 110, 0],
      [1550, 320, 800],
    ]);
    expect(soundOf(host.frames().slice(0, 4))).toEqual([...samples(1070)]);
  });

  it('is heard through PipeWire: a stand-in that takes pw-record’s command line', async () => {
    programs = standIn({
      'pw-record': `
while [ $# -gt 0 ]; do
  case "$1" in --rate) r=$2;; --channels) c=$2;; --format) f=$2;; --latency|--target) ;; -) exec cat ${folder}/sound.raw /dev/zero;; *) exit 1;; esac
  shift 2
done
exit 2
`,
    });
    const host = await some({ program: 'pipewire', device: 'alsa_input.usb' }, 20);
    expect(soundOf(host.frames().slice(0, 20))).toEqual([...samples(20 * 320)]);
  });
});
