/**
 * Who may ask. The page has no password: what keeps other web sites out of it is that a browser always says truly which
 * host it thinks it speaks to (`Host`) and which page makes it speak (`Origin`).
 */

/** Names of this machine in a `Host` header. A tunnel may bring any port. */
const OWN_NAMES = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a `Host` header names this machine's loopback. A site that had its own name resolve to 127.0.0.1 (DNS
 * rebinding) still sends its own name.
 */
export function isOwnHost(host: string | undefined): host is string {
  return host !== undefined && OWN_NAMES.test(host);
}

/** Whether an `Origin` header names a page that came from that very host and port. */
export function isOwnOrigin(origin: string | undefined, host: string): boolean {
  return origin !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
