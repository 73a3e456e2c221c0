// The part for browsers: reads a file that somebody chose, with what the browser has of its own.
import { CannotRun } from './findings.mjs';
import { RunningHash } from './running-hash.mjs';

const ofNode =
  'Check it with holdfast-verify.mjs, which lies in the bundle: node holdfast-verify.mjs FILE --key KEY';

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const ed25519Key = (bytes) => crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);

/** Why this browser cannot check anything; undefined where it can. */
export async function lackOf() {
  if (globalThis.crypto?.subtle === undefined || globalThis.DecompressionStream === undefined)
    return `This browser lacks Web Crypto or inflate. ${ofNode}`;
  try {
    // the public key of RFC 8032, 7.1, test 1
    const key = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    await ed25519Key(Uint8Array.from(key.match(/../g), (byte) => Number.parseInt(byte, 16)));
    return undefined;
  } catch {
    return `This browser has no Ed25519 signatures; current versions of Chrome, Edge, Firefox and Safari have. ${ofNode}`;
  }
}

/** What `verifyBundle` needs; `progress` is told entries done and all of them. */
export const browserPlatform = (progress) => ({
  sha256,
  digest: () => new RunningHash(),
  progress,
  async ed25519Verify(publicKey, text, signature) {
    try {
      return await crypto.subtle.verify('Ed25519', await ed25519Key(publicKey), signature, text);
    } catch {
      return false; // no point of the curve
    }
  },
  async *inflate(chunks) {
    const packed = new ReadableStream({
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
    // bytes after the end, or none at it, are errors of the stream (Compression Streams, "decompress flush and enqueue")
    const inflated = packed.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
    try {
      for (let { done, value } = await inflated.read(); !done; { done, value } = await inflated.read())
        yield value;
    } finally {
      await inflated.cancel().catch(() => {}); // what broke it was thrown by `read`
    }
  },
});

/** A chosen file; reading ends with CannotRun once `signal` is aborted. */
export const sourceOf = (file, signal) => ({
  size: file.size,
  async read(offset, length) {
    if (signal.aborted) throw new CannotRun('Stopped.');
    const bytes = await file
      .slice(offset, offset + length)
      .arrayBuffer()
      .catch(() => {
        throw new CannotRun('The file cannot be read any more. Choose it again.');
      });
    return new Uint8Array(bytes);
  },
});
