import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import { childrenOf } from '../pipeline/process.ts';
import { scratchFolder } from '../scratch.ts';
import { watchDaemon, type WatchedFigures } from './watch.ts';

/** What it costs to take a camera's JPEGs in and pass them on undecoded. */
export interface PassThroughFigures {
  /** Processor time of the daemon's process, of one core; ffmpeg is not counted. */
  readonly mjpegCpuPercent: number;
  readonly picturesPerSecond: number;
  readonly bytesPerPicture: number;
}

/** The camera: 1280x720 at 30 Hz, JPEGs of about 120 kB: a moving pattern with the noise of a sensor. */
const RATE = 30;
const FILM_SECONDS = 5;
const FILM = [
  ...[
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=1280x720:rate=${RATE}`,
    '-vf',
    'noise=alls=12:allf=t',
    '-t',
    `${FILM_SECONDS}`,
  ],
  ...['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '6', '-f', 'nut'],
];
/**
 * Runs a daemon in a process of its own that reads a camera: a film of JPEGs that ffmpeg plays at its own pace, untouched.
 * @param main the program `sensorium`
 * @param seconds how long it is watched
 * @param progress told of the share done
 * @throws SensoriumError E_DRIVER where ffmpeg is missing
 */
export async function benchPassThrough(
  main: string,
  seconds: number,
  progress: (share: number) => void,
): Promise<PassThroughFigures> {
  const folder = scratchFolder();
  try {
    const film = join(folder, 'film.nut');
    const made = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', ...FILM, film]);
    if (made.status !== 0)
      throw new SensoriumError('E_DRIVER', 'no program "ffmpeg": install the package ffmpeg', { path: 'ffmpeg' });
    const config = join(folder, 'camera.json');
    const camera = { driver: 'camera', kind: 'file', path: film, transcode: false, rate: RATE };
    const quiet = { publish: { mqtt: { enabled: false } }, web: { enabled: false } };
    writeFileSync(config, JSON.stringify({ sources: { camera }, ...quiet }));
    const bytesPerPicture = statSync(film).size / (RATE * FILM_SECONDS);
    const { cpuPercent, framesPerSecond } = await watch(main, config, seconds, progress);
    return { mjpegCpuPercent: cpuPercent, picturesPerSecond: framesPerSecond, bytesPerPicture };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(
  main: string,
  config: string,
  seconds: number,
  progress: (share: number) => void,
): Promise<WatchedFigures> {
  const args = [main, 'run', '--config', config, '--json', '--log-level', 'silent'];
  const daemon = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(daemon, 'close');
  try {
    return await watchDaemon(daemon, seconds, progress, (pid) => childrenOf(pid, 'ffmpeg')[0]);
  } finally {
    daemon.kill('SIGTERM');
    await ended;
  }
}
