import {
  breachGapWords,
  breachRiskWords,
  breachRoleWords,
  breachStateWords,
  notTellingWords,
} from '../../../../shared/breach-words.ts';
import type { Breach, BreachDetails } from '../../../../shared/contract/audit/breaches.ts';
import { duration, facts, plain, table } from '../output/text.ts';

function leftText({ state, dueAt }: Breach): string {
  if (state !== 'open') return '-';
  const left = Date.parse(dueAt) - Date.now();
  return left > 0 ? duration(left) : `PAST DUE by ${duration(-left)}`;
}

export const listText = (items: readonly Breach[]) =>
  table(
    ['STATE', 'LEFT', 'NOTICED', 'RISK', 'TITLE', 'ID'],
    items.map((breach) => [
      breach.state,
      leftText(breach),
      breach.awareAt,
      breach.risk,
      breach.title,
      breach.id,
    ]),
  );

const manyText = ({ approximate, categories }: Breach['people']) =>
  approximate === null && categories === null ? null : `about ${approximate ?? '?'} (${categories ?? '?'})`;

export function breachText(breach: Breach): string {
  const { notifications, controllers, told, notNotified, notTold } = breach;
  return facts([
    ['id', breach.id],
    ['title', breach.title],
    ['state', breachStateWords[breach.state]],
    ['noticed', breach.awareAt],
    ['due', breach.dueAt],
    ['left', leftText(breach)],
    ['role', breachRoleWords[breach.role]],
    ['began', breach.beganAt ?? 'not known'],
    ['nature', breach.nature.join(', ') || null],
    ['people', manyText(breach.people)],
    ['records', manyText(breach.records)],
    ['tenants', breach.tenants.join(' ') || null],
    ['risk', breach.risk === null ? 'not judged' : breachRiskWords[breach.risk]],
    ['what happened', breach.description],
    ['consequences', breach.consequences],
    ['measures', breach.measures],
    ['contact', breach.contact],
    ...notifications.map(
      ({ at, authority, reference }) => ['told', `${at} ${authority} ${reference ?? ''}`] as const,
    ),
    ...(breach.lateReason === null ? [] : [['late because', breach.lateReason] as const]),
    ...(notNotified === null ? [] : [['not told', `${notNotified.at} ${notNotified.reason}`] as const]),
    ...controllers.map(({ at, name, how }) => ['controller told', `${at} ${name} ${how ?? ''}`] as const),
    ...told.map(({ at, how }) => ['people told', `${at} ${how}`] as const),
    ...(notTold === null
      ? []
      : [['people not told', `${notTellingWords[notTold.ground]}: ${notTold.reason}`] as const]),
    ...(breach.closed === null ? [] : [['closed', `${breach.closed.at} ${breach.closed.reason}`] as const]),
    ...breach.missing.map((gap) => ['missing', breachGapWords[gap]] as const),
  ]);
}

export function detailsText({ breach, restsOn, history, isBehind }: BreachDetails): string {
  const entries = restsOn.map(({ logId, index, state, entry: found }) => [
    index,
    found?.time ?? null,
    found?.action ?? null,
    state,
    logId,
  ]);
  const changes = (history ?? []).map((change) => [
    change.time,
    change.index,
    change.action,
    change.outcome,
    change.actor?.name ?? change.actor?.pseudonym ?? 'system',
    change.changed.join(' '),
    change.reason,
  ]);
  return [
    breachText(breach),
    ...(isBehind
      ? [plain('! The log tells of a later revision: this record came back with an older copy.')]
      : []),
    ...(entries.length === 0 ? [] : ['', table(['ENTRY', 'TIME', 'ACTION', 'STATE', 'LOG'], entries)]),
    '',
    history === null
      ? 'The audit log cannot be read now: run holdfast audit verify.'
      : table(['TIME', 'ENTRY', 'ACTION', 'OUTCOME', 'BY', 'CHANGED', 'REASON'], changes),
  ].join('\n');
}
