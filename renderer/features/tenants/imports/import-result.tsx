import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { list, number, text } from '../../../ui/json-member.ts';

/** How an import ended: how many came in, and each line that did not. */
export function ImportResult({ result }: { readonly result: unknown }) {
  const failed = list(result, 'failed');
  const skipped = number(result, 'skipped');
  return (
    <>
      <p>
        <strong>{t('tenants.import.done', { count: number(result, 'imported') })}</strong>
        {skipped > 0 && `, ${t('tenants.import.skipped', { count: skipped })}`}.
      </p>
      {failed.length > 0 && (
        <ul>
          {failed.map((line) => (
            <li key={number(line, 'line')}>
              {t('tenants.import.line', {
                line: formatCount(number(line, 'line')),
                reason: text(line, 'reason'),
              })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
