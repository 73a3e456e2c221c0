import { type Command, Option } from 'commander';
import type { Job } from '../../../../shared/contract/suite.ts';
import { type JobState, jobStates } from '../../../../shared/states.ts';
import { facts, pageText, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

export function addJob(program: Command, run: Run): void {
  const group = program.command('job').description('long work: imports, backups, restores, checks');

  addPaging(group.command('list').description('list jobs, newest first'))
    .addOption(new Option('--state <state>').choices(jobStates))
    .option('--kind <kind>', 'only this kind, such as backup.create')
    .action((options: PagingOptions & { state?: JobState; kind?: string }) =>
      run.operation((client) => client.jobs.listJobs(options), {
        text: ({ items, next }) =>
          pageText(
            table(
              ['ID', 'KIND', 'STATE', 'PHASE', 'CREATED'],
              items.map(({ id, kind, state, phase, createdAt }) => [id, kind, state, phase, createdAt]),
            ),
            next,
          ),
      }),
    );

  group
    .command('show')
    .description('show a job and its result')
    .argument('<id>', 'id of the job')
    .action((jobId: string) => run.operation((client) => client.jobs.getJob({ jobId }), { text: jobText }));

  group
    .command('cancel')
    .description('ask a job to stop')
    .argument('<id>', 'id of the job')
    .action((jobId: string) =>
      run.operation((client) => client.jobs.cancelJob({ jobId }), { text: jobText }),
    );
}

const jobText = (job: Job) =>
  facts([
    ['id', job.id],
    ['kind', job.kind],
    ['state', job.state],
    ['phase', job.phase],
    ['done', job.total === null ? `${job.done} ${job.unit}` : `${job.done} of ${job.total} ${job.unit}`],
    ['requested by', job.requestedBy],
    ['created', job.createdAt],
    ['ended', job.endedAt],
    ['error', job.error === null ? null : `${job.error.code}: ${job.error.message}`],
    ['result', job.result === null ? null : JSON.stringify(job.result)],
  ]);
