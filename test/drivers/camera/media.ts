import { spawnSync } from 'node:child_process';

/** What a program writes to its standard output. */
export function outputOf(command: string, args: readonly string[]): Buffer {
  const { stdout, status, stderr } = spawnSync(command, args, { maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command}: ${stderr.toString()}`);
  return stdout;
}

/** Pictures of a moving pattern, 64 x 48, thirty a second, as ffmpeg writes them. */
export function ffmpegPictures(seconds: number, codec: readonly string[], container: readonly string[]): Buffer {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=30', '-t', `${seconds}`];
  return outputOf('ffmpeg', ['-v', 'error', '-nostdin', ...source, ...codec, '-f', ...container, 'pipe:1']);
}

export const MJPEG = ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'] as const;
export const NUT = ['nut', '-write_index', '0'] as const;
export const MATROSKA = ['matroska', '-live', '1'] as const;

/** Frames of a moving pattern as GStreamer writes them in Matroska, without sizes. */
export function gstreamerPictures(count: number, codec: readonly string[]): Buffer {
  const source = ['videotestsrc', `num-buffers=${count}`, '!', 'video/x-raw,width=64,height=48,framerate=30/1'];
  const sink = ['!', 'matroskamux', 'streamable=true', '!', 'fdsink', 'fd=1'];
  return outputOf('gst-launch-1.0', ['-q', ...source, ...codec, ...sink]);
}
