import { implement } from '@orpc/server';
import { z } from 'zod';
import { contract } from '../../shared/contract/index.ts';
import type { Core } from './core.ts';
import { type CallContext, guard, guarded } from './guard.ts';

/** The contract, implemented once for every host. */
export function createRouter(core: Core) {
  const os = implement(contract)
    .$context<CallContext>()
    .use(({ context, next, procedure, signal }, input) => {
      const { meta, inputSchema } = procedure['~orpc'];
      return guard(
        core,
        { meta, input, context, signal, takes: (member) => hasMember(inputSchema, member) },
        async (operation) => await next({ context: { operation } }),
      );
    });
  const { setup, tenants, auth, audit, backups, suite, jobs } = os;

  return os.router({
    setup: {
      getSetup: setup.getSetup.handler(() => core.setup.getSetup()),
      createInstallation: setup.createInstallation.handler(({ input }) =>
        core.setup.createInstallation(input),
      ),
      openInstallation: setup.openInstallation.handler(({ input }) => core.setup.openInstallation(input)),
      inspectBackups: setup.inspectBackups.handler(({ input, context }) =>
        core.setup.inspectBackups(input, context.operation.signal),
      ),
      recoverInstallation: setup.recoverInstallation.handler(({ input }) =>
        core.setup.recoverInstallation(input),
      ),
      getRecovery: setup.getRecovery.handler(() => core.setup.getRecovery()),
      cancelRecovery: setup.cancelRecovery.handler(() => core.setup.cancelRecovery()),
      dismissRecovery: setup.dismissRecovery.handler(() => core.setup.dismissRecovery()),
    },
    tenants: {
      createTenant: tenants.createTenant.handler(({ input, context }) =>
        core.tenants.createTenant(input, context.operation),
      ),
      getTenant: tenants.getTenant.handler(({ input }) => core.tenants.getTenant(input)),
      listTenants: tenants.listTenants.handler(({ input }) => core.tenants.listTenants(input)),
      updateTenant: tenants.updateTenant.handler(({ input, context }) =>
        core.tenants.updateTenant(input, context.operation),
      ),
      suspendTenant: tenants.suspendTenant.handler(({ input, context }) =>
        core.tenants.suspendTenant(input, context.operation),
      ),
      resumeTenant: tenants.resumeTenant.handler(({ input, context }) =>
        core.tenants.resumeTenant(input, context.operation),
      ),
      getUsage: tenants.getUsage.handler(({ input }) => core.tenants.getUsage(input)),
      createSampleTenant: tenants.createSampleTenant.handler(({ context }) =>
        core.samples.createSampleTenant(context.operation),
      ),
      deleteSampleTenant: tenants.deleteSampleTenant.handler(({ input, context }) =>
        core.samples.deleteSampleTenant(input, context.operation),
      ),
      planErasure: tenants.planErasure.handler(({ input }) => core.erasures.planErasure(input)),
      eraseTenant: tenants.eraseTenant.handler(({ input, context }) =>
        core.erasures.eraseTenant(input, context.operation),
      ),
      listErasures: tenants.listErasures.handler(({ input }) => core.erasures.listErasures(input)),
      proveErasure: tenants.proveErasure.handler(({ input, context }) =>
        core.erasures.proveErasure(input, context.operation),
      ),
      planSubjectErasure: tenants.planSubjectErasure.handler(({ input, context }) =>
        core.subjects.planSubjectErasure(input, context.operation),
      ),
      eraseSubject: tenants.eraseSubject.handler(({ input, context }) =>
        core.subjects.eraseSubject(input, context.operation),
      ),
      planSubjectExport: tenants.planSubjectExport.handler(({ input, context }) =>
        core.subjects.planSubjectExport(input, context.operation),
      ),
      exportSubjectData: tenants.exportSubjectData.handler(({ input, context }) =>
        core.subjects.exportSubjectData(input, context.operation),
      ),
      listSubjectErasures: tenants.listSubjectErasures.handler(({ input }) =>
        core.subjects.listSubjectErasures(input),
      ),
      createPrincipal: tenants.createPrincipal.handler(({ input, context }) =>
        core.tenants.createPrincipal(input, context.operation),
      ),
      listPrincipals: tenants.listPrincipals.handler(({ input }) => core.tenants.listPrincipals(input)),
      disablePrincipal: tenants.disablePrincipal.handler(({ input, context }) =>
        core.tenants.disablePrincipal(input, context.operation),
      ),
      enablePrincipal: tenants.enablePrincipal.handler(({ input, context }) =>
        core.tenants.enablePrincipal(input, context.operation),
      ),
      deletePrincipal: tenants.deletePrincipal.handler(({ input, context }) =>
        core.tenants.deletePrincipal(input, context.operation),
      ),
      putDocument: tenants.putDocument.handler(({ input, context }) =>
        core.tenants.putDocument(input, context.operation),
      ),
      getDocument: tenants.getDocument.handler(({ input, context }) =>
        core.tenants.getDocument(input, context.operation),
      ),
      getTenantData: tenants.getTenantData.handler(({ input, context }) =>
        core.tenants.getTenantData(input, context.operation),
      ),
      listCollections: tenants.listCollections.handler(({ input }) => core.tenants.listCollections(input)),
      deleteDocument: tenants.deleteDocument.handler(({ input, context }) =>
        core.tenants.deleteDocument(input, context.operation),
      ),
      getDocumentHistory: tenants.getDocumentHistory.handler(({ input, context }) =>
        core.tenants.getDocumentHistory(input, context.operation),
      ),
      importDocuments: tenants.importDocuments.handler(({ input, context }) =>
        core.tenants.importDocuments(input, context.operation),
      ),
      undoImport: tenants.undoImport.handler(({ input, context }) =>
        core.tenants.undoImport(input, context.operation),
      ),
      listImports: tenants.listImports.handler(({ input }) => core.tenants.listImports(input)),
      exportDocuments: tenants.exportDocuments.handler(({ input, context }) =>
        core.tenants.exportDocuments(input, context.operation),
      ),
      addFile: tenants.addFile.handler(({ input, context }) =>
        core.tenants.addFile(input, context.operation),
      ),
      listFiles: tenants.listFiles.handler(({ input }) => core.tenants.listFiles(input)),
      getFile: tenants.getFile.handler(({ input, context }) =>
        core.tenants.getFile(input, context.operation),
      ),
      deleteFile: tenants.deleteFile.handler(({ input, context }) =>
        core.tenants.deleteFile(input, context.operation),
      ),
    },
    auth: {
      signIn: auth.signIn.handler(async ({ input, context }) => {
        const session = await core.auth.signIn(input, context.operation);
        if (context.keepSession === undefined) return session;
        context.keepSession(session.token);
        return { ...session, token: null };
      }),
      signOut: auth.signOut.handler(async ({ input, context }) => {
        const answer = await core.auth.signOut(input, context.operation);
        context.keepSession?.(null);
        return answer;
      }),
      getSession: auth.getSession.handler(({ context }) => core.auth.getSession(context.operation)),
      createOperator: auth.createOperator.handler(({ input, context }) =>
        core.auth.createOperator(input, context.operation),
      ),
      listOperators: auth.listOperators.handler(({ input, context }) =>
        core.auth.listOperators(input, context.operation),
      ),
      disableOperator: auth.disableOperator.handler(({ input, context }) =>
        core.auth.disableOperator(input, context.operation),
      ),
      generateApiKey: auth.generateApiKey.handler(({ input, context }) =>
        core.auth.generateApiKey(input, context.operation),
      ),
      listApiKeys: auth.listApiKeys.handler(({ input, context }) =>
        core.auth.listApiKeys(input, context.operation),
      ),
      verifyApiKey: auth.verifyApiKey.handler(({ input, context }) =>
        core.auth.verifyApiKey(input, context.operation),
      ),
      revokeApiKey: auth.revokeApiKey.handler(({ input, context }) =>
        core.auth.revokeApiKey(input, context.operation),
      ),
    },
    audit: {
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
      getBreach: audit.getBreach.handler(({ input }) => core.audit.breaches.get(input)),
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
        core.audit.retention.policies.acknowledge(context.operation),
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
      getAlert: audit.getAlert.handler(({ input, context }) =>
        core.audit.alerts.get(input, context.operation),
      ),
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
      planAuditExport: audit.planAuditExport.handler(({ input }) =>
        core.audit.exports.planAuditExport(input),
      ),
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
    },
    backups: {
      createBackup: backups.createBackup.handler(({ input, context }) =>
        core.backups.createBackup(input, context.operation),
      ),
      getBackupHistory: backups.getBackupHistory.handler(({ input, context }) =>
        core.backups.getBackupHistory(input, context.operation),
      ),
      getSnapshot: backups.getSnapshot.handler(({ input, context }) =>
        core.backups.getSnapshot(input, context.operation),
      ),
      listSchedules: backups.listSchedules.handler(({ input }) => core.schedules.list(input)),
      getSchedule: backups.getSchedule.handler(({ input }) => core.schedules.settings.getSchedule(input)),
      setSchedule: backups.setSchedule.handler(({ input, context }) =>
        core.schedules.settings.setSchedule(input, context.operation),
      ),
      resetSchedule: backups.resetSchedule.handler(({ input, context }) =>
        core.schedules.settings.resetSchedule(input, context.operation),
      ),
      previewSchedule: backups.previewSchedule.handler(({ input }) =>
        core.schedules.settings.previewSchedule(input),
      ),
      drillBackup: backups.drillBackup.handler(({ input, context }) =>
        core.backups.drills.drillBackup(input, context.operation),
      ),
      listDrills: backups.listDrills.handler(({ input }) => core.backups.drills.listDrills(input)),
      createRestoreReport: backups.createRestoreReport.handler(({ input, context }) =>
        core.createRestoreReport(input, context.operation),
      ),
      listProtection: backups.listProtection.handler(({ input }) => core.listProtection(input)),
      getBackupTimeline: backups.getBackupTimeline.handler(({ input }) =>
        core.backups.getBackupTimeline(input),
      ),
      getBackupForecast: backups.getBackupForecast.handler(({ input }) =>
        core.backups.forecasts.getBackupForecast(input),
      ),
      listRestores: backups.listRestores.handler(({ input }) => core.backups.listRestores(input)),
      verifyBackupIntegrity: backups.verifyBackupIntegrity.handler(({ input, context }) =>
        core.backups.verifyBackupIntegrity(input, context.operation),
      ),
      listHealings: backups.listHealings.handler(({ input }) => core.backups.repairs.listHealings(input)),
      planRepair: backups.planRepair.handler(({ input, context }) =>
        core.backups.repairs.planRepair(input, context.operation),
      ),
      repairBackups: backups.repairBackups.handler(({ input, context }) =>
        core.backups.repairs.repairBackups(input, context.operation),
      ),
      planRestore: backups.planRestore.handler(({ input, context }) =>
        core.backups.planRestore(input, context.operation),
      ),
      openRestorePoint: backups.openRestorePoint.handler(({ input, context }) =>
        core.backups.points.openRestorePoint(input, context.operation),
      ),
      findRestoreParts: backups.findRestoreParts.handler(({ input }) =>
        core.backups.points.findRestoreParts(input),
      ),
      restoreBackup: backups.restoreBackup.handler(({ input, context }) =>
        core.backups.restoreBackup(input, context.operation),
      ),
      resumeRestore: backups.resumeRestore.handler(({ input, context }) =>
        core.backups.resumeRestore(input, context.operation),
      ),
      undoRestore: backups.undoRestore.handler(({ input, context }) =>
        core.backups.undoRestore(input, context.operation),
      ),
      getControlRestore: backups.getControlRestore.handler(() =>
        core.backups.waitingRestore.getControlRestore(),
      ),
      cancelControlRestore: backups.cancelControlRestore.handler(({ context }) =>
        core.backups.waitingRestore.cancelControlRestore(context.operation),
      ),
      getRetention: backups.getRetention.handler(({ input }) => core.backups.retention.getRetention(input)),
      setRetention: backups.setRetention.handler(({ input, context }) =>
        core.backups.retention.setRetention(input, context.operation),
      ),
      simulateRetention: backups.simulateRetention.handler(({ input, context }) =>
        core.backups.retention.simulateRetention(input, context.operation),
      ),
      applyRetention: backups.applyRetention.handler(({ input, context }) =>
        core.backups.retention.applyRetention(input, context.operation),
      ),
      planForget: backups.planForget.handler(({ input, context }) =>
        core.backups.retention.planForget(input, context.operation),
      ),
      forgetSnapshot: backups.forgetSnapshot.handler(({ input, context }) =>
        core.backups.retention.forgetSnapshot(input, context.operation),
      ),
      listRemovalMarks: backups.listRemovalMarks.handler(({ input }) =>
        core.backups.retention.listRemovalMarks(input),
      ),
      unmarkSnapshot: backups.unmarkSnapshot.handler(({ input, context }) =>
        core.backups.retention.unmarkSnapshot(input, context.operation),
      ),
      listHolds: backups.listHolds.handler(({ input }) => core.backups.retention.listHolds(input)),
      placeHold: backups.placeHold.handler(({ input, context }) =>
        core.backups.retention.placeHold(input, context.operation),
      ),
      liftHold: backups.liftHold.handler(({ input, context }) =>
        core.backups.retention.liftHold(input, context.operation),
      ),
      addProtectedFolder: backups.addProtectedFolder.handler(({ input, context }) =>
        core.backups.folders.addProtectedFolder(input, context.operation),
      ),
      listProtectedFolders: backups.listProtectedFolders.handler(({ input }) =>
        core.backups.folders.listProtectedFolders(input),
      ),
      getProtectedFolder: backups.getProtectedFolder.handler(({ input }) =>
        core.backups.folders.getProtectedFolder(input),
      ),
      updateProtectedFolder: backups.updateProtectedFolder.handler(({ input, context }) =>
        core.backups.folders.updateProtectedFolder(input, context.operation),
      ),
      removeProtectedFolder: backups.removeProtectedFolder.handler(({ input, context }) =>
        core.backups.folders.removeProtectedFolder(input, context.operation),
      ),
      previewProtectedFolder: backups.previewProtectedFolder.handler(({ input, context }) =>
        core.backups.folders.previewProtectedFolder(input, context.operation),
      ),
      backUpFolder: backups.backUpFolder.handler(({ input, context }) =>
        core.backups.folders.backUpFolder(input, context.operation),
      ),
      listFolderSnapshots: backups.listFolderSnapshots.handler(({ input }) =>
        core.backups.folders.listFolderSnapshots(input),
      ),
      getFolderSnapshot: backups.getFolderSnapshot.handler(({ input }) =>
        core.backups.folders.getFolderSnapshot(input),
      ),
      planFolderRestore: backups.planFolderRestore.handler(({ input, context }) =>
        core.backups.folders.planFolderRestore(input, context.operation),
      ),
      restoreFolder: backups.restoreFolder.handler(({ input, context }) =>
        core.backups.folders.restoreFolder(input, context.operation),
      ),
      listTargets: backups.listTargets.handler(() => core.backups.copies.listTargets()),
      addTarget: backups.addTarget.handler(({ input, context }) =>
        core.backups.copies.addTarget(input, context.operation),
      ),
      updateTarget: backups.updateTarget.handler(({ input, context }) =>
        core.backups.copies.updateTarget(input, context.operation),
      ),
      removeTarget: backups.removeTarget.handler(({ input, context }) =>
        core.backups.copies.removeTarget(input, context.operation),
      ),
      testTarget: backups.testTarget.handler(({ input, context }) =>
        core.backups.copies.testTarget(input, context.operation),
      ),
      syncTarget: backups.syncTarget.handler(({ input, context }) =>
        core.backups.copies.syncTarget(input, context.operation),
      ),
      planTargetMove: backups.planTargetMove.handler(({ input }) =>
        core.backups.moving.planTargetMove(input),
      ),
      moveTarget: backups.moveTarget.handler(({ input, context }) =>
        core.backups.moving.moveTarget(input, context.operation),
      ),
    },
    jobs: {
      listJobs: jobs.listJobs.handler(({ input }) => core.jobs.listJobs(input)),
      getJob: jobs.getJob.handler(({ input }) => core.jobs.getJob(input)),
      watchJob: jobs.watchJob.handler(({ input, context: { operation } }) =>
        guarded(core, operation, core.jobs.watchJob(input, operation)),
      ),
      cancelJob: jobs.cancelJob.handler(({ input, context }) =>
        core.jobs.cancelJob(input, context.operation),
      ),
    },
    suite: {
      getStatus: suite.getStatus.handler(() => core.getStatus()),
      getInstallation: suite.getInstallation.handler(() => core.getInstallation()),
      showRecoveryKey: suite.showRecoveryKey.handler(({ context }) =>
        core.recovery.showRecoveryKey(context.operation),
      ),
      createRecoveryKit: suite.createRecoveryKit.handler(({ input, context }) =>
        core.recovery.createRecoveryKit(input, context.operation),
      ),
      prepareRecoveryKey: suite.prepareRecoveryKey.handler(({ context }) =>
        core.replacement.prepareRecoveryKey(context.operation),
      ),
      replaceRecoveryKey: suite.replaceRecoveryKey.handler(({ input, context }) =>
        core.replacement.replaceRecoveryKey(input, context.operation),
      ),
      confirmRecoveryKey: suite.confirmRecoveryKey.handler(({ input, context }) =>
        core.recovery.confirmRecoveryKey(input, context.operation),
      ),
      listNotices: suite.listNotices.handler(({ input }) => core.notices.listNotices(input)),
      acknowledgeNotices: suite.acknowledgeNotices.handler(({ input, context }) =>
        core.notices.acknowledgeNotices(input, context.operation),
      ),
    },
  });
}

function hasMember(schema: unknown, member: string): boolean {
  return schema instanceof z.ZodObject && Object.hasOwn(schema.shape, member);
}

export type HoldfastRouter = ReturnType<typeof createRouter>;
