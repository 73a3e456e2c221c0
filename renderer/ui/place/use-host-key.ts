import { useState } from 'react';
import { toFailure } from '../../rpc/failure.ts';
import type { PlaceDraft } from './place-draft.ts';

/** The host key that an SFTP server shows, and whether somebody has confirmed it. */
export interface ShownHostKey {
  readonly fingerprint: string | undefined;
  readonly confirmed: boolean;
  /** Keeps anything from being sent. */
  readonly isAwaited: boolean;
  /** The one to go by. */
  readonly hostKey: string | undefined;
  readonly confirm: (confirmed: boolean) => void;
  /** Looks for a host key in what a request was refused with; whether there is one to confirm. */
  readonly look: (error: unknown) => boolean;
  /** Another server has another key. */
  readonly changed: (part: Partial<PlaceDraft>) => void;
}

export function useHostKey(): ShownHostKey {
  const [fingerprint, setFingerprint] = useState<string>();
  const [confirmed, confirm] = useState(false);
  return {
    fingerprint,
    confirmed,
    isAwaited: fingerprint !== undefined && !confirmed,
    hostKey: confirmed ? fingerprint : undefined,
    confirm,
    look(error) {
      const shown = hostKeyIn(error);
      if (shown === undefined || shown === fingerprint) return false;
      setFingerprint(shown);
      confirm(false);
      return true;
    },
    changed(part) {
      if (!('host' in part || 'port' in part || 'kind' in part)) return;
      setFingerprint(undefined);
      confirm(false);
    },
  };
}

function hostKeyIn(error: unknown): string | undefined {
  const { code, data } = toFailure(error);
  const isAsked = data.reason === 'host-key-unknown' || data.reason === 'host-key-changed';
  return code === 'CONFLICT' && isAsked && typeof data.fingerprint === 'string'
    ? data.fingerprint
    : undefined;
}
