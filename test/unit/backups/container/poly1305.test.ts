import { randomBytes } from 'node:crypto';
import { poly1305 as reference } from '@noble/ciphers/_poly1305.js';
import sodium from 'libsodium-wrappers-sumo';
import { expect, test } from 'vitest';
import { poly1305 } from '../../../../main/backups/container/poly1305.ts';

test.each([0, 1, 15, 16, 17, 131_071, 131_072, 131_073, 1_500_001])(
  'the MAC of %i bytes is the same before and after the faster one has been loaded',
  async (length) => {
    const [text, key] = [randomBytes(length), randomBytes(32)];
    const expected = Buffer.from(reference(text, key)).toString('hex');
    const mac = () => Buffer.from(poly1305(text, key)).toString('hex');
    expect(mac()).toBe(expected);
    await sodium.ready;
    await new Promise(setImmediate);
    expect(mac()).toBe(expected);
  },
);
