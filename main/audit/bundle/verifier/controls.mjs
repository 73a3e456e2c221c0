// The controls of a report in the bundle: what they say of entries is counted again, what follows from it is reckoned again.
import { canonical, jsonOf } from './bytes.mjs';
import { must } from './findings.mjs';

/** Entries that are named of each query, the first by index; the same for whoever writes and whoever checks. */
const mostNamed = 1000;
const [mostFile, mostStandards, mostControls, mostEvidence] = [2 ** 24, 10, 200, 50];
const [mostActions, mostQueries] = [100, 500];
/** Kinds of entries whose queries are kept at hand, and how long their names may be. */
const [mostKinds, mostKindLength] = [10_000, 300];

const ofWhom = ['owner', 'installation', 'both'];
const outcomes = ['success', 'failure', 'unknown'];
const severities = ['info', 'warning', 'critical'];
const statuses = [
  'evidence-for',
  'may-be-archived',
  'no-evidence-found',
  'not-applicable',
  'needs-human-evidence',
];

/** Whether entries of a log can be of what a query asks for; an installation's log is also its owner's. */
const isAskedOf = (log, of) => of !== 'installation' || log.split('/')[1] === 'installation';

const isAction = (wanted, action) =>
  wanted.endsWith('.*') ? action.startsWith(wanted.slice(0, -1)) : action === wanted;

/** Counts what queries ask for among entries that come one after the other; the period is the caller's to apply. */
export class Recount {
  #counted = new Map();
  #byKind = new Map();

  /** `log`: the origin of the log that the entries are of. */
  constructor(log) {
    this.log = log;
  }

  /** How often there is what a query asks for, so far: `count`, and the `entries`, the first of them by index. */
  counting(query) {
    const key = canonical(query);
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    must(this.#counted.size < mostQueries, 'controls.json has more queries than in any bundle');
    const counted = { query, count: 0, entries: [] };
    this.#counted.set(key, counted);
    return counted;
  }

  add(index, { act, sev, out }) {
    const kind = JSON.stringify([act, sev, out]);
    let matching = this.#byKind.get(kind);
    if (matching === undefined) {
      matching = [...this.#counted.values()].filter(({ query }) =>
        this.#matches(query, String(act), sev, out),
      );
      if (this.#byKind.size >= mostKinds) this.#byKind.clear();
      if (kind.length <= mostKindLength) this.#byKind.set(kind, matching);
    }
    for (const counted of matching) {
      counted.count += 1;
      if (counted.entries.length < mostNamed) counted.entries.push(index);
    }
  }

  #matches({ actions, of, outcome, severity }, action, sev, out) {
    if (!isAskedOf(this.log, of)) return false;
    if ((outcome !== null && outcome !== out) || (severity !== null && severity !== sev)) return false;
    return actions.length === 0 || actions.some((wanted) => isAction(wanted, action));
  }
}

/** The status that a control's evidence leads to. */
function statusOf({ evidence, onlyWith }, populations) {
  const needed = populations.find(({ name }) => name === onlyWith);
  if (needed !== undefined && isNone(needed)) return 'not-applicable';
  if (evidence.length === 0) return 'needs-human-evidence';
  if (evidence.some(({ found }) => found)) return 'evidence-for';
  return evidence.some(({ archived }) => archived) ? 'may-be-archived' : 'no-evidence-found';
}

const isNone = ({ start, end, added }) => start === 0 && end === 0 && added === 0;

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => typeof value === 'string';
const isFlag = (value) => typeof value === 'boolean';
const orNull = (is) => (value) => value === null || is(value);
const oneOf = (values) => (value) => values.includes(value);
const listOfAtMost = (most, is) => (value) => Array.isArray(value) && value.length <= most && value.every(is);
/** An object of exactly these members, and some that may be there. */
const formOf =
  (members, optional = {}) =>
  (value) => {
    if (value === null || typeof value !== 'object') return false;
    const known = { ...members, ...optional };
    return (
      Object.keys(members).every((name) => Object.hasOwn(value, name)) &&
      Object.keys(value).every((name) => Object.hasOwn(known, name) && known[name](value[name]))
    );
  };

const isQuery = formOf({
  actions: listOfAtMost(mostActions, isText),
  of: oneOf(ofWhom),
  outcome: orNull(oneOf(outcomes)),
  severity: orNull(oneOf(severities)),
});
const [stated, unset] = [{ found: isFlag, stated: isText, text: isText }, { kind: isText }];
const evidenceForms = {
  entries: formOf({
    ...unset,
    archived: isFlag,
    count: isCount,
    elsewhere: isCount,
    entries: listOfAtMost(mostNamed, isCount),
    found: isFlag,
    query: isQuery,
    text: isText,
  }),
  population: formOf({ ...unset, found: isFlag, population: isText, text: isText }),
  policy: formOf({ ...unset, ...stated, policy: isText }),
  log: formOf({ ...unset, ...stated }),
};
const isEvidence = (value) => Object.hasOwn(evidenceForms, value?.kind) && evidenceForms[value.kind](value);

const isControl = formOf({
  asks: isText,
  collect: listOfAtMost(mostEvidence, isText),
  evidence: listOfAtMost(mostEvidence, isEvidence),
  id: isText,
  nist: listOfAtMost(mostEvidence, isText),
  onlyWith: orNull(isText),
  status: oneOf(statuses),
  title: isText,
});
const ofPart = { format: (value) => value === 1, from: orNull(isCount), log: isText, to: orNull(isCount) };
const [mostNotes, mostIdLength] = [4000, 40];
const isId = (value) => isText(value) && value.length <= mostIdLength;
/** Without `chosen` it has all controls. */
const isStandard = formOf(
  { controls: listOfAtMost(mostControls, isControl), standard: isText },
  {
    chosen: listOfAtMost(mostControls, isId),
    notes: (value) => isText(value) && value.length <= mostNotes,
  },
);
const isControls = formOf({
  ...ofPart,
  end: isCount,
  first: isCount,
  owner: isText,
  standards: listOfAtMost(mostStandards, isStandard),
  tenantId: orNull(isText),
  verdict: isText,
});
const isPopulations = formOf({
  ...ofPart,
  populations: listOfAtMost(
    mostControls,
    formOf({
      added: isCount,
      end: orNull(isCount),
      name: isText,
      removed: isCount,
      source: isText,
      start: orNull(isCount),
      text: isText,
    }),
  ),
});

const notProvenOfPopulations =
  'That populations.json is right: the installation states it, and no entry here proves it.';
const notProvenOfControls = [
  'That what the controls say beside the entries of this log is right: settings, populations, the verification, and entries of logs that are not in this bundle. The installation states them.',
  'That what a control draws on is what a standard asks for: Holdfast chose it. That somebody complies is nowhere said.',
  'That controls.csv and report-*.pdf say the same as controls.json: they are conversions.',
];

/** What whoever asked for a report left out of it, or added. Throws where it is not what the controls are. */
function notProvenOfChoice({ standard, controls, chosen, notes }) {
  const isWhole = chosen === undefined;
  must(
    isWhole || (chosen.length > 0 && chosen.join('\n') === controls.map(({ id }) => id).join('\n')),
    `controls.json has other controls of ${standard} than it says were chosen`,
  );
  return [
    ...(isWhole
      ? []
      : [
          `That the controls of ${standard} which are not here have evidence: ${chosen.length} were chosen, and the others left out.`,
        ]),
    ...(notes === undefined
      ? []
      : [`That the notes in the report on ${standard} are right: whoever asked for it wrote them.`]),
  ];
}

/** The controls of a bundle; undefined where it has none. Tells what of them, and of populations.json, is not proven. */
export async function readControls(check) {
  const { listed, manifest, unproven } = check;
  const read = async (name, isOfForm) => {
    const value = jsonOf(await check.text(name, mostFile), name);
    must(isOfForm(value), `${name} has another form than in any bundle`);
    const ofThis = ['first', 'end', 'from', 'to', 'log'].every(
      (member) => !Object.hasOwn(value, member) || value[member] === manifest[member],
    );
    must(ofThis, `${name} is of another log, range or period than the manifest says`);
    return value;
  };
  if (listed.has('populations.json')) unproven.push(notProvenOfPopulations);
  if (!listed.has('controls.json')) {
    if (listed.has('populations.json')) await read('populations.json', isPopulations);
    return undefined;
  }
  unproven.push(...notProvenOfControls);
  const { populations } = await read('populations.json', isPopulations);
  const { standards } = await read('controls.json', isControls);
  must(
    new Set(standards.map(({ standard }) => standard)).size === standards.length,
    'controls.json has a standard twice',
  );
  for (const each of standards) unproven.push(...notProvenOfChoice(each));
  for (const name of ['controls.csv', ...standards.map(({ standard }) => `report-${standard}.pdf`)])
    must(listed.has(name), `${name} is missing, although there are controls`);
  return new Controls(check, standards, populations);
}

/** The controls of a bundle, while its entries are read. */
class Controls {
  constructor(check, standards, populations) {
    this.check = check;
    this.populations = populations;
    this.recount = new Recount(check.manifest.log);
    this.all = standards.flatMap(({ standard, controls }) =>
      controls.map((control) => ({
        ...control,
        standard,
        counted: control.evidence.map(({ query }) => query && this.recount.counting(query)),
      })),
    );
    /** Whether all entries were there to be counted. */
    this.complete = false;
  }

  /** An entry of the period. */
  add(index, entry) {
    this.recount.add(index, entry);
  }

  /** Compares what the controls say with what was counted; of entries that are not as they were logged nothing is. */
  finish() {
    const { entries, manifest } = this.check;
    this.complete = entries.matching === manifest.end - manifest.first;
    for (const control of this.all) {
      try {
        this.#compare(control);
      } catch (error) {
        this.check.found(error);
      }
    }
  }

  #compare({ standard, id, evidence, counted, status, onlyWith }) {
    const what = `The control ${standard} ${id}`;
    for (const [at, each] of evidence.entries()) {
      const { text, found } = each;
      if (each.kind === 'entries') {
        this.#compareEntries(`${what} says of “${text}”`, each, counted[at]);
        must(found === each.count + each.elsewhere > 0, `${what} does not count “${text}” as it is`);
      }
      if (each.kind === 'population') {
        const of = this.populations.find(({ name }) => name === each.population);
        const some = of !== undefined && (of.start ?? 0) + (of.end ?? 0) + of.added > 0;
        must(found === some, `${what} does not count “${text}” as populations.json has it`);
      }
    }
    const due = statusOf({ evidence, onlyWith }, this.populations);
    must(status === due, `${what} has the status ${status}, but what it rests on leads to ${due}`);
  }

  #compareEntries(says, { count, entries }, counted) {
    if (!this.complete) return;
    must(count === counted.count, `${says} ${count} entries; ${counted.count} are here`);
    must(
      entries.length === counted.entries.length &&
        entries.every((index, at) => index === counted.entries[at]),
      `${says} other entries than there are`,
    );
  }

  /** For each control what was found, and on what that rests. */
  get report() {
    const { log } = this.check.manifest;
    return this.all.map(({ standard, id, title, status, evidence }) => {
      const queries = evidence.filter(({ kind }) => kind === 'entries');
      const sum = (member) => queries.reduce((total, each) => total + each[member], 0);
      return {
        standard,
        id,
        title,
        status,
        /** Kinds of entries that are looked for. */
        queries: queries.length,
        /** Entries of this log, each counted for every query that it is of; null: they could not be counted. */
        recounted: this.complete ? sum('count') : null,
        elsewhere: sum('elsewhere'),
        /** Of the queries, those of logs that are not here. */
        absent: queries.filter(({ query }) => !isAskedOf(log, query.of)).length,
        /** Kinds of evidence that the installation states. */
        stated: evidence.length - queries.length,
      };
    });
  }
}
