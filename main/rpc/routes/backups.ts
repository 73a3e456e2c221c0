import type { Core } from '../core.ts';
import type { Implementer } from '../implementer.ts';

export function backupsRoutes({ backups }: Implementer, core: Core) {
  return {
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
    planTargetMove: backups.planTargetMove.handler(({ input }) => core.backups.moving.planTargetMove(input)),
    moveTarget: backups.moveTarget.handler(({ input, context }) =>
      core.backups.moving.moveTarget(input, context.operation),
    ),
  };
}
