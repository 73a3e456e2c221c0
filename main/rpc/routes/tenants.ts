import type { Core } from '../core.ts';
import type { Implementer } from '../implementer.ts';

export function tenantsRoutes({ tenants }: Implementer, core: Core) {
  return {
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
    addFile: tenants.addFile.handler(({ input, context }) => core.tenants.addFile(input, context.operation)),
    listFiles: tenants.listFiles.handler(({ input }) => core.tenants.listFiles(input)),
    getFile: tenants.getFile.handler(({ input, context }) => core.tenants.getFile(input, context.operation)),
    deleteFile: tenants.deleteFile.handler(({ input, context }) =>
      core.tenants.deleteFile(input, context.operation),
    ),
  };
}
