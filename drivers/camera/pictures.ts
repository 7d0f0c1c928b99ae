import type { PayloadBuffer } from '../../src/contract/index.ts';
import type { DeviceOutput, DeviceSession } from '../../src/device/index.ts';
import { secondsBetween, type Measurement, type Stamp, type StreamId } from '../../src/frame/index.ts';
import type { ContainerListener, Track } from './container.ts';
import { readMatroska } from './matroska.ts';
import { readNut } from './nut.ts';

/** What pictures are made of. */
export interface PictureOptions {
  readonly stream: StreamId;
  readonly container: 'nut' | 'matroska';
  /** What was asked for: what else comes is refused. */
  readonly codec: 'mjpeg' | 'raw';
  /** From presentation time, µs, to the unit of the stream's clock. */
  readonly device: (microseconds: bigint) => bigint;
  /** Time without a whole picture, though bytes come, after which the program is started again, s. */
  readonly patience: number;
  /** A whole picture. */
  readonly measurement: (data: Uint8Array, track: Track) => Measurement;
}

/** Reads pictures from a program's standard output: each is copied once, from the pipe's bytes to where it stays. */
export function createPictures(options: PictureOptions, output: DeviceOutput): DeviceSession {
  const { stream, codec } = options;
  let track: Track | undefined;
  let picture: { readonly payload: PayloadBuffer; readonly time: bigint } | undefined;
  /** The first bytes, or the last whole picture. */
  let lastSense: Stamp | undefined;
  const listener: ContainerListener = {
    track(found) {
      track = found;
      if (found.codec !== codec) output.broken(`it gives ${found.codec}, not ${codec}: see transcode and format`);
    },
    begin(bytes, time) {
      if (track?.codec !== codec) return undefined;
      const payload = output.payload(bytes);
      if (payload === undefined) output.dropped(stream, 'no memory');
      else picture = { payload, time };
      return payload?.data;
    },
    end() {
      if (picture === undefined || track === undefined) return;
      const { payload, time } = picture;
      picture = undefined;
      lastSense = output.received();
      output.frame(stream, options.device(time), options.measurement(payload.data, track), payload);
    },
    malformed(reason) {
      output.dropped(stream, 'malformed');
      output.broken(`what it gives makes no sense: ${reason}`);
    },
  };
  const reader = options.container === 'nut' ? readNut(listener) : readMatroska(listener);
  return {
    bytes(chunk) {
      lastSense ??= output.received();
      reader.push(chunk);
    },
    tick(now) {
      if (lastSense === undefined || secondsBetween(lastSense, now) <= options.patience) return;
      output.broken(`no whole picture in ${options.patience} s, though bytes come`);
    },
    ended() {
      picture?.payload.release();
      picture = undefined;
    },
  };
}

/** Bytes from one row to the next of a raw picture: GStreamer pads its rows. */
export function rowStrideOf(bytes: number, { width, height }: Track, pixelBytes: number): number {
  return Math.max(width * pixelBytes, Math.floor(bytes / Math.max(1, height)));
}
