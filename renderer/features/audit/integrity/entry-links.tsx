import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { TextLink } from '../../../ui/text-link.tsx';

interface EntryLinksProps {
  readonly entries: readonly { readonly index: number; readonly eventId: string }[];
}

/** Entries of the log, each to be opened. */
export function EntryLinks({ entries }: EntryLinksProps) {
  return (
    <>
      {entries.map(({ index, eventId }, at) => (
        <span key={eventId}>
          {at > 0 && ', '}
          <TextLink href={`/audit?entry=${eventId}`}>
            {t('integrity.entry', { index: formatCount(index) })}
          </TextLink>
        </span>
      ))}
    </>
  );
}
