/**
 * Prints what a robot publishes, over MQTT or ZeroMQ. Needs the packages mqtt and zeromq; docs/messages.md says what the
 * messages hold.
 *
 *   node dist/examples/subscribe.js                                   all topics, from our own broker on this machine
 *   node dist/examples/subscribe.js mqtt://broker:1883 pose           one topic
 *   node dist/examples/subscribe.js tcp://127.0.0.1:5556 pose         the same over ZeroMQ
 *
 * (`npm ci` has built it; from Node 22.18 on `node examples/subscribe.ts` does as well.)
 */
import { connect } from 'mqtt';
import { Subscriber } from 'zeromq';

/** The part of a pose that this program shows: all of it is in docs/messages.md. */
interface Pose {
  sequence: number;
  frame_id: string;
  pose: { position: { x: number; y: number; z: number } };
  covariance?: number[];
}

const [address = 'mqtt://127.0.0.1:1883', wanted = '#'] = process.argv.slice(2);

function show(topic: string, payload: Buffer): void {
  if (!topic.endsWith('/pose')) {
    console.log(topic, payload.toString());
    return;
  }
  const { sequence, frame_id, pose, covariance } = JSON.parse(payload.toString()) as Pose;
  const { x, y } = pose.position;
  const sigma = covariance === undefined ? 'unknown' : `${Math.sqrt(covariance[0] ?? NaN).toFixed(3)} m`;
  console.log(`${topic} ${sequence}: x ${x.toFixed(3)} y ${y.toFixed(3)} in ${frame_id}, sigma ${sigma}`);
}

if (address.startsWith('tcp:')) {
  const socket = new Subscriber();
  socket.connect(address);
  socket.subscribe(); // Everything: ZeroMQ filters by the beginning of the topic, `sensorium/robot/pose`.
  for await (const [topic, , payload] of socket) {
    if (topic === undefined || payload === undefined) continue;
    if (wanted === '#' || topic.toString().endsWith(`/${wanted}`)) show(topic.toString(), payload);
  }
} else {
  const client = connect(address, { protocolVersion: 4 });
  client.subscribe(`sensorium/+/${wanted}`);
  client.on('message', show);
  client.on('error', (error) => console.error(`${address}: ${error.message || 'no answer'}; trying again`));
}
