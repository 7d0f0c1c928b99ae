import { SensoriumError } from '../../src/contract/index.ts';

/** Where pictures come from. */
export const KINDS = ['v4l2', 'rtsp', 'rpicam', 'csi', 'file', 'test'] as const;
/** `mjpeg` stays compressed until somebody needs pixels; the others are raw. */
export const FORMATS = ['mjpeg', 'rgb8', 'mono8', 'yuv422'] as const;

/** What is asked of a camera's program. */
export interface PictureRequest {
  readonly program: 'ffmpeg' | 'gstreamer';
  readonly kind: (typeof KINDS)[number];
  readonly device: string;
  readonly url?: string;
  readonly path?: string;
  readonly sensor: number;
  readonly width?: number;
  readonly height?: number;
  readonly rate: number;
  /** `z16` for depth. */
  readonly format: (typeof FORMATS)[number] | 'z16';
  readonly transcode?: boolean;
}

/** A program that gives pictures on its standard output. */
export interface PictureCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Debian's package. */
  readonly package: string;
  readonly container: 'nut' | 'matroska';
}

/** Names of the pixel formats. */
const FFMPEG_PIXELS = { rgb8: 'rgb24', mono8: 'gray', yuv422: 'yuyv422', z16: 'gray16le' } as const;
const GSTREAMER_PIXELS = { rgb8: 'RGB', mono8: 'GRAY8', yuv422: 'YUY2', z16: 'GRAY16_LE' } as const;

/** Quantiser of JPEGs that are made here: 2 (best, large) to 31. 4 is hardly told from the original. */
const QUALITY = '4';
/** Size of what has none of its own. */
const USUAL = { width: 1280, height: 720 } as const;

/**
 * The command line for some pictures.
 * @throws SensoriumError E_CONFIG_* for what cannot be had
 */
export function commandOf(request: PictureRequest): PictureCommand {
  const { kind, program, width, height } = request;
  if ((width === undefined) !== (height === undefined)) {
    throw new SensoriumError('E_CONFIG_CONFLICT', 'expected width and height, or neither of them', { path: 'width' });
  }
  if (kind === 'rpicam') return rpicam(request);
  return program === 'gstreamer' || kind === 'csi' ? gstreamer(request) : ffmpeg(request);
}

/** Whether the pictures are made anew: raw ones always, and those of sources that seldom give MJPEG. */
function isMade({ kind, format, transcode }: PictureRequest): boolean {
  return format !== 'mjpeg' || (transcode ?? (kind === 'rtsp' || kind === 'file' || kind === 'test'));
}

function ffmpeg(request: PictureRequest): PictureCommand {
  const { kind, format, width, height } = request;
  // A camera that gives what is asked for is not touched.
  const isAsItComes = kind === 'v4l2' && (format === 'yuv422' || format === 'z16');
  const isCopied = isAsItComes || !isMade(request);
  const size = width === undefined || kind === 'v4l2' || kind === 'test' ? [] : ['-s', `${width}x${height}`];
  if (isCopied && size.length > 0) {
    throw new SensoriumError(
      'E_CONFIG_CONFLICT',
      `pictures of a ${kind} source keep their size unless transcode is true`,
      {
        path: 'width',
      },
    );
  }
  const codec =
    format === 'mjpeg'
      ? ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', QUALITY, '-threads', '1']
      : ['-c:v', 'rawvideo', '-pix_fmt', FFMPEG_PIXELS[format]];
  return {
    command: 'ffmpeg',
    package: 'ffmpeg',
    container: 'nut',
    args: [
      ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning', '-copyts'],
      ...ffmpegInput(request),
      ...['-map', '0:v:0'],
      // A time base of its own: the encoders' is one over the rate, too coarse for a picture's time.
      ...(isCopied ? ['-c', 'copy'] : [...size, ...codec, '-enc_time_base', '1:1000000']),
      ...['-f', 'nut', '-write_index', '0', '-flush_packets', '1', 'pipe:1'],
    ],
  };
}

function ffmpegInput(request: PictureRequest): string[] {
  const { kind, device, format, width, height, rate } = request;
  switch (kind) {
    case 'v4l2': {
      const asked = { mjpeg: 'mjpeg', yuv422: 'yuyv422', z16: 'gray16le', rgb8: undefined, mono8: undefined }[format];
      return [
        // The kernel's time of each picture, brought from its monotonic clock to the time of day.
        ...['-f', 'v4l2', '-timestamps', 'mono2abs'],
        ...(asked === undefined ? [] : ['-input_format', asked]),
        ...(width === undefined ? [] : ['-video_size', `${width}x${height}`]),
        ...['-framerate', `${rate}`, '-i', device],
      ];
    }
    case 'rtsp':
      return ['-fflags', 'nobuffer', '-rtsp_transport', 'tcp', '-i', given(request, 'url')];
    case 'file':
      return ['-re', '-stream_loop', '-1', '-i', given(request, 'path')];
    default:
      return ['-re', '-f', 'lavfi', '-i', `testsrc2=size=${sizeOf(request)}:rate=${rate}`];
  }
}

function gstreamer(request: PictureRequest): PictureCommand {
  const { kind, format } = request;
  if (format === 'z16')
    throw new SensoriumError('E_CONFIG_CONFLICT', 'depth is had through ffmpeg only', { path: 'program' });
  const isCsi = kind === 'csi';
  const encoder = isCsi ? 'nvjpegenc' : 'jpegenc';
  const convert = isCsi ? ['nvvidconv', '!', 'videoconvert'] : ['videoconvert'];
  const tail =
    !isMade(request) && !isCsi
      ? []
      : format === 'mjpeg'
        ? [...(isCsi ? [] : ['!', ...convert]), '!', encoder]
        : ['!', ...convert, '!', `video/x-raw,format=${GSTREAMER_PIXELS[format]}`];
  return {
    command: 'gst-launch-1.0',
    package: 'gstreamer1.0-tools gstreamer1.0-plugins-good',
    container: 'matroska',
    args: ['-q', ...gstreamerInput(request), ...tail, '!', 'matroskamux', 'streamable=true', '!', 'fdsink', 'fd=1'],
  };
}

function gstreamerInput(request: PictureRequest): string[] {
  const { kind, device, format, width, height, rate, sensor } = request;
  const framerate = Number.isInteger(rate) ? `${rate}/1` : `${Math.round(rate * 1000)}/1000`;
  const size = width === undefined ? '' : `,width=${width},height=${height}`;
  const fixed = width === undefined ? `,width=${USUAL.width},height=${USUAL.height}` : size;
  switch (kind) {
    case 'v4l2': {
      const type = format === 'mjpeg' && !isMade(request) ? 'image/jpeg' : 'video/x-raw';
      return ['v4l2src', `device=${device}`, '!', `${type}${size},framerate=${framerate}`];
    }
    case 'rtsp': {
      const source = ['rtspsrc', `location=${given(request, 'url')}`, 'latency=0', 'protocols=tcp', '!'];
      return isMade(request) ? [...source, 'decodebin'] : [...source, 'rtpjpegdepay'];
    }
    case 'csi':
      return [
        'nvarguscamerasrc',
        `sensor-id=${sensor}`,
        '!',
        `video/x-raw(memory:NVMM),format=NV12${fixed},framerate=${framerate}`,
      ];
    case 'file':
      return ['filesrc', `location=${given(request, 'path')}`, '!', 'decodebin', '!', 'identity', 'sync=true'];
    default:
      return ['videotestsrc', 'is-live=true', '!', `video/x-raw${fixed},framerate=${framerate}`];
  }
}

/** After rpicam-apps: its libav encoder hands each picture's time on, its own JPEG encoder does not. */
function rpicam(request: PictureRequest): PictureCommand {
  const { format, rate, sensor, width = USUAL.width, height = USUAL.height } = request;
  if (format !== 'mjpeg') {
    throw new SensoriumError('E_CONFIG_CONFLICT', `a Raspberry Pi camera gives mjpeg, not ${format}`, {
      path: 'format',
    });
  }
  return {
    command: 'rpicam-vid',
    package: 'rpicam-apps',
    container: 'nut',
    args: [
      ...['--timeout', '0', '--nopreview', '--camera', `${sensor}`],
      ...['--width', `${width}`, '--height', `${height}`, '--framerate', `${rate}`],
      ...['--codec', 'libav', '--libav-format', 'nut', '--libav-video-codec', 'mjpeg'],
      ...['--libav-video-codec-opts', `strict=unofficial;qmin=${QUALITY};qmax=${QUALITY}`, '--output', '-'],
    ],
  };
}

function sizeOf({ width = USUAL.width, height = USUAL.height }: PictureRequest): string {
  return `${width}x${height}`;
}

function given(request: PictureRequest, key: 'url' | 'path'): string {
  const value = request[key];
  if (value === undefined) {
    throw new SensoriumError('E_CONFIG_MISSING', `expected where the pictures of a ${request.kind} source are`, {
      path: key,
    });
  }
  return value;
}
