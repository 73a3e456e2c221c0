/** What of an audit entry can be disclosed: personal fields, reasons, states before and after a change. */
export const disclosures = ['people', 'reasons', 'states'] as const;
export type Disclosure = (typeof disclosures)[number];
