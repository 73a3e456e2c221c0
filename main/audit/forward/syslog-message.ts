import { toRfc3339 } from '../../../shared/clock.ts';
import type { ForwardFormat } from '../../../shared/forwarding.ts';
import type { Severity } from '../../../shared/severities.ts';
import { entryText, type Outgoing } from './outgoing.ts';

/** RFC 5424 section 6.2.1: log audit. */
const facility = 13;
const syslogSeverities: Record<Severity, number> = { critical: 2, warning: 4, info: 6 };

/**
 * Private enterprise number of structured data that is ours. None is assigned yet: this is the one that RFC 5612 keeps for
 * documentation, so it is nobody else's.
 */
const enterpriseNumber = 32473;
const byteOrderMark = '\uFEFF';

export interface SyslogOrigin {
  /** Of this machine. */
  readonly hostname: string;
  readonly appVersion: string;
}

/** An entry as an RFC 5424 message: its text is JSON. */
export function syslogMessage(entry: Outgoing, format: ForwardFormat, origin: SyslogOrigin): Buffer {
  const { act, boot, i, id, log, out, ph, sev, t } = entry.record;
  return message({
    severity: sev,
    time: t,
    processId: boot,
    messageId: act,
    data: { log, index: String(i), id, action: act, outcome: out, phase: ph },
    text: entryText(entry, format),
    origin,
  });
}

/** A message that is no entry. */
export function testMessage(time: number, origin: SyslogOrigin): Buffer {
  const text = JSON.stringify({ test: true, time: toRfc3339(time) });
  return message({
    severity: 'info',
    time,
    processId: '-',
    messageId: 'audit.forward.test',
    data: {},
    text,
    origin,
  });
}

/** Octet counting: RFC 6587 section 3.4.1, RFC 5425 section 4.3. */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `, 'latin1'), message]);
}

interface Parts {
  readonly severity: Severity;
  readonly time: number;
  /** Another one says that counting began anew: the id of a start. */
  readonly processId: string;
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  readonly text: string;
  readonly origin: SyslogOrigin;
}

function message({ severity, time, processId, messageId, data, text, origin }: Parts): Buffer {
  const header = [
    `<${facility * 8 + syslogSeverities[severity]}>1`,
    toRfc3339(time),
    printable(origin.hostname, 255),
    'holdfast',
    processId,
    printable(messageId, 32),
  ].join(' ');
  const structured =
    element('origin', { software: 'Holdfast', swVersion: origin.appVersion }) +
    (Object.keys(data).length === 0 ? '' : element(`holdfast@${enterpriseNumber}`, data));
  return Buffer.from(`${header} ${structured} ${byteOrderMark}${text}`, 'utf8');
}

const element = (id: string, data: Readonly<Record<string, string>>) =>
  `[${id}${Object.entries(data)
    .map(([name, value]) => ` ${name}="${value.replace(/["\\\]]/g, '\\$&')}"`)
    .join('')}]`;

/** A field of the header: visible ASCII, or "-" for none. */
const printable = (text: string, length: number) => text.replace(/[^\x21-\x7e]/g, '').slice(0, length) || '-';
