import { fileURLToPath } from 'node:url';
import type { Principal } from '../../shared/contract/tenants.ts';
import type { Tier } from '../../shared/tiers.ts';

interface SamplePrincipal extends Pick<Principal, 'kind' | 'name'> {
  readonly externalId?: string;
  readonly scopes?: string[];
}

const user = (name: string, account: string): SamplePrincipal => ({
  kind: 'user',
  name,
  externalId: `${account}@chinook.example`,
});

interface SampleContent {
  readonly name: string;
  readonly slugFrom: string;
  readonly tier: Tier;
  readonly principals: readonly SamplePrincipal[];
  readonly collections: readonly string[];
  readonly files: readonly string[];
}

/** What a sample tenant is filled with: a made-up music shop (main/samples/chinook). */
export const sampleContent: SampleContent = {
  name: 'Chinook Music (sample)',
  slugFrom: 'Chinook sample',
  tier: 'professional',
  principals: [
    user('Andrew Adams', 'andrew'),
    user('Nancy Edwards', 'nancy'),
    user('Jane Peacock', 'jane'),
    user('Margaret Park', 'margaret'),
    user('Steve Johnson', 'steve'),
    user('Laura Callahan', 'laura'),
    { kind: 'bot', name: 'Web shop', scopes: ['data:read', 'data:write'] },
    { kind: 'bot', name: 'Invoice mailer', scopes: ['data:read'] },
    { kind: 'bot', name: 'Catalogue import' },
  ],
  collections: ['customers', 'invoices', 'tracks'],
  files: ['price-list.csv', 'about/readme.txt', 'brand/logo.svg'],
};

const folder = new URL('../samples/chinook/', import.meta.url);

/** Where a collection's documents lie, as JSON Lines. */
export function sampleDocuments(collection: string): string {
  return fileURLToPath(new URL(`${collection}.jsonl`, folder));
}

/** Where a file of the sample lies; `name` is what it is called in the tenant. */
export function sampleFile(name: string): string {
  return fileURLToPath(new URL(`files/${name}`, folder));
}
