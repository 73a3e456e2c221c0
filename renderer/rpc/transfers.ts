import { disconnected, Failure, toFailure } from './failure.ts';

/** A file on the host's side that an operation of the contract can name. */
export interface TransferFile {
  readonly id: string;
  readonly file: string;
}

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how much of the file has been sent, from 0 to 1. */
  readonly onSent?: (share: number) => void;
}

/** Hands a file of this browser to the host; name `file` in an operation then. Errors: as any call's. */
export function upload(file: File, { signal, onSent }: UploadOptions = {}): Promise<TransferFile> {
  return new Promise((resolve, reject) => {
    // fetch tells nothing of how much was sent
    const request = new XMLHttpRequest();
    request.open('POST', '/transfers/uploads');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
    request.upload.onprogress = ({ loaded, total }) => onSent?.(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(disconnected());
    request.onabort = () => reject(new Failure('CANCELLED'));
    request.onload = () => {
      try {
        const ok = request.status >= 200 && request.status < 300;
        resolve(answerOf(ok, parsed(request.responseText)));
      } catch (failure) {
        reject(failure);
      }
    };
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

export async function discardUpload({ id }: TransferFile): Promise<void> {
  await fetch(`/transfers/uploads/${id}`, { method: 'DELETE' });
}

/** A place on the host where an operation writes a file that this browser then takes with `saveDownload`. */
export async function prepareDownload(name: string): Promise<TransferFile> {
  const response = await fetch('/transfers/downloads', {
    method: 'POST',
    body: JSON.stringify({ name }),
    headers: { 'content-type': 'application/json' },
  });
  return answerOf(response.ok, parsed(await response.text()));
}

/** Lets the browser save what was written to a prepared place. */
export function saveDownload({ id }: TransferFile): void {
  const link = document.createElement('a');
  link.href = `/transfers/downloads/${id}`;
  link.download = '';
  link.click();
}

function answerOf(ok: boolean, answer: unknown): TransferFile {
  if (!ok) throw toFailure(answer);
  if (typeof answer === 'object' && answer !== null && 'id' in answer && 'file' in answer) {
    return { id: String(answer.id), file: String(answer.file) };
  }
  throw new Failure('INTERNAL');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('INTERNAL', {}, { cause });
  }
}
