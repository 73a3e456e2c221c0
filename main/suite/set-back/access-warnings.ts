import type { SetBackDone } from './set-back-worker.ts';

/** Who has less access than before the control data were set back, in words; nothing where nobody has. */
export function accessWarnings({ taken }: Pick<SetBackDone, 'taken'>, time: string): string[] {
  const parts = [
    counted(taken.operators, 'operator', 'operators'),
    counted(taken.principals, 'user or bot', 'users and bots'),
    counted(taken.apiKeys, 'API key', 'API keys'),
    counted(taken.tenants, 'tenant', 'tenants'),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return [];
  return [
    `${parts.join(', ')} came after ${time}, or had no access at that moment, and are without access now. Go through them. Operators, users and bots can be enabled and tenants resumed; API keys are issued anew.`,
  ];
}

/** Who cannot open the installation after a start; nothing where everybody can. */
export function passphraseWarnings(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    `The passphrase of ${names.join(', ')} does not open this installation. An owner sets a new one for each: \`holdfast operator passphrase ID\`.`,
  ];
}

function counted(count: number, one: string, many: string): string | undefined {
  if (count === 0) return undefined;
  return `${count} ${count === 1 ? one : many}`;
}

/** The same for the log. */
export function takenFacts({ operators, principals, apiKeys, tenants }: SetBackDone['taken']) {
  return {
    operatorsWithout: operators,
    principalsWithout: principals,
    apiKeysWithout: apiKeys,
    tenantsWithout: tenants,
  };
}
