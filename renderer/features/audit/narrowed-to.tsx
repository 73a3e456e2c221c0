import { Tag, TagGroup } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import type { AuditFilter } from './filters.ts';

interface NarrowedToProps {
  readonly filter: AuditFilter;
  readonly set: (changed: Readonly<Record<string, string | undefined>>) => void;
}

/** What was chosen from an entry and has no field of its own: each can be taken out again. */
export function NarrowedTo({ filter, set }: NarrowedToProps) {
  const { resourceKind, resourceId, correlationId } = filter;
  const resource = [resourceKind, resourceId].filter((part) => part !== undefined).join(' ');
  if (resource === '' && correlationId === undefined) return null;
  return (
    <TagGroup
      aria-label={t('audit.narrowed.title')}
      onDismiss={(_, { value }) =>
        set(value === 'resource' ? { kind: undefined, resource: undefined } : { operation: undefined })
      }
    >
      {resource !== '' && (
        <Tag value="resource" dismissible dismissIcon={{ 'aria-label': t('audit.narrowed.remove') }}>
          {t('audit.narrowed.resource', { resource })}
        </Tag>
      )}
      {correlationId !== undefined && (
        <Tag value="operation" dismissible dismissIcon={{ 'aria-label': t('audit.narrowed.remove') }}>
          {t('audit.narrowed.operation', { operation: correlationId })}
        </Tag>
      )}
    </TagGroup>
  );
}
