import { toRfc3339 } from '../../shared/clock.ts';
import type { Horizon } from '../../shared/contract/audit.ts';
import { horizonText, type ProofHorizon } from '../../shared/proof-horizon.ts';

/** Something that vouches for the first `size` entries; `time` in epoch milliseconds. */
interface Voucher {
  readonly size: number;
  readonly time: number;
}

interface VoucherElsewhere extends Voucher {
  readonly kind: 'witness' | 'timestamp';
  readonly name: string;
}

export interface Vouchers {
  /** The anchor in the keychain. */
  readonly keychain: Voucher | undefined;
  /** The checkpoint in the newest backup. */
  readonly backup: Voucher | undefined;
  /** Those elsewhere. */
  readonly elsewhere: readonly VoucherElsewhere[];
  /** Why there is no anchor. */
  readonly why: string;
}

/** Up to where the log is proven: by somebody elsewhere, else by the keychain, else by a backup, else not at all. */
export function proofHorizon({ keychain, backup, elsewhere, why }: Vouchers): Horizon {
  const kept = keychain && { size: keychain.size, time: toRfc3339(keychain.time) };
  const [furthest] = [...elsewhere].sort((one, other) => other.size - one.size);
  if (furthest !== undefined) {
    const { kind, name, size, time } = furthest;
    const beyond = kept !== undefined && kept.size > size ? kept : null;
    return told({ witness: kind, name, size, time: toRfc3339(time), keychain: beyond });
  }
  if (kept !== undefined && kept.size > 0)
    return told({ witness: 'keychain', name: null, ...kept, keychain: null });
  if (backup !== undefined && backup.size > 0) {
    const { size, time } = backup;
    return told({ witness: 'backup', name: null, size, time: toRfc3339(time), keychain: null }, why);
  }
  return told({ witness: 'none', name: null, size: 0, time: null, keychain: null }, why);
}

function told(horizon: ProofHorizon, why?: string): Horizon {
  return { ...horizon, note: [why, horizonText(horizon)].filter((text) => text !== undefined).join(' ') };
}
