import { oneOf, text, type Format } from './format.ts';

/** Takes the address of an MQTT broker. */
export const brokerUrl: Format = text(
  /^(mqtts?|wss?):\/\/[^\s@/]+(\/\S*)?$/,
  'a URL such as mqtt://broker:1883 or mqtts://broker:8883, user name and password under their own keys',
);

/** Takes a version of MQTT. YAML reads `version: 5` as a number and `version: 3.1.1` as text: both are meant. */
export function mqttVersion(): Format {
  const words = oneOf('3.1.1', '5');
  return Object.assign((value: unknown) => words(value === 5 ? '5' : value), { expected: words.expected });
}
