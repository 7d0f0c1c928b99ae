import type { Publication } from '../../contract/index.ts';
import { createOutlet, LONGEST_PART, type Outlet } from '../../ondemand/index.ts';
import { DEFAULT_PORTS, type PublishConfig } from '../config.ts';
import type { Identity } from '../identity.ts';
import { timeAt } from '../message/common.ts';
import { listenOn } from '../ports.ts';
import type { NoticingPublisher } from '../noticing.ts';
import { bind, headerOf } from './publisher.ts';

/** Name of the publisher that pictures, depth and clouds are for. */
export const LARGE = 'large';

/**
 * Publishes what may be megabytes, on a port of its own: a picture on its way holds up no small message. Each subscriber gets what it
 * asks for (`src/ondemand`); what nobody asks for is not even copied.
 *
 * Queue: for each subscriber `publish.zeromq.largeMegabytes`, the oldest dropped (`slow subscriber`, counted once per subscriber and
 * message).
 */
export function largePublisher(config: PublishConfig, identity: Identity): NoticingPublisher {
  const { host, port, largePort, largeMegabytes } = config.zeromq;
  const base = `${config.prefix}/${identity.robot}/`;
  const toTime = timeAt(identity.epoch);
  const notices: string[] = [];
  const authority = host.includes(':') ? `[${host}]` : host;
  const standard = (port ?? DEFAULT_PORTS.zeromq) + 1;
  let listening = largePort ?? standard;
  let outlet: Outlet | undefined;
  let last: Outlet | undefined;
  let tooLarge = 0;

  return {
    name: LARGE,
    notices,
    get address() {
      return `tcp://${authority}:${listening}`;
    },
    async start(signal) {
      signal.throwIfAborted();
      const out = createOutlet(largeMegabytes * 2 ** 20);
      const path = 'publish.zeromq.largePort';
      try {
        const choice = { name: 'zeromq', configured: largePort, standard, host, path };
        const found = await listenOn(choice, (candidate) => bind(out, authority, candidate));
        listening = found.port;
        if (found.notice !== undefined) notices.push(found.notice);
      } catch (error) {
        out.close();
        throw error;
      }
      last = outlet = out;
    },
    publish(publication: Publication) {
      const topic = base + publication.topic;
      const { payload, attachment = new Uint8Array() } = publication;
      if (attachment.length > LONGEST_PART) tooLarge += 1;
      else if (outlet?.wants(topic) === true) {
        const header = JSON.stringify(headerOf(publication, toTime, identity));
        outlet.offer({ topic, header, further: [payload, Buffer.from(attachment)] });
      }
    },
    counters() {
      const { sent = 0, slow = 0, tooMany = 0, senseless = 0, waiting = 0 } = last?.counters() ?? {};
      const refused = {
        ...(tooMany > 0 ? { 'too many subscribers': tooMany } : {}),
        ...(senseless > 0 ? { 'no request': senseless } : {}),
      };
      return {
        sent,
        dropped: { 'slow subscriber': slow, 'too large': tooLarge, ...refused },
        queued: waiting,
        connected: outlet !== undefined,
      };
    },
    close() {
      outlet?.close();
      outlet = undefined;
      return Promise.resolve();
    },
  };
}
