import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Track } from '../../../drivers/camera/container.ts';
import { writeMatroska, writeNut } from '../../../drivers/camera/emulated/containers.ts';
import { readMatroska } from '../../../drivers/camera/matroska.ts';
import { readNut } from '../../../drivers/camera/nut.ts';
import { inspectPicture } from '../../../src/perception/image/compressed.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { ffmpegPictures, gstreamerPictures, MATROSKA, MJPEG, NUT } from './media.ts';

const SECONDS = 2;
const COUNT = 30 * SECONDS;
const SIZE = { width: 64, height: 48 };

interface Frame {
  readonly time: bigint;
  readonly length: number;
  /** Of its bytes. */
  readonly digest: string;
}

function reading(read: typeof readNut) {
  const tracks: Track[] = [];
  const frames: Frame[] = [];
  const malformed: string[] = [];
  const pictures: Uint8Array[] = [];
  let begun: { readonly time: bigint; readonly data: Uint8Array } | undefined;
  const { push } = read({
    track: ({ codec, width, height }) => tracks.push({ codec, width, height }),
    begin(bytes, time) {
      begun = { time, data: new Uint8Array(bytes) };
      return begun.data;
    },
    end() {
      if (begun === undefined) return;
      const { time, data } = begun;
      pictures.push(data);
      frames.push({ time, length: data.length, digest: createHash('sha1').update(data).digest('hex') });
    },
    malformed: (reason) => malformed.push(reason),
  });
  return { push, tracks, frames, pictures, malformed };
}

const whole = (read: typeof readNut, bytes: Uint8Array) => {
  const all = reading(read);
  all.push(bytes);
  return all;
};

/** Bytes that real programs wrote, what reads them, and what is in them. */
const cases = [
  { name: 'MJPEG in NUT by ffmpeg', read: readNut, codec: 'mjpeg', make: () => ffmpegPictures(SECONDS, MJPEG, NUT) },
  {
    name: 'MJPEG in Matroska by ffmpeg',
    read: readMatroska,
    codec: 'mjpeg',
    make: () => ffmpegPictures(SECONDS, MJPEG, MATROSKA),
  },
  {
    name: 'MJPEG in Matroska by GStreamer',
    read: readMatroska,
    codec: 'mjpeg',
    make: () => gstreamerPictures(COUNT, ['!', 'jpegenc']),
  },
  {
    name: 'RGB in NUT by ffmpeg',
    read: readNut,
    codec: 'raw',
    bytes: 9216,
    make: () => ffmpegPictures(SECONDS, ['-c:v', 'rawvideo', '-pix_fmt', 'rgb24'], NUT),
  },
  {
    name: 'depth in NUT by ffmpeg',
    read: readNut,
    codec: 'raw',
    bytes: 6144,
    make: () => ffmpegPictures(SECONDS, ['-c:v', 'rawvideo', '-pix_fmt', 'gray16le'], NUT),
  },
  {
    name: 'YUV in NUT by ffmpeg',
    read: readNut,
    codec: 'raw',
    bytes: 6144,
    make: () => ffmpegPictures(SECONDS, ['-c:v', 'rawvideo', '-pix_fmt', 'yuyv422'], NUT),
  },
  {
    name: 'grey in Matroska by GStreamer',
    read: readMatroska,
    codec: 'raw',
    bytes: 3072,
    make: () => gstreamerPictures(COUNT, ['!', 'videoconvert', '!', 'video/x-raw,format=GRAY8']),
  },
];

describeWithTools(['ffmpeg', 'gst-launch-1.0'], 'containers', () => {
  for (const { name, read, codec, bytes, make } of cases) {
    const media = make();
    const expected = whole(read, media);

    it(`reads ${name}`, () => {
      expect([expected.tracks, expected.malformed]).toEqual([[{ codec, ...SIZE }], []]);
      expect(expected.frames).toHaveLength(COUNT);
      for (const data of expected.pictures) {
        if (bytes === undefined) expect(inspectPicture(data)).toEqual({ format: 'jpeg', ...SIZE });
        else expect(data.length).toBe(bytes);
      }
      const [first, last] = [expected.frames[0].time, expected.frames[COUNT - 1].time];
      expect(Math.abs(Number(last - first) / 1e6 - (COUNT - 1) / 30)).toBeLessThan(0.001);
    });

    it(`reads the same ${name} however it is cut`, () => {
      fc.assert(
        fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 5000 })), (lengths) => {
          const all = reading(read);
          for (let at = 0; at < media.length;) {
            const length = lengths.next().value as number;
            all.push(Uint8Array.from(media.subarray(at, at + length)));
            at += length;
          }
          expect(all.frames).toEqual(expected.frames);
        }),
        { numRuns: 10 },
      );
      const single = reading(read);
      for (const byte of media.subarray(0, 20_000)) single.push(Uint8Array.of(byte));
      expect(single.frames.length).toBeGreaterThan(1);
      expect(single.frames).toEqual(expected.frames.slice(0, single.frames.length));
    });

    it(`finds ${name} again after garbage`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(media.length), (garbage, cut) => {
          const all = reading(read);
          all.push(media.subarray(0, cut));
          all.push(garbage);
          // Garbage may look like a frame of any size that is allowed, and the next beginning lie within.
          for (let i = 0; i < 3; i += 1) all.push(media);
          expect(all.frames.slice(-COUNT)).toEqual(expected.frames);
        }),
        { numRuns: 50 },
      );
    });
  }

  it('refuses a frame without an end before anybody takes memory for it', () => {
    const media = ffmpegPictures(0.1, MJPEG, MATROSKA);
    const block = media.indexOf(Buffer.from('1f43b675', 'hex'));
    const endless = Buffer.from('1f43b67501ffffffffffffffe78100a30100010000000000810000', 'hex');
    const all = whole(readMatroska, Buffer.concat([media.subarray(0, block), endless, Buffer.alloc(100_000)]));
    expect([all.frames.length, all.malformed]).toEqual([0, ['a frame of 1099511627772 bytes']]);
    const unknown = Buffer.from('1f43b67501ffffffffffffffe78100a301ffffffffffffff81000080', 'hex');
    expect(whole(readMatroska, Buffer.concat([media.subarray(0, block), unknown])).malformed).toHaveLength(1);
  });

  it('refuses headers without an end', () => {
    const tracks = Buffer.from('1654ae6b01000000ffffffff', 'hex');
    expect(whole(readMatroska, tracks).malformed).toEqual(['a header without an end']);
    const main = Buffer.concat([
      Buffer.from('nut/multimedia container\0'),
      Buffer.from('4e4d7a561f5f04ad8fffff7f00000000', 'hex'),
    ]);
    expect(whole(readNut, Buffer.concat([main, Buffer.alloc(64)])).malformed).toEqual(['a header without an end']);
  });

  it('takes no memory for pictures larger than there are', () => {
    const track = { width: 8193, height: 16, fourcc: 'MJPG' };
    for (const [read, write] of [
      [readNut, writeNut],
      [readMatroska, writeMatroska],
    ] as const) {
      const huge = write(track);
      const all = whole(read, Buffer.concat([huge.begin(), huge.frame(new Uint8Array(100), 0)]));
      expect([all.tracks, all.frames]).toEqual([[], []]);
      const largest = write({ ...track, width: 8192 });
      expect(whole(read, Buffer.concat([largest.begin(), largest.frame(new Uint8Array(100), 0)])).frames).toHaveLength(
        1,
      );
    }
  });

  it('finds the next syncpoint where a frame of NUT is damaged', () => {
    const media = ffmpegPictures(SECONDS, MJPEG, NUT);
    const damaged = Uint8Array.from(media);
    const syncpoint = media.indexOf(Buffer.from('4e4be4adeeca4569', 'hex'), 20_000);
    damaged[syncpoint + 9] ^= 0x10;
    const all = whole(readNut, damaged);
    expect(all.malformed).toEqual(['checksum']);
    expect(all.frames.length).toBeGreaterThan(COUNT / 2);
    expect(all.frames.at(-1)).toEqual(whole(readNut, media).frames.at(-1));
  });
});
