export { parseCommand } from './commands.ts';
export { checkPublish, robotName, schema, type PublishConfig } from './config.ts';
export { decode, encode, publication } from './encode.ts';
export type { Identity } from './identity.ts';
export * from './message/answers.ts';
export * from './message/clocks.ts';
export * from './message/common.ts';
export * from './message/decisions.ts';
export * from './message/delays.ts';
export * from './message/detections.ts';
export * from './message/geometry.ts';
export * from './message/goals.ts';
export * from './message/measurement.ts';
export * from './message/perception.ts';
export * from './message/recall.ts';
export * from './message/reports.ts';
export * from './message/shedding.ts';
export * from './message/sounds.ts';
export * from './message/speech.ts';
export { listenOn } from './ports.ts';
export { createPublishers, startPublishers, type NoticingPublisher } from './publisher.ts';
export type { MessageTypes, SchemaName, Unnumbered } from './schema/messages.ts';
export { stateMessages } from './state.ts';
export {
  TOPICS,
  decisionsTopic,
  detectionsTopic,
  measurementsTopic,
  sensorTopic,
  sightingsTopic,
  soundsTopic,
  speechTopic,
} from './topics.ts';
export { LARGE } from './zeromq/large.ts';
export { sendCommand } from './subscribe/command.ts';
export { matches, subscribe } from './subscribe/subscription.ts';
export type { Heard, Listener, Subscription } from './subscribe/types.ts';
export { topicCounter, type TopicStatistics } from './subscribe/statistics.ts';
