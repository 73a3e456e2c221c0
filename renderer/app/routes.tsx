import { lazy } from 'react';
import { Route, Switch } from 'wouter';
import { NotFound } from './not-found.tsx';

const Dashboard = lazy(() =>
  import('../features/dashboard/dashboard.tsx').then((m) => ({ default: m.Dashboard })),
);
const Tenants = lazy(() => import('../features/tenants/tenants.tsx').then((m) => ({ default: m.Tenants })));
const Tenant = lazy(() => import('../features/tenants/tenant.tsx').then((m) => ({ default: m.Tenant })));
const Erasures = lazy(() =>
  import('../features/tenants/erasure/erasures.tsx').then((m) => ({ default: m.Erasures })),
);
const ErasedPeople = lazy(() =>
  import('../features/tenants/erased-people/erased-people.tsx').then((m) => ({ default: m.ErasedPeople })),
);
const Access = lazy(() => import('../features/access/access.tsx').then((m) => ({ default: m.Access })));
const Audit = lazy(() => import('../features/audit/audit.tsx').then((m) => ({ default: m.Audit })));
const Reports = lazy(() =>
  import('../features/audit/report/reports.tsx').then((m) => ({ default: m.Reports })),
);
const Integrity = lazy(() =>
  import('../features/audit/integrity/integrity.tsx').then((m) => ({ default: m.Integrity })),
);
const Witnesses = lazy(() =>
  import('../features/audit/witnesses.tsx').then((m) => ({ default: m.Witnesses })),
);
const Forwarding = lazy(() =>
  import('../features/audit/forwarding/forwarding.tsx').then((m) => ({ default: m.Forwarding })),
);
const TamperDrill = lazy(() =>
  import('../features/audit/drill/drill.tsx').then((m) => ({ default: m.TamperDrill })),
);
const LogRetention = lazy(() =>
  import('../features/audit/retention/retention.tsx').then((m) => ({ default: m.LogRetention })),
);
const Breaches = lazy(() =>
  import('../features/audit/breaches/breaches.tsx').then((m) => ({ default: m.Breaches })),
);
const RecordBreach = lazy(() =>
  import('../features/audit/breaches/record-breach.tsx').then((m) => ({ default: m.RecordBreach })),
);
const Alerts = lazy(() => import('../features/audit/alerts/alerts.tsx').then((m) => ({ default: m.Alerts })));
const Backups = lazy(() => import('../features/backups/backups.tsx').then((m) => ({ default: m.Backups })));
const Restore = lazy(() =>
  import('../features/backups/restore/restore.tsx').then((m) => ({ default: m.Restore })),
);
const Jobs = lazy(() => import('../features/jobs/jobs.tsx').then((m) => ({ default: m.Jobs })));
const Inbox = lazy(() => import('../features/inbox/inbox.tsx').then((m) => ({ default: m.Inbox })));
const Settings = lazy(() =>
  import('../features/settings/settings.tsx').then((m) => ({ default: m.Settings })),
);

/** Which screen an address means. Ids in addresses are the contract's; nothing secret is ever in one. */
export function Routes() {
  return (
    <Switch>
      <Route path="/" component={Dashboard} />
      <Route path="/tenants" component={Tenants} />
      <Route path="/erased" component={Erasures} />
      <Route path="/erased/people" component={ErasedPeople} />
      <Route path="/tenants/:tenant/:tab?">{({ tenant, tab }) => <Tenant tenant={tenant} tab={tab} />}</Route>
      <Route path="/access/:tab?">{({ tab }) => <Access tab={tab} />}</Route>
      <Route path="/audit" component={Audit} />
      <Route path="/audit/reports" component={Reports} />
      <Route path="/audit/integrity" component={Integrity} />
      <Route path="/audit/witnesses" component={Witnesses} />
      <Route path="/audit/forwarding" component={Forwarding} />
      <Route path="/audit/drill" component={TamperDrill} />
      <Route path="/audit/retention" component={LogRetention} />
      <Route path="/audit/breaches" component={Breaches} />
      <Route path="/audit/breaches/record" component={RecordBreach} />
      <Route path="/audit/alerts/:tab?">{({ tab }) => <Alerts tab={tab} />}</Route>
      <Route path="/backups/restore" component={Restore} />
      <Route path="/backups/:tab?">{({ tab }) => <Backups tab={tab} />}</Route>
      <Route path="/jobs/:job?">{({ job }) => <Jobs jobId={job} />}</Route>
      <Route path="/inbox" component={Inbox} />
      <Route path="/settings/:tab?">{({ tab }) => <Settings tab={tab} />}</Route>
      <Route component={NotFound} />
    </Switch>
  );
}
