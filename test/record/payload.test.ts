import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAudioCommon } from '../../src/record/ros/audio-common.ts';
import { compressedPictureOf, pictureOf } from '../../src/record/ros/payload.ts';

describe('pictures', () => {
  it.each([
    ['jpeg', 'jpeg'],
    ['jpg', 'jpeg'],
    ['png', 'png'],
    ['rgb8; jpeg compressed bgr8', 'jpeg'],
    ['mono16; png compressed ', 'png'],
    ['webp', 'webp'],
  ])('of format "%s" are %s', (format, encoding) => {
    expect(compressedPictureOf(format, new Uint8Array([1]))).toEqual({
      kind: 'image',
      encoding,
      data: new Uint8Array([1]),
    });
  });

  it('with a header of their own before the file are not read', () => {
    expect(() => compressedPictureOf('16UC1; compressedDepth png', new Uint8Array(20))).toThrow('not read');
  });

  it('are read exactly where all of their rows lie within their bytes', () => {
    const encodings = { rgb8: 3, bgra8: 4, mono8: 1, mono16: 2, '32FC1': 4, '8UC3': 3, bayer_rggb8: 1, yuv422: 2 };
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.entries(encodings)),
        fc.oneof(fc.nat(4), fc.nat(70_000)),
        fc.oneof(fc.nat(4), fc.nat(70_000)),
        fc.oneof(fc.nat(16), fc.nat(300_000)),
        fc.oneof(fc.nat(64), fc.nat(100_000)),
        ([encoding, pixel], width, height, step, bytes) => {
          const row = width * pixel;
          // What would pad the last row may be left out.
          const fits = width > 0 && height > 0 && step >= row && step * (height - 1) + row <= bytes;
          const read = () =>
            pictureOf({ width, height, encoding, step, bigEndian: false, data: new Uint8Array(bytes) });
          if (fits) expect(read()).toMatchObject({ width, height, rowStride: step });
          else expect(read).toThrow(/a picture of/);
        },
      ),
    );
  });
});

describe('sound of audio_common', () => {
  const info = { channels: 1, sample_rate: 16_000, sample_format: 'S16LE', bitrate: 128, coding_format: 'wave' };
  const block = { data: new Uint8Array([1, 0, 255, 255]) };
  const decode = (audio: ReturnType<typeof createAudioCommon>, message: object, type = 'AudioData') =>
    audio.decoderOf('/mic/audio', `audio_common_msgs/${type}`)?.decode(message as never);

  it('is read by what the topic beside it says', () => {
    const audio = createAudioCommon();
    audio.info('/mic/audio_info', info);
    const measurement = { kind: 'audio', sampleRate: 16_000, channels: 1, data: new Int16Array([1, -1]), missing: 0 };
    expect(decode(audio, block)).toEqual(measurement);
    expect(decode(audio, { audio: block }, 'AudioDataStamped')).toEqual(measurement);
  });

  it('is not guessed', () => {
    const audio = createAudioCommon();
    expect(() => decode(audio, block)).toThrow('says what the bytes are');
    audio.info('/mic/audio_info', { ...info, coding_format: 'mp3' });
    expect(() => decode(audio, block)).toThrow('sound of format mp3 S16LE');
    expect(audio.decoderOf('/mic/audio', 'sensor_msgs/Imu')).toBeUndefined();
  });
});
