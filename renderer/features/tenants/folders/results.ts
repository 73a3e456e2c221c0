import { list, member, number, text } from '../../../ui/json-member.ts';

/** What has to be said of one file; `problem` may be one that this version does not know. */
export interface Note {
  readonly path: string;
  readonly problem: string;
  readonly detail: string | null;
}

/** The notes of a job's result. */
export function notesOf(result: unknown): Note[] {
  return list(result, 'notes').map((note) => {
    const detail = text(note, 'detail');
    return {
      path: text(note, 'path'),
      problem: text(note, 'problem'),
      detail: detail === '' ? null : detail,
    };
  });
}

/** What others do in a previewed folder. */
export function noticesOf(result: unknown): ('network' | 'synced')[] {
  return list(result, 'notices').filter((notice) => notice === 'network' || notice === 'synced');
}

/** What stands in the way of a planned restore, in words. */
export function obstaclesOf(result: unknown): string[] {
  return list(result, 'obstacles').filter((obstacle) => typeof obstacle === 'string');
}

/** Whether each restored file was read again and found to be what was saved. */
export function isProved(result: unknown): boolean {
  return member(result, 'verifiedLevel') === 4;
}

/** The one snapshot that a backup of a folder has made. */
export function madeOf(result: unknown): { files: number; bytes: number; added: number; warnings: number } {
  const [made] = list(result, 'folders');
  return {
    files: number(made, 'files'),
    bytes: number(made, 'bytes'),
    added: number(made, 'bytesAdded'),
    warnings: number(made, 'warnings'),
  };
}
