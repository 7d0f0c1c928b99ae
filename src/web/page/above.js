/**
 * The surroundings from above: what lidars see, the robot, how sure it is of its place, and where it has been.
 *
 * @typedef {import('../../publish/schema/geometry.ts').Pose} Pose
 * @typedef {import('../../publish/schema/geometry.ts').FrameTransforms} FrameTransforms
 * @typedef {import('./connection.js').ViewHead} ViewHead
 * @typedef {import('./geometry.js').Planar} Planar
 * @typedef {object} Seen points that one sensor saw
 * @property {Float32Array} points x and y of each, in the robot's own coordinates, m
 * @property {Planar} from where the robot was then
 */
import { secondsOf } from './format.js';
import { ellipseOf, placed, poseAt, rotate, yawOf } from './geometry.js';

/** Metres across, at first, at least and at most. */
const SPAN = { first: 14, least: 2, most: 200 };
/** Poses that are kept to find where the robot was when a scan was taken. */
const HISTORY = 40;
/** Points of the trail, and how far apart they are, m. */
const TRAIL = { most: 1500, apart: 0.03 };
const HERE = { x: 0, y: 0, yaw: 0 };

/**
 * Draws into the canvas whenever something has changed.
 * @param {HTMLCanvasElement} canvas
 */
export function createAbove(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  /** @type {{ at: number, pose: Planar }[]} */
  let history = [];
  /** @type {[number, number][]} */
  let trail = [];
  /** @type {Map<string, Seen>} */
  const seen = new Map();
  /** @type {Map<string, FrameTransforms['transforms'][number]>} */
  const mounts = new Map();
  /** @type {readonly number[] | undefined} */
  let covariance;
  let span = SPAN.first;
  let worldFixed = true;
  let asked = false;
  let described = 0;
  let colours = coloursOf();

  function redraw() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  }

  function draw() {
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const pose = history.at(-1)?.pose ?? HERE;
    const scale = (Math.min(width, height) / span) * ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    // From here on in metres, x to the right and y up; the robot stays in the middle.
    context.translate(canvas.width / 2, canvas.height / 2);
    context.scale(scale, -scale);
    if (!worldFixed) context.rotate(Math.PI / 2 - pose.yaw);
    context.translate(-pose.x, -pose.y);
    drawGrid(pose, scale);
    drawTrail(scale);
    for (const one of seen.values()) drawPoints(one, scale);
    drawRobot(pose);
    drawEllipse(pose, scale);
    drawScale(ratio, scale);
  }

  /** @param {Planar} pose @param {number} scale */
  function drawGrid({ x, y }, scale) {
    const step = span > 40 ? 10 : 1;
    const reach = (Math.hypot(canvas.width, canvas.height) / scale) * 0.5 + step;
    context.beginPath();
    for (let at = Math.ceil((x - reach) / step) * step; at <= x + reach; at += step) {
      context.moveTo(at, y - reach);
      context.lineTo(at, y + reach);
    }
    for (let at = Math.ceil((y - reach) / step) * step; at <= y + reach; at += step) {
      context.moveTo(x - reach, at);
      context.lineTo(x + reach, at);
    }
    stroke(colours.grid, 1 / scale);
  }

  /** @param {number} scale */
  function drawTrail(scale) {
    context.beginPath();
    for (const [x, y] of trail) context.lineTo(x, y);
    context.lineJoin = 'round';
    context.globalAlpha = 0.6;
    stroke(colours.trail, (2.5 * devicePixelRatio) / scale);
    context.globalAlpha = 1;
  }

  /** @param {Seen} one @param {number} scale */
  function drawPoints({ points, from }, scale) {
    const size = (3 * devicePixelRatio) / scale;
    context.fillStyle = colours.lidar;
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = placed(from, points[i], points[i + 1]);
      context.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  /** @param {Planar} pose @param {number} scale */
  function drawEllipse({ x, y }, scale) {
    if (covariance === undefined) return;
    const { major, minor, angle } = ellipseOf(covariance);
    context.beginPath();
    // Never thinner than can be seen.
    const least = (1.5 * devicePixelRatio) / scale;
    context.ellipse(x, y, Math.max(major, least), Math.max(minor, least), angle, 0, 2 * Math.PI);
    context.fillStyle = colours.ellipse;
    context.globalAlpha = 0.25;
    context.fill();
    context.globalAlpha = 1;
    stroke(colours.ellipse, (1.5 * devicePixelRatio) / scale);
  }

  /** @param {Planar} pose */
  function drawRobot(pose) {
    context.beginPath();
    const outline = [
      [0.3, 0],
      [-0.2, 0.18],
      [-0.1, 0],
      [-0.2, -0.18],
    ];
    for (const [x, y] of outline) context.lineTo(...placed(pose, x, y));
    context.closePath();
    context.fillStyle = colours.ink;
    context.globalAlpha = 0.6;
    context.fill();
    context.globalAlpha = 1;
  }

  /** @param {number} ratio @param {number} scale */
  function drawScale(ratio, scale) {
    const metres = span > 40 ? 10 : 1;
    const [x, y] = [12 * ratio, canvas.height - 12 * ratio];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + metres * scale, y);
    stroke(colours.ink, 2 * ratio);
    context.fillStyle = colours.ink;
    context.font = `${12 * ratio}px system-ui, sans-serif`;
    context.fillText(`${metres} m`, x, y - 6 * ratio);
  }

  /** @param {string} colour @param {number} width */
  function stroke(colour, width) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }

  /** What the picture shows, in words, once a second. */
  function describe() {
    const now = performance.now();
    if (now - described < 1000) return;
    described = now;
    const pose = history.at(-1)?.pose;
    const points = [...seen.values()].reduce((sum, one) => sum + one.points.length / 2, 0);
    const where = pose === undefined ? 'no pose yet' : `robot at x ${pose.x.toFixed(1)} m, y ${pose.y.toFixed(1)} m`;
    const come = (trail.length * TRAIL.apart).toFixed(1);
    canvas.ariaLabel = `The surroundings from above: ${where}, ${points} points around it, a trail of ${come} m`;
  }

  new ResizeObserver(redraw).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    colours = coloursOf();
    redraw();
  });

  return {
    /** @param {Pose} message */
    pose({ timestamp, pose: { position, orientation }, covariance: its }) {
      const pose = { x: position.x, y: position.y, yaw: yawOf(orientation) };
      history.push({ at: secondsOf(timestamp), pose });
      if (history.length > HISTORY) history.shift();
      covariance = its;
      const last = trail.at(-1);
      if (last === undefined || Math.hypot(pose.x - last[0], pose.y - last[1]) >= TRAIL.apart) {
        trail.push([pose.x, pose.y]);
        if (trail.length > TRAIL.most) trail.shift();
      }
      describe();
      redraw();
    },
    /** @param {FrameTransforms} message */
    transforms({ transforms }) {
      for (const transform of transforms) mounts.set(transform.child_frame_id, transform);
    },
    /** @param {ViewHead} head @param {DataView} data */
    scan(head, data) {
      const points = head.kind === 'scan' ? raysOf(head, data) : data;
      const mounted = inBase(points, mounts.get(head.frame_id));
      seen.set(head.stream, { points: mounted, from: poseAt(history, head.received) ?? HERE });
      describe();
      redraw();
    },
    /** The daemon began anew: what was is of another world. */
    clear() {
      history = [];
      trail = [];
      seen.clear();
      mounts.clear();
      covariance = undefined;
      redraw();
    },
    /** @param {boolean} isFixed what stands still: the world, or the robot */
    setWorldFixed(isFixed) {
      worldFixed = isFixed;
      redraw();
    },
    /** @param {number} factor above 1: shows more */
    zoom(factor) {
      span = Math.min(SPAN.most, Math.max(SPAN.least, span * factor));
      redraw();
    },
  };
}

/**
 * The ends of the rays that came back, x, y, z in the sensor.
 * @param {ViewHead} head
 * @param {DataView} ranges 32-bit floats, 0 where nothing came back
 */
function raysOf({ angleMin = 0, angleIncrement = 0 }, ranges) {
  const points = [];
  for (let ray = 0; ray < ranges.byteLength / 4; ray++) {
    const range = ranges.getFloat32(4 * ray, true);
    const angle = angleMin + ray * angleIncrement;
    if (range > 0) points.push(range * Math.cos(angle), range * Math.sin(angle), 0);
  }
  return new DataView(Float32Array.from(points).buffer);
}

/**
 * x and y in the robot's own coordinates.
 * @param {DataView} points x, y, z in the sensor, 32-bit floats
 * @param {FrameTransforms['transforms'][number] | undefined} mount of the sensor; unknown: at the base
 */
function inBase(points, mount) {
  const result = new Float32Array((points.byteLength / 12) * 2);
  for (let i = 0; i < result.length / 2; i++) {
    const at = 12 * i;
    const point = {
      x: points.getFloat32(at, true),
      y: points.getFloat32(at + 4, true),
      z: points.getFloat32(at + 8, true),
    };
    const turned = mount === undefined ? point : rotate(mount.rotation, point);
    result[2 * i] = turned.x + (mount?.translation.x ?? 0);
    result[2 * i + 1] = turned.y + (mount?.translation.y ?? 0);
  }
  return result;
}

function coloursOf() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: colour('ground'),
    grid: colour('line'),
    ink: colour('ink'),
    lidar: colour('lidar'),
    trail: colour('trail'),
    ellipse: colour('ellipse'),
  };
}
