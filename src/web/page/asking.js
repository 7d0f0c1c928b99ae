/**
 * Questions that people type, and what comes of them, the latest first. A picture beside an answer is what the camera showed when it was
 * asked, or what the memory kept.
 *
 * @typedef {import('../../publish/schema/messages.ts').MessageTypes['Reply']} Reply
 * @typedef {object} Waiting
 * @property {HTMLElement} line
 * @property {HTMLElement} text
 * @property {HTMLElement} pictures
 * @property {Map<string, HTMLCanvasElement>} views what the cameras showed
 */
import { smaller, thumbnails } from './camera.js';
import { byId, make, write } from './dom.js';

/** Lines that are kept, and pictures beside one. */
const MOST = 20;
const MOST_PICTURES = 4;
/** Pixels across. */
const WIDTH = 96;

/**
 * What each verb takes of what was typed.
 * @type {Readonly<Record<string, (typed: string) => object>>}
 */
const ARGUMENTS = {
  ask: (question) => ({ question }),
  find: (words) => ({ words, top: MOST_PICTURES }),
  describe: () => ({}),
  teach: (name) => ({ name }),
  watch: (words) => ({ words }),
  unwatch: (name) => ({ name }),
  imagine: (words) => ({ words }),
  progress: (goal) => ({ goal }),
};

/** @type {Map<string, Waiting>} */
const waiting = new Map();

/**
 * Begins to listen to what people type.
 * @param {(message: object) => boolean} send
 */
export function startAsking(send) {
  const words = /** @type {HTMLInputElement} */ (byId('words'));
  byId('question').addEventListener('submit', (event) => {
    event.preventDefault();
    const by = /** @type {SubmitEvent} */ (event).submitter;
    const verb = by instanceof HTMLButtonElement ? by.value : 'ask';
    const typed = words.value.trim();
    if (typed === '' && verb !== 'describe') return words.focus();
    const id = `page-${crypto.randomUUID()}`;
    const its = addLine(id, verb === 'describe' ? 'describe' : typed);
    if (send({ verb, args: { ...ARGUMENTS[verb]?.(typed), id } })) words.select();
    else tell(its, 'bad', 'no daemon');
  });
}

/**
 * What came of a question of this page; others are passed over.
 * @param {Reply} reply
 */
export async function showReply({ id = '', status, what, said, answer, lesson, imagined, progress }) {
  const its = waiting.get(id);
  if (its === undefined) return;
  waiting.delete(id);
  const told = said ?? progress;
  tell(its, status === 'refused' ? 'bad' : told?.cannot_tell === undefined ? 'plain' : 'warn', told?.prose ?? what);
  const seen = told?.senses.filter(({ sense, state }) => sense === 'sight' && state === 'well') ?? [];
  const live = answer?.found.filter(({ from }) => from === 'live') ?? [];
  const taught = lesson?.learnt?.stream;
  for (const stream of new Set([
    ...[...seen, ...live].map((one) => one.stream),
    ...(taught === undefined ? [] : [taught]),
  ])) {
    const view = its.views.get(stream);
    if (view !== undefined) addPicture(its, view, stream);
  }
  if (imagined !== undefined) addPicture(its, await decoded(imagined.picture), 'what is wanted');
  for (const { thumbnail, stream, age } of answer?.found ?? []) {
    if (thumbnail !== undefined) addPicture(its, await decoded(thumbnail), `${stream}, ${age.toFixed(0)} s ago`);
  }
}

/** The daemon began anew: nobody answers any more. */
export function clearAnswers() {
  waiting.clear();
  byId('answers').replaceChildren();
}

/** @param {string} id @param {string} question @returns {Waiting} */
function addLine(id, question) {
  const text = make('span', '', '…');
  const pictures = make('div', 'thumbnails');
  const line = make('li', '', make('strong', '', question), text, pictures);
  const its = { line, text, pictures, views: thumbnails(WIDTH) };
  waiting.set(id, its);
  const list = byId('answers');
  list.prepend(line);
  if (list.childElementCount > MOST) list.lastElementChild?.remove();
  for (const oldest of waiting.keys()) if (waiting.size > MOST) waiting.delete(oldest);
  return its;
}

/** @param {Waiting} its @param {string} tone @param {string} text */
function tell({ line, text: element }, tone, text) {
  line.dataset['state'] = tone;
  write(element, text);
}

/** @param {Waiting} its @param {HTMLCanvasElement | undefined} picture @param {string} name */
function addPicture({ pictures }, picture, name) {
  if (picture === undefined || pictures.childElementCount >= MOST_PICTURES) return;
  picture.setAttribute('role', 'img');
  picture.ariaLabel = `Picture of ${name}`;
  picture.title = name;
  pictures.append(picture);
}

/** @param {string} jpeg base64 */
async function decoded(jpeg) {
  const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })).catch(() => undefined);
  return picture && smaller(picture, WIDTH);
}
