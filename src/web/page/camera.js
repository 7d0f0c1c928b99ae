/**
 * A panel a camera: there once its first picture has come. Boxes lie over it where something is said to be in it: solid what
 * a detector found, dashed the truth that a scene tells.
 *
 * @typedef {import('./connection.js').ViewHead} ViewHead
 * @typedef {import('./connection.js').Box} Box
 * @typedef {object} Panel
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} picture the canvas and the boxes over it
 * @property {Record<'true' | 'found', HTMLElement[]>} boxes used again and again
 * @property {number} step pixels of the camera for one of the canvas
 */
import { byId, make, write } from './dom.js';

/** @type {Map<string, Panel>} */
const panels = new Map();

/** @param {ViewHead} head @param {DataView} data */
export async function showPicture(head, data) {
  const picture = head.encoding === 'rgb8' ? pixelsOf(head, data) : await decoded(head, data);
  if (picture === undefined) return;
  const panel = panels.get(head.stream) ?? addPanel(head.stream);
  const { canvas } = panel;
  panel.step = head.step ?? 1;
  if (canvas.width !== picture.width) canvas.width = picture.width;
  if (canvas.height !== picture.height) canvas.height = picture.height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  if (picture instanceof ImageData) context.putImageData(picture, 0, 0);
  else context.drawImage(picture, 0, 0);
}

/** @param {ViewHead} head of a scene: boxes by camera stream */
export function showBoxes({ boxes = {} }) {
  for (const [stream, panel] of panels) drawBoxes(panel, 'true', boxes[stream] ?? []);
}

/** @param {import('../../publish/schema/messages.ts').MessageTypes['Detections']} message what a detector found in a picture */
export function showDetections({ stream, objects }) {
  const panel = panels.get(stream);
  if (panel === undefined) return;
  const boxes = objects.map(({ label, score, box: [left, top, right, bottom] }) => ({
    label: `${label} ${(100 * score).toFixed(0)} %`,
    box: /** @type {Box['box']} */ ([left, top, right, bottom]),
  }));
  drawBoxes(panel, 'found', boxes);
}

/**
 * Small copies of what the cameras show now, by stream.
 * @param {number} width pixels
 * @returns {Map<string, HTMLCanvasElement>}
 */
export function thumbnails(width) {
  return new Map([...panels].map(([stream, { canvas }]) => [stream, smaller(canvas, width)]));
}

/**
 * A small copy of a picture.
 * @param {HTMLCanvasElement | ImageBitmap} picture
 * @param {number} width pixels
 */
export function smaller(picture, width) {
  const copy = document.createElement('canvas');
  copy.width = width;
  copy.height = Math.max(1, Math.round((width * picture.height) / Math.max(1, picture.width)));
  copy.getContext('2d')?.drawImage(picture, 0, 0, copy.width, copy.height);
  return copy;
}

/** The daemon began anew, perhaps with other cameras. */
export function clearPictures() {
  byId('cameras').replaceChildren();
  panels.clear();
}

/** @param {Panel} panel @param {'true' | 'found'} kind @param {readonly Box[]} boxes */
function drawBoxes({ canvas, picture, boxes: all, step }, kind, boxes) {
  const elements = all[kind];
  while (elements.length < boxes.length) {
    const element = make('div', `box ${kind}`);
    picture.append(element);
    elements.push(element);
  }
  const across = (/** @type {number} */ pixels) => `${(100 * pixels) / (canvas.width * step)}%`;
  const down = (/** @type {number} */ pixels) => `${(100 * pixels) / (canvas.height * step)}%`;
  elements.forEach((element, index) => {
    element.hidden = index >= boxes.length;
    if (element.hidden) return;
    const {
      label,
      box: [left, top, right, bottom],
    } = boxes[index];
    write(element, label);
    Object.assign(element.style, { left: across(left), top: down(top) });
    Object.assign(element.style, { width: across(right - left), height: down(bottom - top) });
  });
}

/** @param {ViewHead} head @param {DataView} data */
function pixelsOf({ width = 0, height = 0 }, data) {
  if (width * height === 0) return undefined;
  const picture = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let part = 0; part < 3; part++) picture.data[4 * pixel + part] = data.getUint8(3 * pixel + part);
    picture.data[4 * pixel + 3] = 255;
  }
  return picture;
}

/** @param {ViewHead} head @param {DataView} data */
async function decoded({ encoding = '' }, data) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const file = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: `image/${encoding}` });
  // A broken picture is not shown; the one before stays.
  return createImageBitmap(file).catch(() => undefined);
}

/** @param {string} stream */
function addPanel(stream) {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.ariaLabel = `Picture of ${stream}`;
  const picture = make('div', 'picture', canvas);
  const section = make('section', '', make('h2', '', stream), picture);
  section.ariaLabel = `Camera ${stream}`;
  byId('cameras').append(section);
  /** @type {Panel} */
  const panel = { canvas, picture, boxes: { true: [], found: [] }, step: 1 };
  panels.set(stream, panel);
  return panel;
}
