import type { Erasure } from '../../../../shared/contract/erasures.ts';
import { saveFile } from '../../../ui/save-file.ts';

/** Saves the signed certificate as a text file. */
export function saveCertificate({ slug, certificate }: Pick<Erasure, 'slug' | 'certificate'>): void {
  if (certificate !== null) saveFile(certificate, 'text/plain', `holdfast-erasure-${slug}.txt`);
}
