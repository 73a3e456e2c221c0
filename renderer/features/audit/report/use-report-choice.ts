import { useState } from 'react';
import { type Standard, standards } from '../../../../shared/compliance.ts';
import { useSearch } from '../../../ui/use-search.ts';

const usualDays = 90;

/** What a report is asked of, kept in the address: the standard, the tenant and the period, the last 90 days at first. */
export function useReportChoice() {
  const [get, set] = useSearch();
  const [opened] = useState(() => Date.now());
  const before = (days: number) => new Date(opened - days * 86_400_000).toISOString();
  const standard: Standard = standards.find((known) => known === get('standard')) ?? 'soc2';
  return {
    standard,
    tenant: get('tenant'),
    from: time(get('from')) ?? before(usualDays),
    to: time(get('to')) ?? before(0),
    set,
  };
}

const time = (text: string | undefined) =>
  text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
