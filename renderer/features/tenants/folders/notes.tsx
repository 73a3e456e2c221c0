import { folders } from '../../../i18n/en/folders.ts';
import { t } from '../../../i18n/translate.ts';
import type { Note } from './results.ts';

const mostShown = 50;

/** What has to be said of single files, in sentences. */
export function Notes({ notes, total }: { readonly notes: readonly Note[]; readonly total: number }) {
  const shown = notes.slice(0, mostShown);
  if (shown.length === 0) return null;
  return (
    <ul style={{ margin: 0, paddingInlineStart: 20, overflowWrap: 'anywhere' }}>
      {shown.map((note) => (
        <li key={`${note.path} ${note.problem}`}>{sentence(note)}</li>
      ))}
      {total > shown.length && <li>{t('folders.notesMore', { count: total - shown.length })}</li>}
    </ul>
  );
}

function sentence({ path, problem, detail }: Note): string {
  const what = isKnown(problem) ? t(`folders.problem.${problem}`) : problem;
  return detail === null
    ? t('folders.note', { path, problem: what })
    : t('folders.noteWithDetail', { path, problem: what, detail });
}

function isKnown(problem: string): problem is keyof typeof folders.problem {
  return Object.hasOwn(folders.problem, problem);
}
