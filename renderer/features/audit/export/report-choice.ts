import type { Standard } from '../../../../shared/compliance.ts';
import { shellWord } from '../../../ui/command-line.tsx';

/** What of a report was chosen; without controls all of them. */
export interface ReportChoice {
  readonly controls: readonly string[] | undefined;
  readonly notes: string;
}

export type ReportChoices = ReadonlyMap<Standard, ReportChoice>;

/** The reports of an export as they are asked for; `logo` is the host's path of the picture in each. */
export function reportsIn(choices: ReportChoices, custom: boolean, logo: string | undefined) {
  return [...choices].map(([standard, { controls, notes }]) => ({
    standard,
    ...(custom && controls !== undefined ? { controls: [...controls] } : {}),
    ...(custom && notes.trim() !== '' ? { notes } : {}),
    ...(custom && logo !== undefined ? { logo } : {}),
  }));
}

/** The same in words of the command line. */
export function reportWords(choices: ReportChoices, custom: boolean, logo: string | undefined): string[] {
  if (choices.size === 0) return [];
  const reports = reportsIn(choices, custom, logo);
  return [
    `--standard ${reports.map(({ standard }) => standard).join(' ')}`,
    ...reports.flatMap(({ standard, controls }) =>
      controls === undefined ? [] : [`--controls ${shellWord(`${standard}=${controls.join(',')}`)}`],
    ),
    ...reports.flatMap(({ standard, notes }) =>
      notes === undefined ? [] : [`--notes ${shellWord(`${standard}=${notes}`)}`],
    ),
    ...(custom && logo !== undefined ? [`--logo ${shellWord(logo)}`] : []),
  ];
}
