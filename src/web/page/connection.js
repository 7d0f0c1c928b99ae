/**
 * The WebSocket, opened again whenever it is lost.
 *
 * @typedef {object} ViewHead what stands before the data of a view (src/web/views.ts)
 * @property {string} stream
 * @property {'scan' | 'cloud' | 'image' | 'audio' | 'scene'} kind
 * @property {string} frame_id coordinate frame of the sensor
 * @property {number} received Unix time, s
 * @property {number} [angleMin] rad
 * @property {number} [angleIncrement] rad
 * @property {string} [encoding]
 * @property {number} [width] pixels
 * @property {number} [height] pixels
 * @property {number} [step] pixels of the camera for one of the picture's
 * @property {number} [channels]
 * @property {Readonly<Record<string, readonly Box[]>>} [boxes] by camera stream
 *
 * @typedef {{ label: string, box: readonly [number, number, number, number] }} Box left, top, right, bottom, pixels
 *
 * @typedef {object} Listener
 * @property {(topic: string, message: unknown) => void} message a topic's latest message
 * @property {(head: ViewHead, data: DataView) => void} view a scan, a picture, …
 * @property {(isOpen: boolean) => void} link the connection has come or gone
 */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/**
 * Connects, and goes on doing so.
 * @param {Listener} listener
 * @returns {(message: object) => boolean} says something; false where there is no connection
 */
export function connect(listener) {
  let wait = FIRST_WAIT_MS;
  /** @type {WebSocket | undefined} */
  let current;

  function open() {
    const socket = new WebSocket(`ws://${location.host}/live`);
    current = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      wait = FIRST_WAIT_MS;
      listener.link(true);
    });
    socket.addEventListener('message', ({ data }) => take(data));
    socket.addEventListener('close', () => {
      listener.link(false);
      setTimeout(open, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    });
  }

  /** @param {string | ArrayBuffer} data */
  function take(data) {
    if (typeof data === 'string') {
      const batch = /** @type {[string, unknown][]} */ (JSON.parse(data));
      for (const [topic, message] of batch) listener.message(topic, message);
      return;
    }
    const length = new DataView(data).getUint32(0, true);
    const text = new TextDecoder().decode(new Uint8Array(data, 4, length));
    const head = /** @type {ViewHead} */ (JSON.parse(text));
    listener.view(head, new DataView(data, 4 + length));
  }

  open();
  return (message) => {
    if (current?.readyState !== WebSocket.OPEN) return false;
    current.send(JSON.stringify(message));
    return true;
  };
}
