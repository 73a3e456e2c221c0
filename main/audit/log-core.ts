import { EventMaker, type EventSource } from './event-maker.ts';
import { LiveLog, type LiveLogParts } from './live-log.ts';
import { policyHash } from './log-policy.ts';
import { LogTrust, type LogTrustParts } from './log-trust.ts';
import { LogVerification, type LogVerificationParts } from './log-verification.ts';
import type { FormerKey } from './note-key.ts';
import { ReadingGate } from './retention/reading-gate.ts';
import { type KeyKeeper, type SigningKey, SigningKeys } from './signing-keys.ts';
import { SubjectDirectory, type SubjectSource } from './subject-directory.ts';

/** What everything that is done with the log stands on. */
export interface LogCore {
  readonly live: LiveLog;
  readonly trust: LogTrust;
  readonly verification: LogVerification;
  readonly maker: EventMaker;
  readonly keys: SigningKeys;
  readonly people: SubjectDirectory;
  /** Nothing goes while it is read. */
  readonly gate: ReadingGate;
}

/** What the core needs of the suite. */
export type LogCoreParts = SubjectSource &
  Omit<EventSource, 'boot' | 'policy'> &
  Omit<LiveLogParts & LogTrustParts & LogVerificationParts, keyof LogCore | 'report'> & {
    readonly signing: readonly SigningKey[];
    readonly formerKeys: readonly FormerKey[];
    readonly keyKeeper: KeyKeeper;
    readonly alerts: Pick<LogVerificationParts, 'report'>;
  };

export function logCore(parts: LogCoreParts): LogCore {
  const keys = new SigningKeys({ ...parts, former: parts.formerKeys, keeper: parts.keyKeeper });
  const maker = new EventMaker({ ...parts, boot: parts.ids.uuid(), policy: policyHash() });
  const people = new SubjectDirectory(parts, (subject) => maker.pseudonymOf(subject));
  const gate = new ReadingGate();
  const live = new LiveLog({ ...parts, maker, keys });
  const trust = new LogTrust({ ...parts, live, maker, keys });
  const { report } = parts.alerts;
  const verification = new LogVerification({ ...parts, live, trust, keys, people, gate, report });
  return { live, trust, verification, maker, keys, people, gate };
}
