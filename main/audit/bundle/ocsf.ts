import type { RecordClass } from '../../../shared/audit-retention.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { JsonValue } from '../../../shared/errors.ts';
import type { AuditRecord } from '../record.ts';

/** OCSF 1.6: class, and the activity that an action's last word stands for there. */
interface EventClass {
  readonly uid: number;
  readonly name: string;
  /** What it is called where days are set for it. */
  readonly recordClass: RecordClass;
  readonly category: readonly [uid: number, name: string];
  readonly activities: Readonly<Record<string, number>>;
}

const identity = [3, 'Identity & Access Management'] as const;
const application = [6, 'Application Activity'] as const;
/** No activity of the class fits. */
const otherActivity = 99;

const authentication: EventClass = {
  uid: 3002,
  name: 'Authentication',
  recordClass: 'authentication',
  category: identity,
  activities: { 'sign-in': 1, 'sign-out': 2 },
};
const accountChange: EventClass = {
  uid: 3001,
  name: 'Account Change',
  recordClass: 'account',
  category: identity,
  activities: { create: 1, enable: 2, disable: 5, delete: 6, lock: 9, unlock: 12 },
};
const authorizeSession: EventClass = {
  uid: 3003,
  name: 'Authorize Session',
  recordClass: 'session',
  category: identity,
  activities: {},
};
const entityManagement: EventClass = {
  uid: 3004,
  name: 'Entity Management',
  recordClass: 'entity',
  category: identity,
  activities: { create: 1, read: 2, update: 3, delete: 4, erase: 4, rotate: 3, revoke: 3 },
};
const apiActivity: EventClass = {
  uid: 6003,
  name: 'API Activity',
  recordClass: 'api',
  category: application,
  activities: { create: 1, read: 2, update: 3, delete: 4 },
};
const datastoreActivity: EventClass = {
  uid: 6005,
  name: 'Datastore Activity',
  recordClass: 'data',
  category: application,
  activities: { read: 1, update: 2, write: 4, create: 6, delete: 7, list: 8 },
};
const lifecycle: EventClass = {
  uid: 6002,
  name: 'Application Lifecycle',
  recordClass: 'application',
  category: application,
  activities: { install: 1, remove: 2, start: 3, stop: 4, restart: 5, enable: 6, disable: 7, update: 8 },
};
const eventLog: EventClass = {
  uid: 1008,
  name: 'Event Log Activity',
  recordClass: 'log',
  category: [1, 'System Activity'],
  activities: { clear: 1, delete: 2, export: 3, archive: 4, rotate: 5, start: 6, stop: 7, restart: 8 },
};

/** By the longest beginning of the action; anything else is API Activity. */
const classes: readonly (readonly [string, EventClass])[] = [
  ['auth.sign', authentication],
  ['auth.token', authorizeSession],
  ['auth', entityManagement],
  ['operator', accountChange],
  ['principal', accountChange],
  ['tenant', entityManagement],
  ['data', datastoreActivity],
  ['file', datastoreActivity],
  ['backup', datastoreActivity],
  ['installation', lifecycle],
  ['suite', lifecycle],
  ['audit', eventLog],
  ['log', eventLog],
];

const severities = { info: [1, 'Informational'], warning: [3, 'Medium'], critical: [5, 'Critical'] } as const;
const statuses = { success: [1, 'Success'], failure: [2, 'Failure'], unknown: [0, 'Unknown'] } as const;

/** The class of OCSF 1.6 that an action is told as. */
export function ocsfClassOf(action: string): EventClass {
  const [, found] = classes
    .filter(([begin]) => action.startsWith(begin))
    .sort(([one], [other]) => other.length - one.length)[0] ?? ['', apiActivity];
  return found;
}

export function recordClassOf(action: string): RecordClass {
  return ocsfClassOf(action).recordClass;
}

/** One entry as an event of OCSF 1.6. Only what the record has in clear: people are pseudonyms. */
export function ocsfEvent(record: AuditRecord): JsonValue {
  const { uid, name, category, activities } = ocsfClassOf(record.act);
  const activity = activities[record.act.slice(record.act.lastIndexOf('.') + 1)] ?? otherActivity;
  const [severityId, severity] = severities[record.sev];
  const [statusId, status] = statuses[record.out];
  const [categoryId, categoryName] = category;
  const who = userOf(record.who.k, record.who.p);
  const session = record.who.s === undefined ? {} : { session: { uid: record.who.s } };
  const resource = record.res === undefined ? undefined : { type: record.res.k, uid: record.res.id };
  return {
    activity_id: activity,
    ...(activity === otherActivity ? { activity_name: record.act } : {}),
    actor: { user: who, ...session },
    category_name: categoryName,
    category_uid: categoryId,
    class_name: name,
    class_uid: uid,
    metadata: {
      version: '1.6.0',
      uid: record.id,
      sequence: record.i,
      log_name: record.log,
      correlation_uid: record.cor ?? record.id,
      event_code: record.act,
      product: { ...program, version: record.app },
      profiles: ['datetime'],
    },
    severity,
    severity_id: severityId,
    status,
    status_id: statusId,
    time: record.t,
    time_dt: toRfc3339(record.t),
    type_uid: uid * 100 + activity,
    unmapped: {
      phase: record.ph,
      ...(resource === undefined ? {} : { resource }),
      ...(record.x === undefined ? {} : { facts: record.x as JsonValue }),
    },
    ...demandedOf(record, uid),
  };
}

const program = { name: 'Holdfast', vendor_name: 'Holdfast' };
const people: readonly string[] = ['operator', 'user', 'bot', 'principal'];
const otherType = 99;

/** A user has an id or a name. */
const userOf = (type: string, id: string | undefined) =>
  id === undefined ? { type, name: type } : { type, uid: id };

/** What a class demands beside what all have. */
function demandedOf({ act, app, log, res, who }: AuditRecord, uid: number): Record<string, JsonValue> {
  const [installation, owner] = log.split('/');
  const source = { src_endpoint: { name: program.name, uid: installation ?? '' } };
  const user = res !== undefined && people.includes(res.k) ? userOf(res.k, res.id) : userOf(who.k, who.p);
  switch (uid) {
    case authentication.uid:
      return { user, service: { name: program.name } };
    case accountChange.uid:
    case authorizeSession.uid:
      return { user };
    case entityManagement.uid:
      return { entity: res === undefined ? { name: act } : { type: res.k, uid: res.id } };
    case apiActivity.uid:
      return { api: { operation: act }, ...source };
    case datastoreActivity.uid:
      return { database: { type_id: otherType, type: 'Holdfast', uid: owner ?? '' }, ...source };
    case lifecycle.uid:
      return { app: { ...program, version: app } };
    default:
      return { log_name: log };
  }
}
