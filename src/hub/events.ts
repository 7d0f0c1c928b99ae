/** More than any event of an answer has. */
const LONGEST = 2 ** 20;

/**
 * The data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), as they are cut up on the way.
 * @throws RangeError where an event has more than a million letters
 */
export async function* eventsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield data.join('\n');
        data = [];
      } else if (line.startsWith('data:')) {
        data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      }
    }
    if (rest.length + data.reduce((sum, { length }) => sum + length, 0) > LONGEST) {
      throw new RangeError(`an event of more than ${LONGEST} letters`);
    }
  }
  // What is left when the connection ends is no event: its end has not come.
}
