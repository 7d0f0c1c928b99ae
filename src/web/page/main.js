/**
 * Sensorium's page: takes what the daemon tells and hands it to the panels. It asks what people ask, and commands nothing.
 *
 * @typedef {import('../../publish/schema/messages.ts').MessageTypes} Messages
 * @typedef {{ robot: string, version: string, boot: string, notices: readonly string[], asks: boolean }} About
 */
import { createAbove } from './above.js';
import { clearAnswers, showReply, startAsking } from './asking.js';
import { clearPictures, showBoxes, showDetections, showPicture } from './camera.js';
import { connect } from './connection.js';
import { byId, pill, write } from './dom.js';
import { forget, notePose, noteSighting, noteStream, tell } from './events.js';
import { clock, count } from './format.js';
import { showPose } from './pose.js';
import { showSet } from './sets.js';
import { clearSounds, showHeard, showSaid, showSound } from './sound.js';
import { clearStreams, showStream } from './streams.js';

const above = createAbove(/** @type {HTMLCanvasElement} */ (byId('above')));
let boot = '';
let wasOpen = false;
let dropped = 0;

/** @param {About} about */
function begin({ robot, version, boot: its, notices, asks }) {
  byId('asking').hidden = !asks;
  write(byId('robot'), robot);
  byId('robot').title = `Sensorium ${version}`;
  document.title = `${robot} – Sensorium`;
  if (its === boot) return;
  if (boot !== '') {
    tell('warn', 'the daemon began anew');
    above.clear();
    clearStreams();
    clearPictures();
    clearSounds();
    clearAnswers();
    forget();
  }
  boot = its;
  for (const notice of notices) tell('warn', notice);
}

/** @param {Messages['HostDiagnostics']} message */
function showHost({ cpu, memory, uptime, publishers }) {
  write(byId('uptime'), clock(uptime));
  write(byId('cpu'), `${(cpu * 100).toFixed(0)} %`);
  write(byId('memory'), `${(memory.rss / 2 ** 20).toFixed(0)} MiB`);
  const now = publishers['web']?.dropped['slow page'] ?? 0;
  if (now > dropped && dropped > 0) tell('warn', `a page is slow: ${now - dropped} values were passed over`);
  dropped = now;
}

/** @param {string} topic @param {unknown} message */
function take(topic, message) {
  if (topic === 'about') begin(/** @type {About} */ (message));
  else if (topic === 'pose') {
    const pose = /** @type {Messages['Pose']} */ (message);
    above.pose(pose);
    showPose(pose);
    notePose(pose);
  } else if (topic === 'tf') above.transforms(/** @type {Messages['FrameTransforms']} */ (message));
  else if (topic === 'sets') showSet(/** @type {Messages['AlignedSetReport']} */ (message));
  else if (topic.startsWith('detections/')) showDetections(/** @type {Messages['Detections']} */ (message));
  else if (topic.startsWith('sounds/')) showHeard(/** @type {Messages['Sounds']} */ (message));
  else if (topic.startsWith('speech/')) showSaid(/** @type {Messages['Speech']} */ (message));
  else if (topic.startsWith('watch/')) noteSighting(/** @type {Messages['Sighting']} */ (message));
  else if (topic === 'replies') void showReply(/** @type {Messages['Reply']} */ (message));
  else if (topic === 'diag') {
    write(byId('inputs'), count(/** @type {Messages['Diagnostics']} */ (message).inputs));
  } else if (topic === 'diag/host') showHost(/** @type {Messages['HostDiagnostics']} */ (message));
  else if (topic.startsWith('sensors/')) {
    const state = /** @type {Messages['SensorState']} */ (message);
    showStream(state);
    noteStream(state);
  }
}

const send = connect({
  message: take,
  view(head, data) {
    if (head.kind === 'image') void showPicture(head, data);
    else if (head.kind === 'audio') showSound(head, data);
    else if (head.kind === 'scene') showBoxes(head);
    else above.scan(head, data);
  },
  link(isOpen) {
    document.body.dataset['link'] = isOpen ? 'open' : 'lost';
    pill(byId('link'), isOpen ? 'ok' : 'lost', isOpen ? 'live' : 'no daemon');
    if (wasOpen && !isOpen) tell('bad', 'the connection to the daemon was lost, trying again');
    wasOpen = isOpen;
  },
});

for (const [id, isFixed] of /** @type {const} */ ([
  ['world-fixed', true],
  ['robot-fixed', false],
])) {
  byId(id).addEventListener('click', () => {
    above.setWorldFixed(isFixed);
    byId('world-fixed').ariaPressed = String(isFixed);
    byId('robot-fixed').ariaPressed = String(!isFixed);
  });
}
startAsking(send);
byId('zoom-in').addEventListener('click', () => above.zoom(0.8));
byId('zoom-out').addEventListener('click', () => above.zoom(1.25));
