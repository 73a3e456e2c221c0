import { HoldfastError } from '../../shared/errors.ts';

/** The operating system's store of small secrets. Every call may throw KEYCHAIN_UNAVAILABLE. */
export interface Keychain {
  /** The secret kept for `account`; null when there is none, and on some systems when it is locked. */
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  /** Answers whether there was something to delete. */
  delete(account: string): Promise<boolean>;
}

type Native = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>;

/** Under this name the operating system lists this program's secrets. */
const service = 'Holdfast';

/** Loading may throw where the system's own library (libsecret) is missing. */
const loadNative = async (): Promise<Native> => (await import('keytar')).default;

const advice =
  'Unlock the keychain of this login session (on Linux a Secret Service such as gnome-keyring), ' +
  'or use an installation made with --passphrase-only.';

function unavailable(reason: string, what: string, cause?: unknown): HoldfastError {
  return new HoldfastError('KEYCHAIN_UNAVAILABLE', `${what} ${advice}`, { reason }, { cause });
}

/**
 * The keychain of the login session. A locked one may ask its owner and wait for ever, and each waiting call
 * holds one of the process's few worker threads: so there is one call at a time, it is given up after
 * `timeoutMs`, and until it does return the next ones are refused at once.
 */
export function systemKeychain(options: { timeoutMs?: number; load?: () => Promise<Native> } = {}): Keychain {
  const { timeoutMs = 10_000, load = loadNative } = options;
  let queue: Promise<unknown> = Promise.resolve();
  let hanging = false;

  async function once<Answer>(call: (native: Native) => Promise<Answer>): Promise<Answer> {
    if (hanging) throw unavailable('no-answer', 'The keychain still does not answer an earlier question.');
    const native = await load().catch((cause: unknown) => {
      throw unavailable('not-installed', "The system's keychain library could not be loaded.", cause);
    });
    const answer = call(native).catch((cause: unknown) => {
      throw unavailable('refused', 'The keychain refused.', cause);
    });
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        hanging = true;
        const returned = () => {
          hanging = false;
        };
        answer.then(returned, returned);
        reject(unavailable('no-answer', `The keychain did not answer within ${timeoutMs / 1000} seconds.`));
      }, timeoutMs);
    });
    return await Promise.race([answer, limit]).finally(() => clearTimeout(timer));
  }

  function ask<Answer>(call: (native: Native) => Promise<Answer>): Promise<Answer> {
    const answer = queue.then(() => once(call));
    queue = answer.catch(() => undefined);
    return answer;
  }

  return {
    get: (account) => ask((native) => native.getPassword(service, account)),
    set: (account, secret) => ask((native) => native.setPassword(service, account, secret)),
    delete: (account) => ask((native) => native.deletePassword(service, account)),
  };
}
