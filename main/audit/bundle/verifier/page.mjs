// The page: a bundle is chosen or dropped, and what the checks say of it is shown.
import { browserPlatform, lackOf, sourceOf } from './browser.mjs';
import { verifyBundle } from './checks.mjs';
import { CannotRun } from './findings.mjs';
import { stampText } from './timestamps.mjs';
import { archivedText, basisText, entriesText, periodText, sealedText, statusText } from './told.mjs';

const part = (id) => document.getElementById(id);
const mostShown = 20;

/** An element with what is in it; what came from the file becomes text, without characters that cannot be seen. */
function made(name, ...content) {
  const element = document.createElement(name);
  element.append(
    ...content.map((each) => (typeof each === 'string' ? each.replace(/[\p{Cc}\p{Cf}]/gu, '?') : each)),
  );
  return element;
}

const verdicts = {
  verified: [
    'good',
    '✓ Verified',
    'Every check holds, and the key that you gave is the one that signed or led to it.',
  ],
  consistent: [
    'open',
    '! Internally consistent',
    'Every check holds, but nothing here says whose log it is: whoever made the bundle also chose its key. Give the verifier key of the installation, which you got on another way.',
  ],
  incomplete: ['open', '! Incomplete', 'What is here verifies, but something is missing that you asked for.'],
  tampered: ['bad', '✗ Tampered', 'This bundle is not what was exported and sealed.'],
};

function shownAs({ verdict, matched }, given) {
  return verdict === 'incomplete' && !given && matched > 0 ? verdicts.consistent : verdicts[verdict];
}

const listOf = (texts) => made('ul', ...texts.map((text) => made('li', text)));
const placed = ({ index, reason }) => `${index === null ? '' : `entry ${index}: `}${reason}`;

function factsOf(report, file) {
  const { log, entries, period, key, trustworthy, witnessed, timestamped, archived, problems } = report;
  const bad = problems.find(({ index }) => index !== null);
  const facts = [
    ['File', `${file.name}, ${file.size.toLocaleString('en')} bytes`],
    ['Log', log ?? 'unknown'],
    ['Entries', entriesText(report)],
    ['Period', periodText(period)],
    ['Sealed', sealedText(report)],
    ...(archived === null ? [] : [['Archived', archivedText(archived)]]),
    ['Signed by', key ?? 'nobody known'],
    ...(bad === undefined ? [] : [['First bad entry', String(bad.index)]]),
    ...witnessed.map(({ witness, entries: seen, time }) => [
      'Witnessed',
      `${seen} of ${entries} entries by ${witness} at ${new Date(time * 1000).toISOString()}`,
    ]),
    ...timestamped.map((stamp) => ['Time-stamped', stampText({ ...stamp, of: entries })]),
    ['Trustworthy', trustworthy],
    ['Checked', new Date().toISOString()],
  ];
  return made('dl', ...facts.flatMap(([name, value]) => [made('dt', name), made('dd', value)]));
}

/** The controls of a report, with what their status rests on. */
function controlsOf({ controls }) {
  if (controls.length === 0) return [];
  const row = (cell, texts) => made('tr', ...texts.map((text) => made(cell, text)));
  const head = made('thead', row('th', ['Control', 'Title', 'Found', 'Rests on']));
  const rows = controls.map((control) => {
    const { standard, id, title } = control;
    return row('td', [`${standard} ${id}`, title, statusText(control), basisText(control)]);
  });
  for (const cell of head.querySelectorAll('th')) cell.scope = 'col';
  return [made('h3', 'Controls of the report'), made('table', head, made('tbody', ...rows))];
}

function show(tone, title, ...content) {
  const heading = made('h2', title);
  heading.tabIndex = -1;
  part('result').className = tone;
  part('result').replaceChildren(heading, ...content);
  heading.focus();
}

function showReport(report, file, given) {
  const [tone, title, text] = shownAs(report, given);
  const { problems, missing, notProven } = report;
  // one altered file is met by more than one check
  const reasons = [...new Set([...problems.map(placed), ...missing])];
  const left = reasons.length - mostShown;
  show(
    tone,
    title,
    made('p', text),
    listOf([...reasons.slice(0, mostShown), ...(left > 0 ? [`and ${left} more`] : [])]),
    factsOf(report, file),
    ...controlsOf(report),
    made('h3', 'Not proven, whatever the verdict'),
    listOf(notProven),
  );
}

let running = new AbortController();

/** What is shown was said of other input. */
function clear() {
  running.abort();
  running = new AbortController();
  part('progress').hidden = true;
  part('result').replaceChildren();
  part('result').className = '';
}

async function check(file) {
  clear();
  const { signal } = running;
  const [key, policy] = ['key', 'policy'].map((id) => part(id).value.trim() || undefined);
  const bar = part('bar');
  bar.removeAttribute('value');
  part('progress').hidden = false;
  const progress = (done, total) => {
    bar.value = done / total;
    part('done').textContent = `${done} of ${total} entries`;
  };
  try {
    const report = await verifyBundle(sourceOf(file, signal), browserPlatform(progress), { key, policy });
    if (signal === running.signal) showReport(report, file, key !== undefined || policy !== undefined);
  } catch (error) {
    if (signal === running.signal)
      show('bad', 'Could not check', made('p', error instanceof CannotRun ? error.message : String(error)));
  } finally {
    if (signal === running.signal) part('progress').hidden = true;
  }
}

function begin() {
  const [file] = part('file').files;
  if (file === undefined) part('file').focus();
  else void check(file);
}

part('form').addEventListener('submit', (event) => {
  event.preventDefault();
  begin();
});
part('form').addEventListener('input', clear);
part('file').addEventListener('change', begin);
part('stop').addEventListener('click', clear);
for (const name of ['dragover', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    document.body.classList.toggle('over', name === 'dragover');
    if (name !== 'drop' || event.dataTransfer.files.length === 0) return;
    part('file').files = event.dataTransfer.files;
    begin();
  });
}
document.addEventListener('dragleave', () => document.body.classList.remove('over'));

const lack = await lackOf();
if (lack === undefined) part('fields').disabled = false;
else show('bad', 'Could not check', made('p', lack));
