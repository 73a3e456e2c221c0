import { Failure, toFailure } from './failure.ts';

/** A file on the host's side that an operation of the contract can name. */
export interface TransferFile {
  readonly id: string;
  readonly file: string;
}

/** Hands a file of this browser to the host; name `file` in an operation then. Errors: as any call's. */
export async function upload(file: File, signal?: AbortSignal): Promise<TransferFile> {
  return await answerOf(
    await fetch('/transfers/uploads', {
      method: 'POST',
      body: file,
      headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(file.name) },
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

export async function discardUpload({ id }: TransferFile): Promise<void> {
  await fetch(`/transfers/uploads/${id}`, { method: 'DELETE' });
}

/** A place on the host where an operation writes a file that this browser then takes with `saveDownload`. */
export async function prepareDownload(name: string): Promise<TransferFile> {
  return await answerOf(
    await fetch('/transfers/downloads', {
      method: 'POST',
      body: JSON.stringify({ name }),
      headers: { 'content-type': 'application/json' },
    }),
  );
}

/** Lets the browser save what was written to a prepared place. */
export function saveDownload({ id }: TransferFile): void {
  const link = document.createElement('a');
  link.href = `/transfers/downloads/${id}`;
  link.download = '';
  link.click();
}

async function answerOf(response: Response): Promise<TransferFile> {
  const answer: unknown = await response.json().catch((cause: unknown) => {
    throw new Failure('INTERNAL', {}, { cause });
  });
  if (!response.ok) throw toFailure(answer);
  if (typeof answer === 'object' && answer !== null && 'id' in answer && 'file' in answer) {
    return { id: String(answer.id), file: String(answer.file) };
  }
  throw new Failure('INTERNAL');
}
