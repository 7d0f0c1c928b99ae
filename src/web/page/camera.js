/**
 * A panel a camera: there once its first picture has come.
 *
 * @typedef {import('./connection.js').ViewHead} ViewHead
 */
import { byId, make } from './dom.js';

/** @type {Map<string, HTMLCanvasElement>} */
const canvases = new Map();

/** @param {ViewHead} head @param {DataView} data */
export async function showPicture(head, data) {
  const picture = head.encoding === 'rgb8' ? pixelsOf(head, data) : await decoded(head, data);
  if (picture === undefined) return;
  const canvas = canvases.get(head.stream) ?? addPanel(head.stream);
  if (canvas.width !== picture.width) canvas.width = picture.width;
  if (canvas.height !== picture.height) canvas.height = picture.height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  if (picture instanceof ImageData) context.putImageData(picture, 0, 0);
  else context.drawImage(picture, 0, 0);
}

/** The daemon began anew, perhaps with other cameras. */
export function clearPictures() {
  byId('cameras').replaceChildren();
  canvases.clear();
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
  const panel = make('section', '', make('h2', '', stream), canvas);
  panel.ariaLabel = `Camera ${stream}`;
  byId('cameras').append(panel);
  canvases.set(stream, canvas);
  return canvas;
}
