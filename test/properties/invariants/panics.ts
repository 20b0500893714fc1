import { eventsOf, wrong, type Invariant, type Run } from './run.js';

/** Value of a sysctl when the step begins. */
function sysctl({ program }: Run, name: string, before: number): number {
    const written = program.steps.slice(0, before).filter(({ op, args }) => op === 'sysctl' && args['name'] === name).at(-1);
    return Number(written?.args['value'] ?? program.machine.sysctls[name] ?? (name === 'vm.memory_failure_recovery' ? 1 : 0));
}

/** The machine panics only when a sysctl or the grade of a machine check asks for it, and always then. */
export const panicsAreAskedFor: Invariant = (run) => run.trace.steps.flatMap((step) => {
    const panicked = eventsOf(step, 'panic').length > 0;
    const unrecoverable = eventsOf(step, 'result').some(({ type, result }) => type === 'MF_MSG_KERNEL' && result === 'MF_IGNORED') && sysctl(run, 'vm.panic_on_unrecoverable_memory_failure', step.index) === 1;
    if (unrecoverable && !panicked) return [wrong(step, 'no panic, though the sysctl asks for it')];
    if (!panicked || unrecoverable) return [];
    const recoveryOff = sysctl(run, 'vm.memory_failure_recovery', step.index) === 0 && eventsOf(step, 'decision').some(({ id }) => id === 'memory_failure.recovery-disabled');
    const graded = eventsOf(step, 'decision').some(({ id, note }) => id === 'mce_start.timeout' || (id === 'mce_severity' && note?.startsWith('PANIC') === true));
    return recoveryOff || graded ? [] : [wrong(step, 'panics for no reason')];
});

/** After a panic nothing runs: steps are skipped, empty, and the counters stand still. */
export const nothingRunsAfterPanic: Invariant = ({ trace }) => {
    const at = trace.steps.findIndex(({ events }) => events.some((event) => event.t === 'panic'));
    const counters = at < 0 ? '' : JSON.stringify(trace.steps[at]!.counters);
    return trace.steps.flatMap((step, index) => {
        const after = at >= 0 && index > at;
        if (step.skipped !== after) return [wrong(step, after ? 'runs after a panic' : 'is skipped')];
        return after && (step.events.length > 0 || step.outcome.errno !== '' || JSON.stringify(step.counters) !== counters) ? [wrong(step, 'does something after a panic')] : [];
    });
};
