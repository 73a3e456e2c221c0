import type { BreachNature, BreachRisk, BreachRole } from '../../../../shared/breaches.ts';
import type { Breach } from '../../../../shared/contract/audit/breaches.ts';

/** What is being written down; texts as they are typed. */
export interface BreachDraft {
  readonly title: string;
  readonly awareAt: string | undefined;
  readonly beganAt: string | undefined;
  readonly description: string;
  readonly role: BreachRole;
  readonly nature: readonly BreachNature[];
  readonly people: Counted;
  readonly records: Counted;
  readonly tenants: readonly string[];
  readonly contact: string;
  readonly consequences: string;
  readonly risk: BreachRisk | undefined;
  readonly measures: string;
  /** Indices in the installation's log, with spaces between them. */
  readonly entries: string;
  readonly reason: string;
}

export interface Counted {
  readonly approximate: string;
  readonly categories: string;
}

const nothing: Counted = { approximate: '', categories: '' };

export function newDraft(): BreachDraft {
  return {
    title: '',
    awareAt: new Date().toISOString(),
    beganAt: undefined,
    description: '',
    role: 'controller',
    nature: [],
    people: nothing,
    records: nothing,
    tenants: [],
    contact: '',
    consequences: '',
    risk: undefined,
    measures: '',
    entries: '',
    reason: '',
  };
}

export function draftOf(breach: Breach): BreachDraft {
  const counted = ({ approximate, categories }: Breach['people']): Counted => ({
    approximate: approximate === null ? '' : String(approximate),
    categories: categories ?? '',
  });
  return {
    title: breach.title,
    awareAt: breach.awareAt,
    beganAt: breach.beganAt ?? undefined,
    description: breach.description,
    role: breach.role,
    nature: breach.nature,
    people: counted(breach.people),
    records: counted(breach.records),
    tenants: breach.tenants,
    contact: breach.contact ?? '',
    consequences: breach.consequences ?? '',
    risk: breach.risk ?? undefined,
    measures: breach.measures ?? '',
    entries: breach.entries
      .filter(({ logId }) => isOwnLog(logId))
      .map(({ index }) => index)
      .join(' '),
    reason: '',
  };
}

/** Whether a log is the installation's own; of any epoch. */
const isOwnLog = (logId: string) => logId.split('/')[1] === 'installation';

export const isNumber = (text: string) => /^\d{0,15}$/.test(text.trim());
export const areEntries = (text: string) => /^[\d\s]*$/.test(text);
export const isHappened = ({ title, awareAt, description }: BreachDraft) =>
  title.trim() !== '' && awareAt !== undefined && description.trim() !== '';
export const isAffected = ({ people, records }: BreachDraft) =>
  isNumber(people.approximate) && isNumber(records.approximate);

/** As the contract takes it; entries of other logs that are there already stay. */
export function inputOf(draft: BreachDraft, before: Breach | undefined) {
  const text = (typed: string) => (typed.trim() === '' ? null : typed.trim());
  const counted = ({ approximate, categories }: Counted) => ({
    approximate: approximate.trim() === '' ? null : Number(approximate),
    categories: text(categories),
  });
  const indices = draft.entries.split(/\s+/).filter((part) => part !== '');
  const known = before?.entries ?? [];
  const own = [...new Set(indices.map(Number))].map(
    (index) => known.find((each) => each.index === index && isOwnLog(each.logId)) ?? { index },
  );
  return {
    title: draft.title,
    awareAt: draft.awareAt ?? '',
    beganAt: draft.beganAt ?? null,
    description: draft.description,
    role: draft.role,
    nature: [...draft.nature],
    people: counted(draft.people),
    records: counted(draft.records),
    tenants: [...draft.tenants],
    contact: text(draft.contact),
    consequences: text(draft.consequences),
    risk: draft.risk ?? null,
    measures: text(draft.measures),
    entries: [...own, ...known.filter(({ logId }) => !isOwnLog(logId))],
  };
}
