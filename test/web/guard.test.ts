import { describe, expect, it } from 'vitest';
import { isOwnHost, isOwnOrigin } from '../../src/web/guard.ts';

describe('a Host header', () => {
  it.each(['localhost', 'localhost:8080', 'LOCALHOST:1', '127.0.0.1:8080', '127.0.0.1', '127.1.2.3:9', '[::1]:8080'])(
    '%s is this machine',
    (host) => expect(isOwnHost(host)).toBe(true),
  );

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8080',
    'evil@localhost',
    'localhost:8080/',
    '192.168.1.5:8080',
    '0.0.0.0:8080',
    '[::1',
    'localhost:80:80',
    'localhost\n',
  ])('%j is another', (host) => expect(isOwnHost(host)).toBe(false));
});

describe('an Origin header', () => {
  it.each([
    ['http://localhost:8080', 'localhost:8080', true],
    ['http://LOCALHOST:8080', 'localhost:8080', true],
    ['http://localhost:3000', 'localhost:8080', false],
    ['http://127.0.0.1:8080', 'localhost:8080', false],
    ['https://localhost:8080', 'localhost:8080', false],
    ['http://evil.example', 'localhost:8080', false],
    ['http://localhost:8080.evil.example', 'localhost:8080', false],
    ['null', 'localhost:8080', false],
    ['', 'localhost:8080', false],
    [undefined, 'localhost:8080', false],
  ])('%j to %s: %j', (origin, host, own) => expect(isOwnOrigin(origin, host)).toBe(own));
});
