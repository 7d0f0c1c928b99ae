/**
 * One channel of floats from interleaved 16-bit samples: the mean of all channels.
 * @param data interleaved, full scale ±32768
 * @returns full scale ±1
 */
export function monoOf(data: Int16Array, channels: number): Float32Array {
  const samples = new Float32Array(Math.floor(data.length / channels));
  const gain = 1 / (32768 * channels);
  for (let i = 0, at = 0; i < samples.length; i += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1, at += 1) sum += data[at];
    samples[i] = sum * gain;
  }
  return samples;
}

/**
 * One channel of floats from interleaved 16-bit samples.
 * @param data interleaved, full scale ±32768
 * @param channel from 0
 * @returns full scale ±1
 */
export function channelOf(data: Int16Array, channels: number, channel: number): Float32Array {
  return Float32Array.from(
    { length: Math.floor(data.length / channels) },
    (_, i) => data[i * channels + channel] / 32768,
  );
}
