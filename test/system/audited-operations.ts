// Writes docs/audited-operations.md from the contract: which operation leaves which entry. A test says when it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ocsfClassOf } from '../../main/audit/bundle/ocsf.ts';
import { operations } from '../contract/operations.ts';

const file = fileURLToPath(new URL('../../docs/audited-operations.md', import.meta.url));

const beginning = `# Which operation leaves which entry

Every operation of the contract, the action of its entry in the audit log, the entry's severity, and the class of OCSF 1.6 that
it is exported as. This page is made from the contract by \`npm run docs:operations\`; a test fails while it is stale.

- **Entry** — \`change\`: one in the transaction of the change itself; \`intent\`: another one, durable, before it; \`read\`: one after the
  reading; \`job\`: one when the work has ended. A refusal leaves an entry with the outcome \`failure\` too.
- **Fresh proof**: the passphrase again, at most five minutes ago.
- An operation without an entry shows only numbers, states or lists of names; what it reads in a tenant's data always leaves one.

`;

/** The page as it has to be. */
export function auditedOperations(): string {
  const rows = operations.map(({ name, meta }) => {
    const { action, severity = 'info', critical, audited, job, stepUp, permission } = meta;
    const kinds = [
      ...(critical === true ? ['intent'] : []),
      audited === 'read' ? 'read' : 'change',
      ...(job === true ? ['job'] : []),
    ];
    const { uid, name: className } = ocsfClassOf(action ?? '');
    return [
      `\`${name}\``,
      `\`${permission}\``,
      ...(action === undefined
        ? ['–', '–', '–', '–']
        : [`\`${action}\``, severity, kinds.join(', '), `${className} (${uid})`]),
      stepUp === true ? 'yes' : '',
    ];
  });
  const head = ['Operation', 'Permission', 'Action', 'Severity', 'Entry', 'OCSF class', 'Fresh proof'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return `${beginning}${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}

/** The page as it is. */
export function writtenOperations(): string {
  return readFileSync(file, 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, auditedOperations());
