import type { Core } from '../core.ts';
import { guarded } from '../guard.ts';
import type { Implementer } from '../implementer.ts';

export function auditRoutes({ audit }: Implementer, core: Core) {
  return {
    logAction: audit.logAction.handler(({ input, context }) =>
      core.audit.logAction(input, context.operation),
    ),
    getAuditTrail: audit.getAuditTrail.handler(({ input, context }) =>
      core.audit.explorer.getAuditTrail(input, context.operation),
    ),
    getAuditEntry: audit.getAuditEntry.handler(({ input, context }) =>
      core.audit.explorer.getAuditEntry(input, context.operation),
    ),
    watchAuditTrail: audit.watchAuditTrail.handler(({ input, context: { operation } }) =>
      guarded(core, operation, core.audit.explorer.watchAuditTrail(input, operation)),
    ),
    getAuditStates: audit.getAuditStates.handler(({ input, context }) =>
      core.audit.explorer.getAuditStates(input, context.operation),
    ),
    getAuditProof: audit.getAuditProof.handler(({ input, context }) =>
      core.audit.explorer.getAuditProof(input, context.operation),
    ),
    listAuditFilters: audit.listAuditFilters.handler(({ context }) =>
      core.audit.filters.list(context.operation),
    ),
    saveAuditFilter: audit.saveAuditFilter.handler(({ input, context }) =>
      core.audit.filters.save(input, context.operation),
    ),
    deleteAuditFilter: audit.deleteAuditFilter.handler(({ input, context }) =>
      core.audit.filters.remove(input, context.operation),
    ),
    getAuditTimeline: audit.getAuditTimeline.handler(({ input }) =>
      core.audit.explorer.getAuditTimeline(input),
    ),
    getAuditCounts: audit.getAuditCounts.handler(({ input, context }) =>
      core.audit.explorer.getAuditCounts(input, context.operation),
    ),
    acknowledgeAuditState: audit.acknowledgeAuditState.handler(({ context }) =>
      core.audit.acknowledgeAuditState(context.operation),
    ),
    getSigningKey: audit.getSigningKey.handler(() => core.audit.getSigningKey()),
    rotateSigningKey: audit.rotateSigningKey.handler(({ context }) =>
      core.audit.rotateSigningKey(context.operation),
    ),
    recordBreach: audit.recordBreach.handler(({ input, context }) =>
      core.audit.breaches.record(input, context.operation),
    ),
    updateBreach: audit.updateBreach.handler(({ input, context }) =>
      core.audit.breaches.update(input, context.operation),
    ),
    notifyBreachAuthority: audit.notifyBreachAuthority.handler(({ input, context }) =>
      core.audit.breaches.notifyAuthority(input, context.operation),
    ),
    notifyBreachController: audit.notifyBreachController.handler(({ input, context }) =>
      core.audit.breaches.notifyController(input, context.operation),
    ),
    notifyBreachPeople: audit.notifyBreachPeople.handler(({ input, context }) =>
      core.audit.breaches.notifyPeople(input, context.operation),
    ),
    decideBreach: audit.decideBreach.handler(({ input, context }) =>
      core.audit.breaches.decide(input, context.operation),
    ),
    closeBreach: audit.closeBreach.handler(({ input, context }) =>
      core.audit.breaches.close(input, context.operation),
    ),
    reopenBreach: audit.reopenBreach.handler(({ input, context }) =>
      core.audit.breaches.reopen(input, context.operation),
    ),
    listBreaches: audit.listBreaches.handler(({ input }) => core.audit.breaches.list(input)),
    getBreach: audit.getBreach.handler(({ input, context }) =>
      core.audit.breaches.get(input, context.operation),
    ),
    createBreachReport: audit.createBreachReport.handler(({ input, context }) =>
      core.audit.breaches.report(input, context.operation),
    ),
    listDestinations: audit.listDestinations.handler(() => core.audit.forwarder.listDestinations()),
    addDestination: audit.addDestination.handler(({ input, context }) =>
      core.audit.forwarder.addDestination(input, context.operation),
    ),
    updateDestination: audit.updateDestination.handler(({ input, context }) =>
      core.audit.forwarder.updateDestination(input, context.operation),
    ),
    testDestination: audit.testDestination.handler(({ input, context }) =>
      core.audit.forwarder.testDestination(input, context.operation),
    ),
    pauseDestination: audit.pauseDestination.handler(({ input, context }) =>
      core.audit.forwarder.pauseDestination(input, context.operation),
    ),
    resumeDestination: audit.resumeDestination.handler(({ input, context }) =>
      core.audit.forwarder.resumeDestination(input, context.operation),
    ),
    removeDestination: audit.removeDestination.handler(({ input, context }) =>
      core.audit.forwarder.removeDestination(input, context.operation),
    ),
    listDeadLetters: audit.listDeadLetters.handler(({ input, context }) =>
      core.audit.forwarder.listDeadLetters(input, context.operation),
    ),
    retryDeadLetters: audit.retryDeadLetters.handler(({ input, context }) =>
      core.audit.forwarder.retryDeadLetters(input, context.operation),
    ),
    dropDeadLetters: audit.dropDeadLetters.handler(({ input, context }) =>
      core.audit.forwarder.dropDeadLetters(input, context.operation),
    ),
    getIntegrity: audit.getIntegrity.handler(({ context }) => core.audit.integrity.read(context.operation)),
    listWitnesses: audit.listWitnesses.handler(() => core.audit.witnesses.list()),
    addWitness: audit.addWitness.handler(({ input, context }) =>
      core.audit.witnesses.add(input, context.operation),
    ),
    removeWitness: audit.removeWitness.handler(({ input, context }) =>
      core.audit.witnesses.remove(input, context.operation),
    ),
    requestCosignature: audit.requestCosignature.handler(({ input, context }) =>
      core.audit.witnesses.request(input, context.operation),
    ),
    cosignCheckpoint: audit.cosignCheckpoint.handler(({ input, context }) =>
      core.audit.witnesses.cosign(input, context.operation),
    ),
    takeCosignature: audit.takeCosignature.handler(({ input, context }) =>
      core.audit.witnesses.take(input, context.operation),
    ),
    listTimestamps: audit.listTimestamps.handler(() => core.audit.timestamps.list()),
    setTimestampAuthority: audit.setTimestampAuthority.handler(({ input, context }) =>
      core.audit.timestamps.set(input, context.operation),
    ),
    removeTimestampAuthority: audit.removeTimestampAuthority.handler(({ context }) =>
      core.audit.timestamps.remove(context.operation),
    ),
    requestTimestamp: audit.requestTimestamp.handler(({ context }) =>
      core.audit.timestamps.request(context.operation),
    ),
    runTamperDrill: audit.runTamperDrill.handler(({ context }) => core.audit.drill.run(context.operation)),
    getAuditRetention: audit.getAuditRetention.handler(({ input }) => core.audit.retention.state(input)),
    setAuditRetention: audit.setAuditRetention.handler(({ input, context }) =>
      core.audit.retention.policies.set(input, context.operation),
    ),
    approveAuditRetention: audit.approveAuditRetention.handler(({ input, context }) =>
      core.audit.retention.approve(input, context.operation),
    ),
    cancelAuditRetention: audit.cancelAuditRetention.handler(({ input, context }) =>
      core.audit.retention.policies.cancel(input.changeId, context.operation),
    ),
    acknowledgeAuditRetention: audit.acknowledgeAuditRetention.handler(({ context }) =>
      core.audit.retention.acknowledge(context.operation),
    ),
    setAuditArchive: audit.setAuditArchive.handler(({ input, context }) =>
      core.audit.retention.policies.setFolder(input.folder, context.operation),
    ),
    holdAuditLog: audit.holdAuditLog.handler(({ input, context }) =>
      core.audit.retention.policies.hold(input, context.operation),
    ),
    liftAuditHold: audit.liftAuditHold.handler(({ input, context }) =>
      core.audit.retention.policies.lift(input.holdId, context.operation),
    ),
    planAuditRetention: audit.planAuditRetention.handler(({ input }) => core.audit.retention.plan(input)),
    applyAuditRetention: audit.applyAuditRetention.handler(({ input, context }) =>
      core.audit.retention.apply(input, context.operation),
    ),
    listAlerts: audit.listAlerts.handler(({ input }) => core.audit.alerts.list(input)),
    getAlert: audit.getAlert.handler(({ input, context }) => core.audit.alerts.get(input, context.operation)),
    explainAlert: audit.explainAlert.handler(({ input, context }) =>
      core.audit.alerts.explain(input, context.operation),
    ),
    listAnomalyBaselines: audit.listAnomalyBaselines.handler(({ input }) =>
      core.audit.alerts.baselines(input),
    ),
    listAlertRules: audit.listAlertRules.handler(() => core.audit.alerts.rules()),
    muteAlertRule: audit.muteAlertRule.handler(({ input, context }) =>
      core.audit.alerts.mute(input, context.operation),
    ),
    unmuteAlertRule: audit.unmuteAlertRule.handler(({ input, context }) =>
      core.audit.alerts.unmute(input, context.operation),
    ),
    planAuditExport: audit.planAuditExport.handler(({ input }) => core.audit.exports.planAuditExport(input)),
    exportAuditLog: audit.exportAuditLog.handler(({ input, context }) =>
      core.audit.exports.exportAuditLog(input, context.operation),
    ),
    previewComplianceReport: audit.previewComplianceReport.handler(({ input, context }) =>
      core.audit.reports.preview(input, context.operation),
    ),
    generateComplianceReport: audit.generateComplianceReport.handler(({ input, context }) =>
      core.audit.reports.generate(input, context.operation),
    ),
    checkCheckpoint: audit.checkCheckpoint.handler(({ input }) => core.audit.checkCheckpoint(input)),
    verifyAuditLog: audit.verifyAuditLog.handler(({ input, context }) =>
      core.audit.verifyAuditLog(input, context.operation),
    ),
  };
}
